"""The request that is being served, for everything that happens in its tasks and threads."""

from __future__ import annotations

import os
import re
import time
import uuid
from contextvars import ContextVar
from typing import Any

from starlette.applications import Starlette
from starlette.types import Scope

from .route import route_template

CORRELATION_HEADER = b"x-correlation-id"

_CORRELATION_ID = re.compile(rb"[\x21-\x7e]{1,128}")
"""Visible ASCII of bounded length. It goes into every log line and back to the caller."""

_CURRENT: ContextVar[ObservedRequest | None] = ContextVar("observed_request", default=None)

_cold = True


def current_request() -> ObservedRequest | None:
    """The request of this task or thread; none outside of one."""
    return _CURRENT.get()


class ObservedRequest:
    """The facts of a request."""

    __slots__ = ("_app", "_root_path", "_scope", "cold_start", "correlation_id", "method", "path", "started")

    def __init__(self, scope: Scope, app: Starlette) -> None:
        global _cold
        self.cold_start, _cold = _cold, False
        self.started = time.perf_counter()
        self._scope = scope
        self._app = app
        self._root_path: str = scope.get("root_path", "")
        self.method: str = scope["method"]
        self.path: str = scope["path"].removeprefix(self._root_path)[:1024]
        self.correlation_id = self._correlation_id()

    @property
    def route(self) -> str:
        """The route's template; known once the request has been routed."""
        return route_template(self._scope, self._app.routes, self._root_path)

    @property
    def trace_header(self) -> str:
        """``Root=…;Parent=…;Sampled=…`` of Lambda's own segment; empty where there is none."""
        # The header of a gateway's event has the gateway as parent. The web adapter is a process of its own: there is
        # no variable, or one for several requests, and its header is Lambda's.
        context = self._scope.get("aws.context")
        return (
            getattr(context, "trace_id", None)
            or os.environ.get("_X_AMZN_TRACE_ID")
            or (self._header(b"x-amzn-trace-id") or b"").decode("latin-1")
        )

    def lambda_context(self) -> dict[str, Any]:
        """Facts of Lambda's context object, by the names that Powertools for AWS gives them; empty elsewhere."""
        context = self._scope.get("aws.context")
        if context is None:
            return {}
        return {
            "function_name": getattr(context, "function_name", None),
            "function_memory_size": getattr(context, "memory_limit_in_mb", None),
            "function_arn": getattr(context, "invoked_function_arn", None),
            "function_request_id": getattr(context, "aws_request_id", None),
        }

    def keys(self) -> dict[str, Any]:
        """The keys that each of its log records has."""
        return {
            "correlation_id": self.correlation_id,
            "method": self.method,
            "path": self.path,
            "route": self.route,
            "cold_start": self.cold_start,
            **self.lambda_context(),
        }

    def _correlation_id(self) -> str:
        sent = self._header(CORRELATION_HEADER)
        if sent is not None and _CORRELATION_ID.fullmatch(sent):
            return sent.decode("ascii")
        made = (self._scope.get("aws.event", {}).get("requestContext") or {}).get("requestId")
        return made if isinstance(made, str) and made else uuid.uuid4().hex

    def _header(self, wanted: bytes) -> bytes | None:
        return next((value for name, value in self._scope["headers"] if name == wanted), None)
