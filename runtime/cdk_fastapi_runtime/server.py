"""The application as a server for the Lambda Web Adapter: ``python -m cdk_fastapi_runtime.server``, by ``run.sh``.

It reads the variables of ``handler.py``, and ``AWS_LWA_PORT`` or ``PORT`` as the adapter does. The adapter begins with
the first request once the port is open, which uvicorn opens after the application's lifespan has started; whatever
fails before ends the process, and so the initialization.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from .start.initialization import Initialization

# Before the imports below, which import FastAPI.
INITIALIZATION = Initialization(os.environ)

import uvicorn
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .entry.entrypoint import load_app
from .entry.json_log import CORRELATION_ID, REQUEST_ID, install_logging
from .entry.snapshot import Hook, snapshot_hooks
from .gateway.invocation import Invocation
from .gateway.placement import Placement
from .guard.operation_guard import Operation, install_guard
from .middleware.completion import Completion
from .middleware.cors import install_cors
from .middleware.first_byte import install_first_byte
from .start.preparation import prepare

TRACE_VARIABLE = "_X_AMZN_TRACE_ID"

HEADER_LIMIT = 128 * 1024
"""Bytes of a request's head: a gateway takes 10 KB, and the adapter adds the request context with its claims."""

KEEP_ALIVE = 3600
"""Seconds. The adapter closes idle connections itself: one that this side closes meanwhile would cost a request."""


def main(environ: Mapping[str, str]) -> None:
    """Serves until Lambda ends the environment."""
    install_logging(environ)
    uvicorn.run(
        build(environ),
        host="127.0.0.1",
        port=int(environ.get("AWS_LWA_PORT") or environ.get("PORT") or "8080"),
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws="none",
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=1,
        h11_max_incomplete_event_size=HEADER_LIMIT,
    )


def build(environ: Mapping[str, str]) -> AdapterGateway:
    """The application that the environment asks for, as the server is to run it."""
    app = load_app(environ.get("CDK_FASTAPI_APP", ""))
    operations = Operation.parse_all(environ.get("CDK_FASTAPI_OPERATION", ""))
    if operations:
        install_guard(app, *operations)
    install_first_byte(app)
    if environ.get("CDK_FASTAPI_OBSERVABILITY") == "1":
        # Only here: a cold start pays for what it uses.
        from .entry.observed import install_observability

        install_observability(app)
    install_cors(app, environ)
    return AdapterGateway(app, environ, operations)


class AdapterGateway:
    """Gives the application the scope that it has behind this gateway, and the log its request."""

    def __init__(self, app: FastAPI, environ: Mapping[str, str], operations: Sequence[Operation]) -> None:
        self._fast_api = app
        self._environ = environ
        self._operations = operations
        self._app: ASGIApp = Completion(app)
        self._base_path = environ.get("CDK_FASTAPI_BASE_PATH", "")
        self._hooks = snapshot_hooks(environ)
        # One variable of the process cannot hold the trace of several requests.
        self._one_at_a_time = int(environ.get("AWS_LAMBDA_MAX_CONCURRENCY") or 1) <= 1
        self._placement: Placement | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            invocation = Invocation.of(scope["headers"])
            if invocation is not None:
                self._locate(scope, invocation)
            elif scope["method"] == "POST" and scope["path"] in self._hooks:
                await _run_hook(self._hooks[scope["path"]], send)
                return
        elif scope["type"] == "lifespan":
            send = self._before_readiness(send)
        await self._app(scope, receive, send)

    def _before_readiness(self, send: Send) -> Send:
        async def started(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                # After the lifespan, which may add routes, and before the port is open: a snapshot holds it.
                self._placement = Placement(self._fast_api, self._base_path)
                prepare(self._fast_api.router.routes, self._operations, self._environ)
                INITIALIZATION.end()
            await send(message)

        return started

    def _locate(self, scope: Scope, invocation: Invocation) -> None:
        headers = dict(scope["headers"])
        REQUEST_ID.set(invocation.context.aws_request_id)
        correlation = headers.get(b"x-correlation-id")
        CORRELATION_ID.set(correlation[:256].decode("latin-1") if correlation else None)
        if self._one_at_a_time:
            self._set_trace(invocation.context.trace_id)
        scope["scheme"] = headers.get(b"x-forwarded-proto", b"https").decode("latin-1")
        if invocation.source_ip is not None:
            scope["client"] = (invocation.source_ip, 0)
        event: dict[str, Any] = invocation.event(scope["raw_path"].decode("latin-1"))
        # Where Mangum puts them.
        scope["aws.event"] = event
        scope["aws.context"] = invocation.context
        if invocation.request_context and "elb" not in invocation.request_context:
            # Here only where a middleware of the application keeps the lifespan from it.
            self._placement = self._placement or Placement(self._fast_api, self._base_path)
            self._placement.place(scope, event)

    def _set_trace(self, trace_id: str | None) -> None:
        """As Lambda's own runtime does: tracing libraries and the AWS SDK read it from there."""
        if trace_id:
            os.environ[TRACE_VARIABLE] = trace_id
        else:
            os.environ.pop(TRACE_VARIABLE, None)


async def _run_hook(hook: Hook, send: Send) -> None:
    # What it raises is logged by the server, which answers 500, and the adapter ends the phase.
    await run_in_threadpool(hook)
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


if __name__ == "__main__":
    main(os.environ)
