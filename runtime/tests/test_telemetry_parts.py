"""The parts of telemetry, each with a real receiver or with OpenTelemetry's own SDK."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI

pytest.importorskip("opentelemetry.exporter.otlp.proto.common")

from opentelemetry import trace
from opentelemetry.propagators.textmap import Getter
from opentelemetry.sdk.trace import TracerProvider

from cdk_fastapi_runtime.telemetry.after_answer import FlushingHandler
from cdk_fastapi_runtime.telemetry.collector import KEPT, Collector, Settings, settings_of, url_of
from cdk_fastapi_runtime.telemetry.exporters import log_exporter, metric_exporter, span_exporter
from cdk_fastapi_runtime.telemetry.flusher import Flusher
from cdk_fastapi_runtime.telemetry.open_telemetry import instrument
from cdk_fastapi_runtime.telemetry.providers import flushable
from cdk_fastapi_runtime.telemetry.xray import XRayPropagator

from .conftest import url_event
from .otlp import Receiver
from .test_server import Server as WebServer

RUNTIME = Path(__file__).parent.parent


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


def messages(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


class Provider:
    """As slow as it is told; counts what it is asked."""

    def __init__(self) -> None:
        self.flushed = 0
        self.go_on = threading.Event()
        self.go_on.set()

    def force_flush(self) -> None:
        self.go_on.wait(60)
        self.flushed += 1
        raise RuntimeError("whatever a provider of another maker raises")


def test_waits_for_a_flush_but_not_for_a_collector_that_is_late(caplog: pytest.LogCaptureFixture) -> None:
    provider = Provider()
    flusher = Flusher(lambda: [provider], seconds=0.2)
    flusher.flush()
    asyncio.run(flusher.flush_async())
    assert provider.flushed == 2

    async def at_the_same_time() -> None:
        await asyncio.gather(flusher.flush_async(), flusher.flush_async())

    asyncio.run(at_the_same_time())
    assert provider.flushed == 3
    provider.go_on.clear()
    for _ in range(3):
        flusher.flush()
        asyncio.run(flusher.flush_async())
    assert messages(caplog) == [
        "OpenTelemetry's data was not sent within 0.2 seconds: requests go on without waiting for it"
    ]
    flusher._wait_again = 0
    flusher.flush()
    provider.go_on.set()
    while provider.flushed < 5:
        time.sleep(0.01)
    # Nobody has waited, and what they asked for was done by one flush more.
    assert provider.flushed == 5


def test_does_not_begin_where_nothing_is_left_of_the_invocation() -> None:
    provider = Provider()
    provider.go_on.clear()
    Flusher(lambda: [provider]).flush(0)
    asyncio.run(Flusher(lambda: [provider]).flush_async(-1))
    provider.go_on.set()


def test_a_late_flush_of_a_stream_is_said_too(caplog: pytest.LogCaptureFixture) -> None:
    provider = Provider()
    provider.go_on.clear()
    asyncio.run(Flusher(lambda: [provider], seconds=0.1).flush_async())
    assert len(messages(caplog)) == 1
    provider.go_on.set()


def test_flushes_each_provider_once_those_of_fastapi_alone_included() -> None:
    own = TracerProvider(shutdown_on_exit=False)
    app = SimpleNamespace(_telemetry={"tracer_provider": own, "meter_provider": own})
    found = list(flushable(app))  # type: ignore[arg-type]
    assert [each for each in found if each is own] == [own]
    assert not [each for each in flushable(FastAPI()) if each is own]


def test_a_flush_comes_after_the_answer_where_the_runtime_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []

    class LambdaRuntimeClient:
        def wait_next_invocation(self) -> str:
            order.append("next")
            return "event"

    module = SimpleNamespace(LambdaRuntimeClient=LambdaRuntimeClient)
    monkeypatch.setitem(sys.modules, "awslambdaric.lambda_runtime_client", module)  # type: ignore[arg-type]
    flusher = Flusher(lambda: order.append("flushed") or [])  # type: ignore[func-returns-value]
    handler = FlushingHandler(lambda event, context: order.append("answer"), flusher)
    client = LambdaRuntimeClient()
    assert client.wait_next_invocation() == "event"
    handler({}, SimpleNamespace(get_remaining_time_in_millis=lambda: 30_000))
    client.wait_next_invocation()
    assert order == ["next", "answer", "flushed", "next"]


def test_a_flush_comes_before_the_answer_where_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "awslambdaric.lambda_runtime_client", raising=False)
    order: list[str] = []

    def fail(event: Any, context: Any) -> None:
        order.append("answer")
        raise ValueError(event)

    handler = FlushingHandler(fail, Flusher(lambda: order.append("flushed") or []))  # type: ignore[func-returns-value]
    with pytest.raises(ValueError, match="why"):
        handler("why", SimpleNamespace())
    assert order == ["answer", "flushed"]


SETTINGS = settings_of({"OTEL_EXPORTER_OTLP_HEADERS": "api-key=a%20b", "OTEL_EXPORTER_OTLP_TIMEOUT": "0.3"})


@pytest.fixture
def collect() -> Iterator[Callable[..., Collector]]:
    made: list[Collector] = []

    def make(settings: Settings = SETTINGS) -> Collector:
        made.append(Collector(settings))
        return made[-1]

    yield make
    for each in made:
        each.close()


Collect = Callable[..., Collector]


def test_sends_again_on_a_new_connection_what_failed_on_a_kept_one(collect: Collect, receiver: Receiver) -> None:
    collector = collect()
    assert collector.send(f"{receiver.url}/v1/traces?key=1", b"one")
    port = receiver.port
    receiver.close()
    # As a receiver does that was started anew.
    for connection in collector._connections.values():
        connection.sock.shutdown(socket.SHUT_RDWR)
    again = Receiver(port)
    assert collector.send(f"{receiver.url}/v1/traces?key=1", b"two")
    [(path, headers, body)] = again.bodies
    assert (path, headers["api-key"], body) == ("/v1/traces?key=1", "a b", b"two")
    again.close()


def test_what_waited_is_sent_when_the_receiver_is_back(
    collect: Collect, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    collector = collect()
    url = f"{receiver.url}/v1/traces"
    receiver.status = 503
    assert not collector.send(url, b"one")
    # It was away a moment ago.
    assert not collector.send(url, b"two")
    receiver.status = 200
    collector._try_again = 0
    receiver.status = 503
    assert not collector.send(url, b"four")
    receiver.status = 200
    collector._try_again = 0
    assert collector.send(url, b"three")
    assert [body for _, _, body in receiver.bodies] == [b"one", b"two", b"four", b"three"]
    assert len(messages(caplog)) == 1


def test_what_the_receiver_refuses_is_given_up(
    collect: Collect, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    collector = collect()
    receiver.status = 400
    assert not collector.send(receiver.url, b"one")
    receiver.status = 200
    assert collector.send(receiver.url, b"two")
    assert [body for _, _, body in receiver.bodies] == [b"two"]
    assert len(messages(caplog)) == 1


def test_old_data_is_given_up_where_the_receiver_stays_away(collect: Collect, receiver: Receiver) -> None:
    collector = collect()
    receiver.status = 503
    for _ in range(3):
        collector.send(receiver.url, bytes(KEPT // 2))
    assert len(collector._waiting) == 2


def test_a_receiver_that_does_not_answer_or_hangs_up(
    collect: Collect, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.delay = 1
    assert not collect().send(receiver.url, b"body")
    assert not collect().send(receiver.url.replace("http://", "https://"), b"body")
    assert len(messages(caplog)) == 2


def test_a_certificate_that_is_none(collect: Collect, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "ca.pem").write_text("none")
    settings = settings_of({"OTEL_EXPORTER_OTLP_CERTIFICATE": str(tmp_path / "ca.pem")})
    assert not collect(settings).send("https://127.0.0.1:1", b"body")
    assert len(messages(caplog)) == 1


def test_exporters_close_their_connection(collect: Collect, receiver: Receiver) -> None:
    collector = collect()
    exporters: list[Any] = [
        span_exporter(collector, receiver.url),
        metric_exporter(collector, receiver.url, {}),
        log_exporter(collector, receiver.url),
    ]
    for exporter in exporters:
        collector.send(receiver.url, b"body")
        assert exporter.force_flush(1) is not False
        exporter.shutdown()
        assert not collector._connections


@pytest.mark.parametrize(
    ("text", "seconds"), [("", 1), ("2", 2), ("600", 10), ("-1", 1), ("soon", 1), ("nan", 1), ("inf", 10)]
)
def test_an_exporter_waits_as_long_as_its_variable_says(text: str, seconds: float) -> None:
    assert settings_of({"OTEL_EXPORTER_OTLP_TIMEOUT": text}).seconds == seconds


def test_where_signals_go() -> None:
    assert url_of({}, "traces") == "http://localhost:4318/v1/traces"
    assert url_of({"OTEL_EXPORTER_OTLP_ENDPOINT": "https://a.example/x/"}, "logs") == "https://a.example/x/v1/logs"
    own = {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "https://b.example/m", "OTEL_LOGS_EXPORTER": "None "}
    assert (url_of(own, "metrics"), url_of(own, "logs")) == ("https://b.example/m", None)
    assert settings_of({"OTEL_EXPORTER_OTLP_CERTIFICATE": "/no/file"}).certificate is None


class Headers(Getter[dict[str, str]]):
    def get(self, carrier: dict[str, str], key: str) -> list[str] | None:
        return [carrier[key]] if key in carrier else None

    def keys(self, carrier: dict[str, str]) -> list[str]:
        return list(carrier)


ROOT = "Root=1-5759e988-bd862e3fe1be46a994272793"


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (f"{ROOT};Parent=53995c3f42cd8ad8;Sampled=1", True),
        (f"Self=1-5759e988-000000000000000000000001;{ROOT}; Parent=53995c3f42cd8ad8", True),
        (ROOT, False),
        ("Root=1-x-y;Parent=53995c3f42cd8ad8", False),
        ("garbage\r\n;=", False),
    ],
)
def test_reads_the_header_of_xray(monkeypatch: pytest.MonkeyPatch, header: str, found: bool) -> None:
    monkeypatch.delenv("_X_AMZN_TRACE_ID", raising=False)
    context = XRayPropagator().extract({"x-amzn-trace-id": header}, None, Headers())
    parent = trace.get_current_span(context).get_span_context()
    assert parent.is_valid is found
    assert not found or (parent.trace_id, parent.trace_flags) == (0x5759E988BD862E3FE1BE46A994272793, 1)


def test_writes_the_header_of_xray(monkeypatch: pytest.MonkeyPatch) -> None:
    # Lambda's runtime client sets it in the process of these tests.
    monkeypatch.delenv("_X_AMZN_TRACE_ID", raising=False)
    propagator, carrier = XRayPropagator(), dict[str, str]()
    propagator.inject(carrier)
    assert carrier == {}
    with TracerProvider(shutdown_on_exit=False).get_tracer("t").start_as_current_span("s") as span:
        propagator.inject(carrier)
    context = propagator.extract(carrier)
    assert trace.get_current_span(context).get_span_context().span_id == span.get_span_context().span_id
    assert carrier.keys() == propagator.fields


SCRIPT = """
import sys
from types import SimpleNamespace
sys.path.insert(0, {runtime!r})
{before}
from cdk_fastapi_runtime.handler import handler
from tests.conftest import rest_event
for path in {paths!r}:
    print(handler(rest_event(path), SimpleNamespace(aws_request_id="1"))["statusCode"])
