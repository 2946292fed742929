"""What OpenTelemetry, Prometheus and Sentry see of requests: ``python -m tests.sameness.instrumented FILE``."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from cdk_fastapi_runtime.start.initialization import Initialization

Initialization(os.environ).end()

import sentry_sdk  # noqa: E402
from fastapi import APIRouter, FastAPI  # noqa: E402
from fastapi.testclient import TestClient  # noqa: E402
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor  # noqa: E402
from opentelemetry.sdk.trace import TracerProvider  # noqa: E402
from opentelemetry.sdk.trace.export import SimpleSpanProcessor  # noqa: E402
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter  # noqa: E402
from prometheus_client import CollectorRegistry, generate_latest  # noqa: E402
from prometheus_fastapi_instrumentator import Instrumentator  # noqa: E402

from cdk_fastapi_runtime.start.unbuilt import Unbuilt  # noqa: E402

before, after = APIRouter(), APIRouter(prefix="/after")


@before.get("/before/{key}")
def read_before(key: int) -> int:
    return key


transactions: list[Any] = []
sentry_sdk.init(
    dsn="http://key@127.0.0.1:9/1",
    transport=lambda event: None,
    traces_sample_rate=1.0,
    before_send_transaction=lambda event, hint: transactions.append([event["transaction"], event["transaction_info"]]),
)


@after.get("/{key}")
async def read_after(key: str) -> str:
    if key == "fails":
        raise ValueError(key)
    return key


app = FastAPI()
app.include_router(before, prefix="/in")
app.include_router(after)
app.router.routes.extend(before.routes)
spans, registry = InMemorySpanExporter(), CollectorRegistry()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(spans))
FastAPIInstrumentor.instrument_app(app, tracer_provider=provider)
Instrumentator(registry=registry).instrument(app)
waiting = sum(Unbuilt.of(route) is not None for route in (*before.routes, *after.routes))

client = TestClient(app, raise_server_exceptions=False)
answers = [
    client.get(path).status_code
    for path in ("/in/before/1", "/before/2", "/before/x", "/after/a", "/after/fails", "/none", "/openapi.json")
]
sentry_sdk.flush()
seen = {
    "answers": answers,
    "spans": [[span.name, (span.attributes or {}).get("http.route")] for span in spans.get_finished_spans()],
    "metrics": sorted(
        line for line in generate_latest(registry).decode().splitlines() if line.startswith("http_requests_total{")
    ),
    "transactions": transactions,
}
Path(sys.argv[1]).write_text(json.dumps({"waiting": waiting, "seen": seen}, indent=1))
