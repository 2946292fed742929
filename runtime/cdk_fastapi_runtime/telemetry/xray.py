"""X-Ray's trace header as the parent of spans: that of Lambda's own segment, else the gateway's.

@see https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
"""

from __future__ import annotations

import os
import re

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.propagators.textmap import (
    CarrierT,
    Getter,
    Setter,
    TextMapPropagator,
    default_getter,
    default_setter,
)

HEADER = "X-Amzn-Trace-Id"
VARIABLE = "_X_AMZN_TRACE_ID"
"""Where Lambda's runtime puts the header of the invocation; its parent is nearer than that of the gateway's header."""

_ROOT = re.compile(r"(?:^|;)\s*Root=1-([0-9a-f]{8})-([0-9a-f]{24})\s*(?:;|$)", re.IGNORECASE)
_PARENT = re.compile(r"(?:^|;)\s*Parent=([0-9a-f]{16})\s*(?:;|$)", re.IGNORECASE)


class XRayPropagator(TextMapPropagator):
    """Reads and writes the header.

    What X-Ray samples is left to X-Ray: it takes one request in twenty, or none where the function is not traced, and
    a collector is to get what OpenTelemetry's own sampler takes.
    """

    def extract(
        self, carrier: CarrierT, context: Context | None = None, getter: Getter[CarrierT] = default_getter
    ) -> Context:
        found = context if context is not None else Context()
        # Headers of ASGI are asked for in lower case by some getters.
        sent = getter.get(carrier, HEADER) or getter.get(carrier, HEADER.lower()) or []
        for header in (os.environ.get(VARIABLE), *sent):
            root, parent = _ROOT.search(header or ""), _PARENT.search(header or "")
            if root is not None and parent is not None:
                span_context = trace.SpanContext(
                    trace_id=int(root[1] + root[2], 16),
                    span_id=int(parent[1], 16),
                    is_remote=True,
                    trace_flags=trace.TraceFlags(trace.TraceFlags.SAMPLED),
                )
                return trace.set_span_in_context(trace.NonRecordingSpan(span_context), found)
        return found

    def inject(
        self, carrier: CarrierT, context: Context | None = None, setter: Setter[CarrierT] = default_setter
    ) -> None:
        span = trace.get_current_span(context).get_span_context()
        if span.is_valid:
            trace_id = f"{span.trace_id:032x}"
            sampled = int(span.trace_flags.sampled)
            header = f"Root=1-{trace_id[:8]}-{trace_id[8:]};Parent={span.span_id:016x};Sampled={sampled}"
            setter.set(carrier, HEADER, header)

    @property
    def fields(self) -> set[str]:
        return {HEADER}
