"""A receiver of OTLP over HTTP, as a collector has one, which keeps what it gets."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span as SpanMessage

SERVER = SpanMessage.SPAN_KIND_SERVER


@dataclass
class Span:
    """What a test asks of a span."""

    name: str
    trace_id: str
    span_id: str
    parent_id: str
    kind: int
    attributes: dict[str, Any]
    resource: dict[str, Any] = field(repr=False)


class Receiver:
    """Listens from its making on; ``status`` and ``delay`` say how it answers."""

    def __init__(self, port: int = 0) -> None:
        self.status = 200
        self.delay = 0.0
        self.bodies: list[tuple[str, dict[str, str], bytes]] = []
        receiver = self

        class Requests(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                time.sleep(receiver.delay)
                if receiver.status == 200:
                    receiver.bodies.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(receiver.status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                return

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True
            # A thousand processes may have a connection each.
            request_queue_size = 128

            def handle_error(self, request: Any, client_address: Any) -> None:
                return  # a process that was ended hangs up

        self._server = Quiet(("127.0.0.1", port), Requests)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def spans(self) -> list[Span]:
        found = []
        for request in self._read("/v1/traces", ExportTraceServiceRequest):
            for group in request.resource_spans:
                resource = _values(group.resource.attributes)
                for scope in group.scope_spans:
                    found.extend(
                        Span(
                            each.name,
                            each.trace_id.hex(),
                            each.span_id.hex(),
                            each.parent_span_id.hex(),
                            each.kind,
                            _values(each.attributes),
                            resource,
                        )
                        for each in scope.spans
                    )
        return found

    def server_spans(self) -> list[Span]:
        return [span for span in self.spans() if span.kind == SERVER]

    def metrics(self) -> list[str]:
        return [
            metric.name
            for request in self._read("/v1/metrics", ExportMetricsServiceRequest)
            for group in request.resource_metrics
            for scope in group.scope_metrics
            for metric in scope.metrics
        ]

    def logs(self) -> list[str]:
        return [
            record.body.string_value
            for request in self._read("/v1/logs", ExportLogsServiceRequest)
            for group in request.resource_logs
            for scope in group.scope_logs
            for record in scope.log_records
        ]

    def wait(self, done: Callable[[Receiver], bool]) -> None:
        """Something that is sent after the answer may still be on its way."""
        deadline = time.monotonic() + 60
        while not done(self):
            assert time.monotonic() < deadline, self.bodies
            time.sleep(0.01)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _read(self, path: str, message: Any) -> list[Any]:
        return [
            message.FromString(gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body)
            for where, headers, body in list(self.bodies)
            if where == path
        ]


def _values(attributes: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in attributes}
