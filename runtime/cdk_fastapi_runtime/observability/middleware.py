"""The outermost middleware, which records each request."""

from __future__ import annotations

import time
from functools import partial
from typing import Any, Protocol

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .logs import mark_reported, silence_servers
from .metrics import Metrics
from .request import _CURRENT, CORRELATION_HEADER, ObservedRequest, current_request
from .tracing import Tracer


class ErrorLog(Protocol):
    """A logger of Python or of Powertools for AWS."""

    def error(self, msg: object, *, exc_info: Any) -> None: ...


def observe(app: FastAPI, *, logger: ErrorLog, metrics: Metrics, tracer: Tracer) -> None:
    """Observes every request of the application; an application that is observed already stays as it is.

    Middlewares may still be added: they stand inside. An exception handler of the application's own for ``Exception``
    answers in place of the safe answer.
    """
    if getattr(app.state, "observed", False):
        return
    app.state.observed = True
    silence_servers()
    if 500 not in app.exception_handlers:
        app.exception_handlers.setdefault(Exception, safe_answer)
    # Not by `build_middleware_stack`: instrumentation replaces that one, and expects Starlette's own stack from it.
    # Python looks `__call__` up in the class, so the application gets one of its own.
    before = type(app)
    observability = Observability(partial(before.__call__, app), app, logger, metrics, tracer)

    async def call(_app: FastAPI, scope: Scope, receive: Receive, send: Send) -> None:
        await observability(scope, receive, send)

    app.__class__ = type(before.__name__, (before,), {"__call__": call, "__module__": before.__module__})


async def safe_answer(_request: Request, _error: Exception) -> JSONResponse:
    """The response to a failed request: the correlation id and no details of the error."""
    observed = current_request()
    content = {"detail": "Internal Server Error", "correlation_id": observed.correlation_id if observed else None}
    return JSONResponse(content, status_code=500)


class Observability:
    """Counts, times, traces and names each request, and logs what nothing inside has handled."""

    def __init__(self, app: ASGIApp, owner: FastAPI, logger: ErrorLog, metrics: Metrics, tracer: Tracer) -> None:
        self._app = app
        self._owner = owner
        self._logger = logger
        self._metrics = metrics
        self._tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = ObservedRequest(scope, self._owner)
        answer = _Answer(request, send)
        current = _CURRENT.set(request)
        metrics = self._metrics.begin()
        subsegment, token = self._tracer.provider.begin("")
        failed = True
        try:
            await self._app(scope, receive, answer.send)
            failed = False
        except Exception as error:
            self._logger.error("Unhandled exception", exc_info=error)
            mark_reported(error)
            subsegment.add_exception(error)
            # Where the answer is complete the caller knows. Where it broke off, only the server can tell.
            if not answer.complete:
                raise
        finally:
            route = request.route
            subsegment.name = f"## {request.method} {route}"
            subsegment.put_annotation("route", route)
            subsegment.put_annotation("ColdStart", request.cold_start)
            subsegment.put_annotation("Service", self._metrics.service)
            values = answer.values(failed)
            if values["Failure"] or values["ClientError"]:
                subsegment.document["fault" if values["Failure"] else "error"] = True
            self._tracer.provider.end(subsegment, token)
            self._metrics.end(metrics, route, values)
            _CURRENT.reset(current)


class _Answer:
    """The outcome of a request."""

    def __init__(self, request: ObservedRequest, send: Send) -> None:
        self._request = request
        self._send = send
        self._ended: float | None = None
        self._begun: float | None = None
        self.status = 500
        self.complete = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            identified = (CORRELATION_HEADER, self._request.correlation_id.encode())
            others = [header for header in message.get("headers", ()) if header[0].lower() != CORRELATION_HEADER]
            message = {**message, "headers": [*others, identified]}
        last = message["type"] == "http.response.body" and not message.get("more_body", False)
        await self._send(message)
        if self._begun is None and message.get("body") and not last:
            self._begun = time.perf_counter()
        if last:
            # Background tasks run after this, and the caller does not wait for them.
            self._ended = time.perf_counter()
            self.complete = True

    def values(self, failed: bool) -> dict[str, Any]:
        """The request's own metrics, and what they can be searched by."""
        request = self._request
        failed = failed or self.status >= 500
        return {
            "RequestCount": 1,
            "Success": int(not failed and self.status < 400),
            "Failure": int(failed),
            "ClientError": int(not failed and self.status >= 400),
            "ColdStart": int(request.cold_start),
            "Latency": round(((self._ended or time.perf_counter()) - request.started) * 1000, 3),
            **({"TimeToFirstByte": round((self._begun - request.started) * 1000, 3)} if self._begun else {}),
            "method": request.method,
            "path": request.path,
            "status": self.status,
            "correlation_id": request.correlation_id,
            "function_request_id": request.lambda_context().get("function_request_id"),
        }
