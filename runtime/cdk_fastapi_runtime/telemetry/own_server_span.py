"""One server span for a request, where ``OpenTelemetryMiddleware`` stands around the application.

FastAPI makes a server span of its own unless it finds that middleware among its own; it cannot see what is around it.
"""

from __future__ import annotations

import sys
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from ..entry.wrapped import layers
from ..routing.wrap import wrap_application

_MODULE = "opentelemetry.instrumentation.asgi"

_TAKEN = "fastapi.telemetry"
"""FastAPI observes no request whose scope has it: another application has done so."""


def leave_to_middleware(app: FastAPI, served: Any) -> None:
    """Stops FastAPI from recording requests that the middleware around it already records."""
    middleware = getattr(sys.modules.get(_MODULE), "OpenTelemetryMiddleware", None)
    if middleware is None or not any(isinstance(layer, middleware) for layer in layers(served, app)):
        return
    wrap_application(app, _Recorded)


class _Recorded:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            scope.setdefault(_TAKEN, None)
        await self._app(scope, receive, send)
