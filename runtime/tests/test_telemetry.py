"""Functions whose application is observed by OpenTelemetry: with a real runtime, a real receiver, and freezes."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import rest_event
from .otlp import Receiver
from .test_lambda_runtime_api import Server

pytest.importorskip("opentelemetry.exporter.otlp.proto.common")

FREEZES = int(os.environ.get("TELEMETRY_FREEZES", "50"))
"""``TELEMETRY_FREEZES=1000 python -m pytest tests/test_telemetry.py -k frozen`` takes some minutes."""

APP = """
import os
from fastapi import FastAPI
app = FastAPI()

@app.get("/items/{item_id}")
def read(item_id: str):
    return os.getpid()

@app.get("/broken")
def broken():
    raise ValueError("why")
"""

OPEN_TELEMETRY = {"CDK_FASTAPI_TELEMETRY": "opentelemetry"}
AUTOMATIC = {"FASTAPI_OTEL_AUTO_CONFIGURE": "true"}

Start = Callable[..., Server]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    directory = tmp_path.resolve() / "bundle"
    directory.mkdir()
    (directory / "cdk_fastapi_runtime").symlink_to(Path(__file__).parent.parent / "cdk_fastapi_runtime")
    servers: list[Server] = []

    def make(source: str = APP, **environment: str) -> Server:
        (directory / "main.py").write_text(source)
        pairs = {"CDK_FASTAPI_APP": "main:app", **environment}.items()
        options = [part for name, value in pairs for part in ("--env", f"{name}={value}")]
        arguments = ["--directory", str(directory), "--handler", "cdk_fastapi_runtime.handler.handler", *options]
        servers.append(Server(directory, *arguments))
        return servers[-1]

    yield make
    for server in servers:
        server.stop()


def get(server: Server, path: str, **headers: str) -> Any:
    event = rest_event(path)
    event["headers"].update(headers)
    event["multiValueHeaders"] = {name: [value] for name, value in event["headers"].items()}
    return server.invoke(event)


def log(server: Server) -> str:
    return server.log.read_text() if server.log.exists() else ""


@pytest.mark.parametrize("environment", [OPEN_TELEMETRY, AUTOMATIC])
def test_no_trace_is_missing_when_the_environment_is_frozen(
    start: Start, receiver: Receiver, environment: dict[str, str]
) -> None:
    server = start(**environment, OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url)
    process = int(get(server, "/items/0")["body"])
    for number in range(1, FREEZES):
        # The runtime waits for its next event, and has sent what it had.
        receiver.wait(lambda each, expected=number: len(each.server_spans()) >= expected)  # type: ignore[misc]
        os.kill(process, signal.SIGSTOP)
        os.kill(process, signal.SIGCONT)
        assert int(get(server, f"/items/{number}")["body"]) == process
    receiver.wait(lambda each: len(each.server_spans()) == FREEZES)
    spans = receiver.server_spans()
    assert len({span.trace_id for span in spans}) == FREEZES
    # The stage is the root of the application, as a prefix that a proxy takes off under uvicorn.
    assert {span.name for span in spans} == {"GET /prod/items/{item_id}"}
    assert {span.attributes["http.route"] for span in spans} == {"/prod/items/{item_id}"}
    assert "http.server.request.duration" in receiver.metrics()
    assert log(server) == ""


def test_a_collector_that_is_away(start: Start) -> None:
    gone = Receiver()
    gone.close()
    server = start(**OPEN_TELEMETRY, OTEL_EXPORTER_OTLP_ENDPOINT=gone.url)
    began = time.monotonic()
    assert [get(server, f"/items/{number}")["statusCode"] for number in range(20)] == [200] * 20
    assert time.monotonic() - began < 30
    assert log(server).count("OpenTelemetry's data waits for its receiver") == 1


def test_a_collector_that_is_slow_or_refuses(start: Start, receiver: Receiver) -> None:
    server = start(**OPEN_TELEMETRY, OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url)
    get(server, "/items/0")
    receiver.status = 400
    assert get(server, "/items/1")["statusCode"] == 200
    receiver.status = 200
    get(server, "/items/2")
    receiver.wait(lambda each: len(each.server_spans()) == 2)
    receiver.delay = 5
    began = time.monotonic()
    assert [get(server, f"/items/{number}")["statusCode"] for number in range(5)] == [200] * 5
    assert time.monotonic() - began < 5
    said = log(server)
    assert said.count("refuses it") >= 1
    assert said.count("was not sent within") + said.count("waits for its receiver") <= 2


def test_parents_are_w3cs_else_lambdas_segment_else_the_gateways(start: Start, receiver: Receiver) -> None:
    server = start(**OPEN_TELEMETRY, OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url)
    gateways = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0"
    get(server, "/items/0", **{"X-Amzn-Trace-Id": gateways})
    w3c = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    get(server, "/items/1", **{"X-Amzn-Trace-Id": gateways, "traceparent": w3c})
    receiver.wait(lambda each: len(each.server_spans()) == 2)
    first, second = receiver.server_spans()
    assert (second.trace_id, second.parent_id) == ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331")
    assert first.trace_id != second.trace_id
    assert first.parent_id
    assert first.resource["faas.name"] == "function"


def test_an_error_is_recorded_and_its_log_record_sent(start: Start, receiver: Receiver) -> None:
    server = start(**OPEN_TELEMETRY, OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url, OTEL_EXPORTER_OTLP_COMPRESSION="gzip")
    assert get(server, "/broken")["statusCode"] == 500
    receiver.wait(lambda each: bool(each.logs()) and bool(each.server_spans()))
    assert receiver.logs() == ["Unhandled exception in FastAPI request"]


OWN_PROVIDER = """
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
trace.set_tracer_provider(TracerProvider())
trace.get_tracer_provider().add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
"""


def test_an_application_with_a_provider_of_its_own(start: Start, receiver: Receiver) -> None:
    server = start(OWN_PROVIDER + APP, **OPEN_TELEMETRY, OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url)
    for number in range(3):
        get(server, f"/items/{number}")
    receiver.wait(lambda each: len(each.server_spans()) == 3)
    assert receiver.metrics() == []
    assert log(server).count("a tracer provider of its own") == 1


def test_middleware_around_the_application_has_the_only_server_span(start: Start, receiver: Receiver) -> None:
    pytest.importorskip("opentelemetry.instrumentation.asgi")
    wrapped = APP + "\nfrom opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware\n"
    server = start(
        f"{wrapped}wrapped = OpenTelemetryMiddleware(app)\n",
        **OPEN_TELEMETRY,
        CDK_FASTAPI_APP="main:wrapped",
        OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url,
    )
    assert get(server, "/items/1")["statusCode"] == 200
    receiver.wait(lambda each: bool(each.server_spans()))
    assert len(receiver.server_spans()) == 1


def test_both_kinds_of_observability(start: Start, receiver: Receiver) -> None:
    server = start(
        **OPEN_TELEMETRY,
        CDK_FASTAPI_OBSERVABILITY="1",
        POWERTOOLS_TRACE_DISABLED="true",
        OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url,
    )
    assert get(server, "/items/1")["statusCode"] == 200
    receiver.wait(lambda each: len(each.server_spans()) == 1)
    assert log(server).count('"RequestCount":1') == 1
