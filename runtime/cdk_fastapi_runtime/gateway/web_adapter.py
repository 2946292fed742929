"""Converts requests of the Lambda Web Adapter to the scope that the application has behind the gateway."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..entry.json_log import CORRELATION_ID, REQUEST_ID
from ..entry.lifespan import Lifespan
from ..entry.log import logger
from ..entry.main_thread import MainThread
from ..entry.snapshot import snapshot_hooks
from ..middleware.completion import AtEnd, Completion
from ..middleware.cors import without_cors
from .event import is_of_load_balancer
from .exchange import check_headers
from .forwarded import scheme_of
from .invocation import Invocation
from .other_events import NotARequestError, answer_other
from .placement import Placement

TRACE_VARIABLE = "_X_AMZN_TRACE_ID"


class WebAdapterGateway:
    """Sets the scope that the application has behind this gateway, and the request of its log records."""

    def __init__(
        self,
        app: FastAPI,
        lifespan: Lifespan,
        thread: MainThread,
        environ: Mapping[str, str],
        *,
        served: ASGIApp | None = None,
        at_end: AtEnd | None = None,
    ) -> None:
        self._app: ASGIApp = Completion(served or app, at_end)
        self.lifespan = lifespan
        self.thread = thread
        self._hooks = snapshot_hooks(environ)
        # One variable of the process cannot hold the trace of several requests.
        self._one_at_a_time = int(environ.get("AWS_LAMBDA_MAX_CONCURRENCY") or 1) <= 1
        self._cors_by_url = environ.get("CDK_FASTAPI_CORS_BY_URL") == "true"
        # After the lifespan, which may add routes, and before the port is open: a snapshot holds it.
        self._placement = Placement(app, environ.get("CDK_FASTAPI_BASE_PATH", ""))
        self._events_path = environ.get("AWS_LWA_PASS_THROUGH_PATH", "/events")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        invocation = Invocation.of(scope["headers"])
        if invocation is not None:
            if not invocation.request_context and self._is_event(scope):
                await self._answer_event(receive, send)
                return
            self._locate(scope, invocation)
        elif scope["method"] == "POST" and scope["path"] in self._hooks:
            # What it raises is logged by the server, which answers 500, and the adapter ends the phase.
            for hook in self._hooks[scope["path"]]():
                await self.thread.run(hook)
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        scope["state"] = dict(self.lifespan.state)

        async def checked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.get("headers", ())
                check_headers(headers)
                _name_dropped(headers)
                if self._cors_by_url:
                    message = {**message, "headers": without_cors(headers)}
            await send(message)

        try:
            await self._app(scope, receive, checked)
        except Exception:
            # The server logs it, with a logger that the application's logging may have disabled meanwhile.
            logging.getLogger("uvicorn.error").disabled = False
            raise

    def _is_event(self, scope: Scope) -> bool:
        """Whether the adapter passes on an event that is no request, for which the application has no route."""
        is_passed_on = scope["method"] == "POST" and scope["path"] == self._events_path
        return is_passed_on and not self._placement.knows("POST", scope["path"])

    async def _answer_event(self, receive: Receive, send: Send) -> None:
        """Answers an event that is no request as a buffered function does: whoever sent it has to hear of a failure."""
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        started: Message = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]}
        try:
            answer_other(json.loads(body or b"null"), f"give the application a route `POST {self._events_path}`")
        except NotARequestError:
            # To the adapter any response is a success. One that breaks off fails the invocation.
            await send(started)
            raise
        await send(started)
        await send({"type": "http.response.body", "body": b"null"})

    def _locate(self, scope: Scope, invocation: Invocation) -> None:
        REQUEST_ID.set(invocation.context.aws_request_id)
        headers = dict(scope["headers"])
        correlation = headers.get(b"x-correlation-id")
        CORRELATION_ID.set(correlation[:256].decode("latin-1") if correlation else None)
        if self._one_at_a_time:
            _set_trace(invocation.context.trace_id)
        scope["scheme"] = scheme_of(headers)
        if invocation.source_ip is not None:
            scope["client"] = (invocation.source_ip, 0)
        event: dict[str, Any] = invocation.event(scope["raw_path"].decode("latin-1"))
        # Where the handler of a buffered function puts them too.
        scope["aws.event"] = event
        scope["aws.context"] = invocation.context
        if invocation.request_context and not is_of_load_balancer(event):
            self._placement.place(scope, event)


def _name_dropped(headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Says which headers get lost: the adapter takes ASCII alone, a server takes more."""
    for name, value in headers:
        if not value.isascii():
            logger().warning("The Lambda Web Adapter drops a header that is not ASCII: %s", name.decode("latin-1"))


def _set_trace(trace_id: str | None) -> None:
    """As Lambda's own runtime does: tracing libraries and the AWS SDK read it from there."""
    if trace_id:
        os.environ[TRACE_VARIABLE] = trace_id
    else:
        os.environ.pop(TRACE_VARIABLE, None)
