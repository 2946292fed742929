"""The invocation behind a request, from the headers in which the Lambda Web Adapter passes it on."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

REQUEST_CONTEXT = b"x-amzn-request-context"
LAMBDA_CONTEXT = b"x-amzn-lambda-context"
"""The adapter overwrites both, so that no caller can set them."""


@dataclass(frozen=True)
class LambdaContext:
    """The attributes of Lambda's context object that the adapter passes on, under the same names."""

    aws_request_id: str
    invoked_function_arn: str
    function_name: str
    function_version: str
    memory_limit_in_mb: str
    log_group_name: str
    log_stream_name: str
    trace_id: str | None
    tenant_id: str | None
    deadline: int
    """Milliseconds since the epoch."""

    def get_remaining_time_in_millis(self) -> int:
        return max(0, self.deadline - int(time.time() * 1000))


@dataclass(frozen=True)
class Invocation:
    """The Lambda context and the gateway's request context of a request."""

    request_context: dict[str, Any]
    context: LambdaContext

    @classmethod
    def of(cls, headers: Iterable[tuple[bytes, bytes]]) -> Invocation | None:
        """The invocation of a request; none where the request did not come through the adapter."""
        found = {name: value for name, value in headers if name in (REQUEST_CONTEXT, LAMBDA_CONTEXT)}
        if LAMBDA_CONTEXT not in found:
            return None
        context = json.loads(found[LAMBDA_CONTEXT])
        config = context.get("env_config") or {}
        return cls(
            # The adapter says null where the event is none of a gateway.
            request_context=json.loads(found.get(REQUEST_CONTEXT, b"null")) or {},
            context=LambdaContext(
                aws_request_id=context["request_id"],
                invoked_function_arn=context.get("invoked_function_arn", ""),
                function_name=config.get("function_name", ""),
                function_version=config.get("version", ""),
                memory_limit_in_mb=str(config.get("memory", "")),
                log_group_name=config.get("log_group", ""),
                log_stream_name=config.get("log_stream", ""),
                trace_id=context.get("xray_trace_id"),
                tenant_id=context.get("tenant_id"),
                deadline=context.get("deadline", 0),
            ),
        )

    @property
    def source_ip(self) -> str | None:
        """The caller's address as the gateway saw it; the caller can write parts of ``X-Forwarded-For`` itself."""
        place = self.request_context.get("http") or self.request_context.get("identity") or {}
        address: str | None = place.get("sourceIp")
        return address

    def event(self, path: str) -> dict[str, Any]:
        """The known part of the gateway's event: its request context and the fields that ``location.py`` needs."""
        if "http" in self.request_context:
            return {
                "version": "2.0",
                "routeKey": self.request_context.get("routeKey") or "",
                "rawPath": path,
                "requestContext": self.request_context,
            }
        return {
            "path": path,
            "resource": self.request_context.get("resourcePath") or "",
            "requestContext": self.request_context,
        }