"""


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., str]:
    """Answers requests in a process of its own: OpenTelemetry's global providers are set once in a process."""

    def make(*paths: str, before: str = "", source: str = "", **environment: str) -> str:
        (tmp_path / "main.py").write_text(f"from fastapi import FastAPI\napp = FastAPI()\n{source}")
        script = SCRIPT.format(runtime=str(RUNTIME), before=before, paths=paths)
        env = {**os.environ, "CDK_FASTAPI_APP": "main:app", "CDK_FASTAPI_TELEMETRY": "opentelemetry", **environment}
        argv = [sys.executable, "-c", script]
        done = subprocess.run(argv, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=True)
        return done.stdout + done.stderr

    return make


@pytest.mark.parametrize(
    "environment",
    [
        {"OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE": "DELTA", "AWS_LAMBDA_FUNCTION_NAME": "named"},
        {"OTEL_PROPAGATORS": "tracecontext", "OTEL_RESOURCE_ATTRIBUTES": "service.name=mine"},
    ],
)
def test_sets_up_all_signals(run: Callable[..., str], receiver: Receiver, environment: dict[str, str]) -> None:
    broken = "@app.get('/broken')\nasync def broken(): raise ValueError('why')\n"
    out = run("/nothing", "/broken", source=broken, OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url, **environment)
    assert out.startswith("404\n500\n")
    assert len(receiver.server_spans()) == 2
    assert receiver.logs() == ["Unhandled exception in FastAPI request"]
    assert "http.server.request.duration" in receiver.metrics()
    assert receiver.spans()[0].resource["service.name"] in ("named", "mine")


