"""The steps of telemetry at each stage of a start; without telemetry nothing is imported."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

if TYPE_CHECKING:
    from .flusher import Flusher

VARIABLE = "CDK_FASTAPI_TELEMETRY"
VALUE = "opentelemetry"

_SDK = "opentelemetry.sdk"
"""Nothing is recorded without it: the API alone, which FastAPI depends on, drops everything."""

_AROUND = "opentelemetry.instrumentation.asgi"


def before_import(environ: Mapping[str, str]) -> None:
    """Before the application is imported."""
    if _is_wanted(environ):
        from .open_telemetry import set_propagators

        set_propagators(environ)


def before_start(app: FastAPI, served: Any, environ: Mapping[str, str]) -> None:
    """Before the application's lifespan starts, which builds its middlewares."""
    if _is_wanted(environ):
        from .open_telemetry import instrument

        instrument(app)
    if _AROUND in sys.modules:
        from .own_server_span import leave_to_middleware

        leave_to_middleware(app, served)


def after_start(app: FastAPI, environ: Mapping[str, str]) -> Flusher | None:
    """When the application has started: what flushes it after each request, if anything records."""
    if _is_wanted(environ):
        from .open_telemetry import set_providers

        set_providers(environ)
    if _SDK not in sys.modules:
        return None
    from .flusher import Flusher
    from .providers import flushable

    if not any(True for _ in flushable(app)):
        return None
    return Flusher(lambda: flushable(app))


def _is_wanted(environ: Mapping[str, str]) -> bool:
    return environ.get(VARIABLE) == VALUE and environ.get("OTEL_SDK_DISABLED", "").lower() != "true"