def test_sets_up_the_signals_that_are_on(run: Callable[..., str], receiver: Receiver) -> None:
    off = {f"OTEL_{signal}_EXPORTER": "none" for signal in ("TRACES", "METRICS", "LOGS")}
    assert run("/nothing", OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url, **off) == "404\n"
    assert run("/nothing", OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url, OTEL_SDK_DISABLED="true") == "404\n"
    assert receiver.bodies == []


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("sys.modules['opentelemetry.sdk.resources'] = None", "The bundle lacks packages of OpenTelemetry"),
        (
            "from opentelemetry import trace; trace.set_tracer_provider(trace.NoOpTracerProvider())",
            "a tracer provider of its own",
        ),
        (
            "import opentelemetry.sdk.resources as r; r.Resource = None",
            "OpenTelemetry could not be set up",
        ),
    ],
)
def test_requests_are_answered_where_it_cannot_be_set_up(run: Callable[..., str], before: str, said: str) -> None:
    out = run("/nothing", before=before)
    assert out.startswith("404\n")
    assert out.count(said) == 1


def test_off_it_imports_nothing(run: Callable[..., str]) -> None:
    source = (
        "import atexit, sys\n@atexit.register\ndef _():\n    print([n for n in sys.modules if 'telemetry.' in n])\n"
    )
    out = run("/nothing", source=source, CDK_FASTAPI_TELEMETRY="")
    modules = out.splitlines()[1]
    assert "opentelemetry.sdk" not in modules
    assert [name for name in eval(modules) if name.startswith("cdk_fastapi_runtime")] == [
        "cdk_fastapi_runtime.telemetry.stages"
    ]


def test_an_older_fastapi_is_instrumented_by_the_package(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("opentelemetry.instrumentation.fastapi")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    app: Any = FastAPI()
    instrument(app)
    assert app._is_instrumented_by_opentelemetry
    instrument(app)
    monkeypatch.setitem(sys.modules, "opentelemetry.instrumentation.fastapi", None)  # type: ignore[arg-type]
    instrument(FastAPI())
    assert [record.levelno for record in caplog.records if record.name == "cdk_fastapi_runtime"] == [logging.ERROR]


STREAMS = """
from collections.abc import AsyncIterable
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware
app = FastAPI()

@app.get("/stream/{count}")
async def stream(count: int):
    async def chunks():
        for number in range(count):
            yield str(number)
    return StreamingResponse(chunks())

wrapped = OpenTelemetryMiddleware(app, exclude_spans=["send", "receive"])
"""


@pytest.mark.parametrize("entrypoint", ["app", "wrapped"])
def test_a_stream_is_sent_before_its_end(tmp_path: Path, receiver: Receiver, entrypoint: str) -> None:
    pytest.importorskip("opentelemetry.instrumentation.asgi")
    (tmp_path / "streams.py").write_text(STREAMS)
    environment = {
        "CDK_FASTAPI_APP": f"streams:{entrypoint}",
        "CDK_FASTAPI_TELEMETRY": "opentelemetry",
        "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url,
    }
    server = WebServer(tmp_path, environment).wait()
    for number in range(1, 4):
        response: Any = server.invoke("/stream/3", url_event("/stream/3"))
        assert response.payload == b"012"
        # Not waited for: it has been sent when the caller has the end.
        assert len(receiver.server_spans()) == number
    server.stop()
