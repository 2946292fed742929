"""Observability of requests, behind Mangum with the events of each gateway, and beside the web adapter."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from awslambdaric.bootstrap import LambdaLoggerHandler
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, HTTPException, WebSocket
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel

from cdk_fastapi_runtime.entry.json_log import JsonFormatter
from cdk_fastapi_runtime.entry.observed import install_observability
from cdk_fastapi_runtime.observability import Metrics, RequestKeys, Tracer, current_request, observe, request
from cdk_fastapi_runtime.observability.logs import silence_servers
from cdk_fastapi_runtime.server import build

from .browser import Browser
from .conftest import http_event, rest_event, url_event
from .daemon import TRACE, Daemon

Deploy = Callable[..., Callable[..., dict[str, Any]]]
Lines = Callable[[], list[dict[str, Any]]]


class Thing(BaseModel):
    """What an endpoint returns."""

    name: str


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "Shop")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "ShopSpace")
    monkeypatch.delenv("AWS_XRAY_DAEMON_ADDRESS", raising=False)
    monkeypatch.delenv("_X_AMZN_TRACE_ID", raising=False)


@pytest.fixture
def records() -> Iterator[list[dict[str, Any]]]:
    """The log lines, as the shim would write them."""
    written: list[dict[str, Any]] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(json.loads(self.format(record)))

    handler = Collect()
    handler.setFormatter(JsonFormatter(observed=True))
    handler.addFilter(RequestKeys())
    root = logging.getLogger()
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    """The metric lines written since the last call."""

    def read() -> list[dict[str, Any]]:
        return [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith('{"_aws"')]

    return read


class Shop(FastAPI):
    """An application that observes itself, as the generated project does."""

    def __init__(self) -> None:
        super().__init__()
        self.metrics = Metrics()
        self.tracer = Tracer()
        observe(self, logger=logging.getLogger("shop"), metrics=self.metrics, tracer=self.tracer)


@pytest.fixture
def shop() -> Shop:
    app = Shop()
    log = logging.getLogger("shop")
    router = APIRouter(prefix="/included")

    @router.get("/things/{thing}")
    async def included(thing: str) -> Thing:
        log.warning("included", extra={"thing": thing, "path": "mine"})
        return Thing(name=thing)

    @app.get("/items/{item_id}")
    def read(item_id: int) -> int:
        log.warning("read")
        return item_id

    @app.get("/files/{path:path}")
    async def file(path: str) -> str:
        return path

    @app.get("/grüße")
    async def greet() -> str:
        return "hello"

    @app.get("/fails")
    async def fails() -> None:
        raise ZeroDivisionError("secret detail")

    @app.get("/refuses/{status}")
    async def refuses(status: int) -> None:
        raise HTTPException(status, "as the application says", {"x-mine": "1"})

    @app.get("/background")
    async def background(tasks: BackgroundTasks, broken: bool = False) -> str:
        def later() -> None:
            app.metrics.add_metric("Later", "Count", 1)
            if broken:
                raise OSError("after the answer")

        tasks.add_task(later)
        return "now"

    @app.get("/stream")
    async def stream(broken: bool = False) -> StreamingResponse:
        async def items() -> AsyncIterator[str]:
            for index in range(3):
                await asyncio.sleep(0.01)
                app.metrics.add_metric("Item", "Count", 1)
                yield f"{index}\n"
                if broken:
                    raise OSError("in the middle")

        return StreamingResponse(items())

    @app.get("/concurrent/{name}")
    async def concurrent(name: str) -> str:
        app.metrics.add_dimension("caller", name)
        await asyncio.sleep(0.01)
        app.metrics.add_metric("Calls", "Count", 1)
        log.warning(name)
        return name

    @app.websocket("/socket")
    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.close()

    inner = FastAPI()
    inner.add_api_route("/deep/{key}", lambda key: key)
    middle = FastAPI()
    middle.mount("/inner", inner)
    app.mount("/{tenant}/mounted", middle)
    app.include_router(router)
    return app


def client(app: FastAPI) -> Browser:
    return Browser(app)


# --- one line for each request ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", [rest_event, http_event, url_event])
def test_seven_requests_give_seven_lines(deploy: Deploy, shop: Shop, lines: Lines, event: Any) -> None:
    send = deploy(shop)
    seen = []
    for index in range(7):
        answer = send(event(f"/items/{index}"))
        written = lines()
        assert len(written) == 1
        assert written[0]["correlation_id"] == answer["headers"]["x-correlation-id"]
        seen += written
    assert [line["path"] for line in seen] == [f"/items/{index}" for index in range(7)]
    assert {line["route"] for line in seen} == {"/items/{item_id}"}


def test_a_line_is_an_embedded_metric(deploy: Deploy, shop: Shop, lines: Lines, monkeypatch: Any) -> None:
    monkeypatch.setattr(request, "_cold", True)
    send = deploy(shop)
    for event in (rest_event("/items/1"), rest_event("/items/2")):
        assert send(event)["statusCode"] == 200
    first, second = lines()
    [directive] = first["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "ShopSpace"
    assert directive["Dimensions"] == [["service", "route"], ["service"]]
    assert {metric["Name"]: metric["Unit"] for metric in directive["Metrics"]} == {
        **dict.fromkeys(("RequestCount", "Success", "Failure", "ClientError", "ColdStart"), "Count"),
        "Latency": "Milliseconds",
    }
    assert isinstance(first["_aws"]["Timestamp"], int)
    assert first["Latency"] > 0
    assert {name: first[name] for name in ("service", "route", "RequestCount", "method", "path", "status")} == {
        "service": "Shop",
        "route": "/items/{item_id}",
        "RequestCount": 1,
        "method": "GET",
        "path": "/items/1",
        "status": 200,
    }
    assert first["function_request_id"] == "11111111-2222-3333-4444-555555555555"
    assert (first["ColdStart"], second["ColdStart"]) == (1, 0)


@pytest.mark.parametrize(
    ("path", "status", "success", "failure", "client_error"),
    [
        ("/items/1", 200, 1, 0, 0),
        ("/refuses/302", 302, 1, 0, 0),
        ("/refuses/399", 399, 1, 0, 0),
        ("/refuses/400", 400, 0, 0, 1),
        ("/refuses/499", 499, 0, 0, 1),
        ("/refuses/500", 500, 0, 1, 0),
        ("/refuses/503", 503, 0, 1, 0),
        ("/items/x", 422, 0, 0, 1),
        ("/nowhere", 404, 0, 0, 1),
        ("/fails", 500, 0, 1, 0),
    ],
)
def test_results(
    shop: Shop, lines: Lines, path: str, status: int, success: int, failure: int, client_error: int
) -> None:
    assert client(shop).get(path).status_code == status
    [line] = lines()
    assert (line["Success"], line["Failure"], line["ClientError"]) == (success, failure, client_error)
    assert line["status"] == status


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/items/1", "/items/{item_id}"),
        ("/included/things/x", "/included/things/{thing}"),
        ("/files/a/b/c", "/files/{path}"),
        ("/gr%C3%BC%C3%9Fe", "/gr%C3%BC%C3%9Fe"),
        ("/acme/mounted/inner/deep/x", "/{tenant}/mounted/inner/deep/{key}"),
        ("/acme/mounted/absent", "/{tenant}/mounted"),
        ("/acme/mounted/inner/absent", "/{tenant}/mounted/inner"),
        ("/openapi.json", "/openapi.json"),
        ("/nowhere/1", "unknown"),
        ("/", "unknown"),
    ],
)
def test_routes(shop: Shop, lines: Lines, path: str, route: str) -> None:
    client(shop).get(path)
    assert [line["route"] for line in lines()] == [route]


def test_a_method_that_the_route_lacks(shop: Shop, lines: Lines) -> None:
    assert client(shop).request("DELETE", "/items/1").status_code == 405
    assert lines()[0]["route"] == "/items/{item_id}"


def test_a_stage_is_no_part_of_the_path(deploy: Deploy, shop: Shop, lines: Lines) -> None:
    deploy(shop)(http_event("/acme/mounted/inner/deep/x", stage="prod"))
    [line] = lines()
    assert (line["path"], line["route"]) == (
        "/acme/mounted/inner/deep/x",
        "/{tenant}/mounted/inner/deep/{key}",
    )


def test_a_stream_is_recorded_at_its_end(shop: Shop, lines: Lines) -> None:
    assert client(shop).get("/stream").text == "0\n1\n2\n"
    [line] = lines()
    assert line["Item"] == [1, 1, 1]
    assert line["Latency"] >= 30


def test_background_tasks_belong_to_their_request(shop: Shop, lines: Lines) -> None:
    assert client(shop).get("/background").json() == "now"
    [line] = lines()
    assert (line["Later"], line["Success"]) == (1, 1)


def test_requests_at_the_same_time(shop: Shop, lines: Lines, records: list[dict[str, Any]]) -> None:
    async def together() -> None:
        transport = httpx.ASGITransport(shop)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as browser:
            await asyncio.gather(
                *(browser.get(f"/concurrent/{name}", headers={"x-correlation-id": f"id-{name}"}) for name in "abcdefgh")
            )

    asyncio.run(together())
    written = lines()
    assert sorted((line["caller"], line["Calls"], line["correlation_id"]) for line in written) == [
        (name, 1, f"id-{name}") for name in "abcdefgh"
    ]
    assert {(record["message"], record["correlation_id"]) for record in records} == {
        (name, f"id-{name}") for name in "abcdefgh"
    }


def test_websockets_are_left_alone(shop: Shop, lines: Lines) -> None:
    assert client(shop).websocket("/socket")[-1]["type"] == "websocket.close"
    assert lines() == []


# --- correlation ids -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sent", ["a", "7d0c3c4e-0a53", "x" * 128, "!~{}\"'<>"])
def test_a_correlation_id_comes_back(shop: Shop, lines: Lines, sent: str) -> None:
    answer = client(shop).get("/items/1", headers={"X-Correlation-Id": sent})
    assert answer.headers["x-correlation-id"] == sent
    assert lines()[0]["correlation_id"] == sent


@pytest.mark.parametrize(
    "sent", ["", " ", "x" * 129, "x" * 10_000, "a b", "a\nb", "a\r\nSet-Cookie: x", "a\x1b[31m", "grüße", "\x7f"]
)
def test_a_correlation_id_that_is_refused(deploy: Deploy, shop: Shop, lines: Lines, sent: str) -> None:
    headers = {"X-Correlation-Id": sent}
    event = rest_event("/items/1", headers=headers, multiValueHeaders={name: [text] for name, text in headers.items()})
    answer = deploy(shop)(event)
    assert answer["headers"]["x-correlation-id"] == event["requestContext"]["requestId"]
    assert lines()[0]["correlation_id"] == event["requestContext"]["requestId"]


def test_a_correlation_id_is_made_where_there_is_none(shop: Shop) -> None:
    browser = client(shop)
    first, second = (browser.get("/items/1").headers["x-correlation-id"] for _ in range(2))
    assert len(first) == len(second) == 32
    assert first != second


def test_an_answer_has_one_correlation_id(lines: Lines) -> None:
    app = Shop()
    app.add_api_route("/own", lambda: JSONResponse("", headers={"X-Correlation-Id": "another"}))
    answer = client(app).get("/own", headers={"x-correlation-id": "mine"})
    assert answer.headers.get_list("x-correlation-id") == ["mine"]
    assert len(lines()) == 1


# --- log records -----------------------------------------------------------------------------------------------------


def test_records_know_their_request(deploy: Deploy, shop: Shop, records: list[dict[str, Any]]) -> None:
    deploy(shop)(rest_event("/items/7"))
    [record] = records
    assert record["message"] == "read"
    assert record["level"] == "WARNING"
    assert record["service"] == "Shop"
    assert record["logger"] == "shop"
    assert record["location"].startswith("read:")
    assert {name: record[name] for name in ("method", "path", "route", "function_request_id", "correlation_id")} == {
        "method": "GET",
        "path": "/items/7",
        "route": "/items/{item_id}",
        "function_request_id": "11111111-2222-3333-4444-555555555555",
        "correlation_id": rest_event("/")["requestContext"]["requestId"],
    }
    assert isinstance(record["cold_start"], bool)


def test_the_context_of_the_function(shop: Shop) -> None:
    async def send(message: Any) -> None:
        seen.append(message)

    seen: list[Any] = []
    keys: list[dict[str, Any]] = []

    @shop.get("/keys")
    async def read_keys() -> None:
        found = current_request()
        assert found
        keys.append(found.keys())

    context = SimpleNamespace(
        function_name="shop", memory_limit_in_mb="1024", invoked_function_arn="arn:aws:lambda:x", aws_request_id="r"
    )
    scope = {"type": "http", "method": "GET", "path": "/keys", "query_string": b"", "headers": [], "root_path": ""}
    asyncio.run(shop({**scope, "aws.context": context}, lambda: asyncio.sleep(0, {"type": "http.request"}), send))
    assert {name: value for name, value in keys[0].items() if name.startswith("function_")} == {
        "function_name": "shop",
        "function_memory_size": "1024",
        "function_arn": "arn:aws:lambda:x",
        "function_request_id": "r",
    }
    assert seen[0]["status"] == 200


def test_a_records_own_keys_stay(shop: Shop, records: list[dict[str, Any]]) -> None:
    client(shop).get("/included/things/x")
    assert (records[0]["path"], records[0]["thing"]) == ("mine", "x")
    assert records[0]["route"] == "/included/things/{thing}"


def test_outside_of_a_request(records: list[dict[str, Any]]) -> None:
    logging.getLogger("shop").warning("starting")
    assert "correlation_id" not in records[0]
    assert current_request() is None


def test_the_first_byte_of_a_stream_is_timed(shop: Shop, lines: Lines) -> None:
    browser = client(shop)
    browser.get("/stream")
    browser.get("/items/1")
    streamed, whole = lines()
    assert 0 <= streamed["TimeToFirstByte"] <= streamed["Latency"]
    names = [
        [metric["Name"] for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]] for line in (streamed, whole)
    ]
    assert ("TimeToFirstByte" in names[0], "TimeToFirstByte" in names[1]) == (True, False)


# --- unhandled exceptions --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", [rest_event, http_event, url_event])
def test_an_exception_is_logged_once_and_answered_safely(
    deploy: Deploy, shop: Shop, lines: Lines, records: list[dict[str, Any]], event: Any
) -> None:
    answer = deploy(shop)(event("/fails"))
    correlation = event("/")["requestContext"]["requestId"]
    assert (answer["statusCode"], json.loads(answer["body"])) == (
        500,
        {"detail": "Internal Server Error", "correlation_id": correlation},
    )
    assert answer["headers"]["x-correlation-id"] == correlation
    [record] = records
    assert (record["level"], record["message"]) == ("ERROR", "Unhandled exception")
    assert (record["exception_name"], record["correlation_id"]) == ("ZeroDivisionError", correlation)
    assert "in fails" in record["exception"]
    assert "secret detail" in record["exception"]
    [line] = lines()
    assert (line["Failure"], line["status"], line["route"]) == (1, 500, "/fails")


def test_errors_of_fastapi_are_as_they_were(shop: Shop, records: list[dict[str, Any]]) -> None:
    plain = FastAPI()
    plain.add_api_route("/items/{item_id}", lambda item_id: item_id)
    answer = client(shop).get("/refuses/418")
    assert (answer.status_code, answer.json()) == (418, {"detail": "as the application says"})
    assert answer.headers["x-mine"] == "1"
    assert client(shop).get("/items/x").json()["detail"][0]["type"] == "int_parsing"
    assert client(shop).get("/nowhere").json() == client(plain).get("/nowhere").json()
    assert records == []


def test_a_body_that_is_not_json(lines: Lines, records: list[dict[str, Any]]) -> None:
    app = Shop()

    @app.post("/things")
    def create(thing: Thing) -> Thing:
        return thing

    answer = client(app).request("POST", "/things", content=b"{not json", headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["detail"][0]["type"]) == (422, "json_invalid")
    assert lines()[0]["ClientError"] == 1
    assert records == []


@pytest.mark.parametrize("key", [Exception, 500])
def test_a_handler_of_the_applications_own_answers(lines: Lines, records: list[dict[str, Any]], key: Any) -> None:
    app = FastAPI()
    app.add_exception_handler(key, lambda request, error: JSONResponse({"mine": True}, 503))
    observe(app, logger=logging.getLogger("shop"), metrics=Metrics(), tracer=Tracer())

    @app.get("/fails")
    async def fails() -> None:
        raise ZeroDivisionError

    assert client(app).get("/fails").json() == {"mine": True}
    assert [record["exception_name"] for record in records] == ["ZeroDivisionError"]
    assert lines()[0]["Failure"] == 1


def test_an_exception_after_the_answer(shop: Shop, lines: Lines, records: list[dict[str, Any]]) -> None:
    answer = client(shop).get("/background?broken=true")
    assert (answer.status_code, answer.json()) == (200, "now")
    assert [record["exception_name"] for record in records] == ["OSError"]
    [line] = lines()
    assert (line["Failure"], line["Success"], line["status"]) == (1, 0, 200)


def test_an_answer_that_breaks_off(shop: Shop, lines: Lines, records: list[dict[str, Any]]) -> None:
    # Older versions of Starlette raise a group.
    with pytest.raises((OSError, ExceptionGroup)):
        client(shop).get("/stream?broken=true")
    assert len(records) == 1
    assert "OSError: in the middle" in records[0]["exception"]
    [line] = lines()
    assert (line["Failure"], line["Success"], line["status"], line["Item"]) == (1, 0, 200, 1)


def test_an_answer_that_breaks_off_behind_mangum(
    deploy: Deploy, shop: Shop, lines: Lines, records: list[dict[str, Any]]
) -> None:
    answer = deploy(shop)(rest_event("/stream", multiValueQueryStringParameters={"broken": ["true"]}))
    assert answer["statusCode"] == 500
    assert [record["message"] for record in records] == ["Unhandled exception"]
    assert len(lines()) == 1


def test_other_records_of_servers_stay(records: list[dict[str, Any]]) -> None:
    silence_servers()
    silence_servers()
    assert len(logging.getLogger("uvicorn.error").filters) == 1
    logging.getLogger("uvicorn.error").error("another", exc_info=ValueError("x"))
    logging.getLogger("uvicorn.error").error("plain")
    assert [record["message"] for record in records] == ["another", "plain"]


def test_a_safe_answer_outside_of_a_request() -> None:
    from cdk_fastapi_runtime.observability.middleware import safe_answer

    answer: Any = asyncio.run(safe_answer(None, ValueError()))  # type: ignore[arg-type]
    assert json.loads(answer.body) == {"detail": "Internal Server Error", "correlation_id": None}


# --- metrics of the application --------------------------------------------------------------------------------------


def in_request(app: Shop, work: Callable[[Metrics], Any], lines: Lines) -> list[dict[str, Any]]:
    app.add_api_route("/work", lambda: work(app.metrics))
    assert client(app).get("/work").status_code == 200
    return lines()


def test_metrics_of_the_application(lines: Lines) -> None:
    from enum import Enum

    class Unit(Enum):
        Count = "Count"

    def work(metrics: Metrics) -> None:
        metrics.add_metric(name="Sold", unit=Unit.Count, value=2)
        metrics.add_metric(name="Sold", unit=Unit.Count, value=3)
        metrics.add_metric(name="Took", unit="Milliseconds", value=1.5, resolution=1)
        metrics.add_dimension(name="shop", value="north")
        metrics.add_metadata(key="order", value={"id": 1})

    app = Shop()
    app.metrics.set_default_dimensions(environment="test")
    [line] = in_request(app, work, lines)
    own, added = line["_aws"]["CloudWatchMetrics"]
    assert own["Dimensions"] == [["service", "environment", "route"], ["service", "environment"]]
    assert added == {
        "Namespace": "ShopSpace",
        "Dimensions": [["service", "environment", "shop"]],
        "Metrics": [
            {"Name": "Sold", "Unit": "Count"},
            {"Name": "Took", "Unit": "Milliseconds", "StorageResolution": 1},
        ],
    }
    assert (line["Sold"], line["Took"], line["shop"], line["environment"], line["order"]) == (
        [2, 3],
        1.5,
        "north",
        "test",
        {"id": 1},
    )


@pytest.mark.parametrize(("count", "written"), [(99, 1), (100, 2), (101, 2), (200, 3)])
def test_a_metric_of_many_values(lines: Lines, count: int, written: int) -> None:
    def work(metrics: Metrics) -> None:
        for _ in range(count):
            metrics.add_metric("Sold", "Count", 1)

    found = in_request(Shop(), work, lines)
    assert len(found) == written
    values = [line.get("Sold", []) for line in found]
    assert sum(len(value) if isinstance(value, list) else 1 for value in values) == count
    assert sum("RequestCount" in line for line in found) == 1


@pytest.mark.parametrize(("count", "written"), [(100, 1), (101, 2)])
def test_many_metrics(lines: Lines, count: int, written: int) -> None:
    def work(metrics: Metrics) -> None:
        for index in range(count):
            metrics.add_metric(f"Metric{index}", "Count", 1)

    found = in_request(Shop(), work, lines)
    assert len(found) == written
    assert sum(name.startswith("Metric") for line in found for name in line) == count


def test_writing_before_the_end(lines: Lines) -> None:
    def work(metrics: Metrics) -> None:
        metrics.flush_metrics()
        metrics.add_metric("Sold", "Count", 1)
        metrics.flush_metrics()

    first, second = in_request(Shop(), work, lines)
    assert "RequestCount" not in first
    assert "Sold" in first
    assert "Sold" not in second


def test_metrics_outside_of_a_request(lines: Lines) -> None:
    metrics = Metrics()
    metrics.flush_metrics()
    metrics.add_metric("Started", "Count", 1)
    [line] = lines()
    assert (line["Started"], line["_aws"]["CloudWatchMetrics"][0]["Dimensions"]) == (1, [["service"]])


def test_a_task_that_outlives_its_request(lines: Lines) -> None:
    app = Shop()
    started: list[asyncio.Task[None]] = []

    async def outlive() -> None:
        await asyncio.sleep(0.05)
        app.metrics.add_metric("Late", "Count", 1)

    @app.get("/spawn")
    async def spawn() -> None:
        started.append(asyncio.create_task(outlive()))

    async def run() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as browser:
            await browser.get("/spawn")
        await started[0]

    asyncio.run(run())
    request_line, late = lines()
    assert "RequestCount" in request_line
    assert late["Late"] == 1


@pytest.mark.parametrize(
    ("work", "message"),
    [
        (lambda metrics: metrics.add_metric("", "Count", 1), "needs a name"),
        (lambda metrics: metrics.add_metric("x" * 256, "Count", 1), "needs a name"),
        (lambda metrics: metrics.add_metric("Latency", "Count", 1), "got: Latency"),
        (lambda metrics: metrics.add_dimension("route", "x"), "got: route"),
        (lambda metrics: metrics.add_metadata("_aws", "x"), "got: _aws"),
        (lambda metrics: metrics.add_metric("A", "Lightyears", 1), "got: Lightyears"),
        (lambda metrics: metrics.add_metric("A", "Count", 1, resolution=30), "got: 30"),
        (lambda metrics: metrics.add_metric("A", "Count", "1"), "got: '1'"),
        (lambda metrics: metrics.add_metric("A", "Count", True), "got: True"),
        (lambda metrics: metrics.add_metric("A", "Count", float("nan")), "got: nan"),
        (lambda metrics: metrics.add_metric("A", "Count", float("inf")), "got: inf"),
        (lambda metrics: metrics.add_dimension("shop", " "), "1 to 1024 characters"),
        (lambda metrics: metrics.add_dimension("shop", "x" * 1025), "1 to 1024 characters"),
        (lambda metrics: metrics.set_default_dimensions(shop="grün"), "of ASCII"),
    ],
)
def test_what_cloudwatch_would_drop(work: Callable[[Metrics], None], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        work(Metrics())


def test_the_bounds_of_names_and_values(lines: Lines) -> None:
    metrics = Metrics()
    metrics.add_metric("x" * 255, "Count", 1)
    metrics.set_default_dimensions(shop="x" * 1024)
    assert len(lines()) == 1


@pytest.mark.parametrize(("count", "fails"), [(29, False), (30, True)])
def test_the_number_of_dimensions(lines: Lines, count: int, fails: bool) -> None:
    errors: list[str] = []

    def work(metrics: Metrics) -> None:
        try:
            for index in range(count):
                metrics.add_dimension(f"d{index}", index)
                metrics.add_dimension(f"d{index}", index)
        except ValueError as error:
            errors.append(str(error))

    in_request(Shop(), work, lines)
    assert bool(errors) == fails


def test_where_nobody_says_a_namespace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POWERTOOLS_METRICS_NAMESPACE")
    assert Metrics(service="Mine").namespace == "Mine"
    monkeypatch.delenv("POWERTOOLS_SERVICE_NAME")
    assert (Metrics().service, Tracer().service) == ("service_undefined", "service_undefined")


# --- traces ----------------------------------------------------------------------------------------------------------


def traced() -> Shop:
    app = Shop()
    tracer = app.tracer

    @tracer.capture_method
    def work(name: str) -> Thing:
        with tracer.provider.in_subsegment("## inside") as subsegment:
            subsegment.put_annotation(key="who is", value=name)
            tracer.put_metadata("thing", {"a": 1})
        return Thing(name=name)

    @app.get("/sync/{name}")
    def in_thread(name: str) -> Thing:
        tracer.put_annotation("thread", threading.current_thread() is not threading.main_thread())
        return work(name)

    @app.get("/async/{name}")
    @tracer.capture_method
    async def in_loop(name: str) -> Any:
        async with tracer.provider.in_subsegment_async("## remote", namespace="remote"):
            await asyncio.sleep(0)
        return work(name)

    @app.get("/gather")
    async def gather() -> None:
        async def one(name: str) -> None:
            async with tracer.provider.in_subsegment_async(f"## {name}"):
                await asyncio.sleep(0.01)
                with tracer.provider.in_subsegment(f"## inside {name}"):
                    pass

        await asyncio.gather(one("a"), one("b"))

    @app.get("/fails")
    @tracer.capture_method
    def fails() -> None:
        raise ZeroDivisionError("by zero")

    @app.get("/refuses")
    def refuses() -> None:
        raise HTTPException(404)

    return app


@pytest.mark.parametrize("path", ["/sync/x", "/async/x"])
def test_subsegments_arrive(deploy: Deploy, daemon: Daemon, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    send = deploy(traced())
    monkeypatch.setenv("_X_AMZN_TRACE_ID", TRACE)
    assert send(rest_event(path))["statusCode"] == 200
    found = daemon.arrived()
    whole = found[f"## GET {path[:-1]}name"]
    assert whole["annotations"]["route"] == f"{path[:-1]}{{name}}"
    assert (whole["parent_id"], whole["trace_id"]) == ("53995c3f42cd8ad8", "1-65f0c0de-0123456789abcdef01234567")
    assert whole["annotations"]["Service"] == "Shop"
    assert isinstance(whole["annotations"]["ColdStart"], bool)
    work = next(document for name, document in found.items() if name.endswith("work"))
    inside = found["## inside"]
    assert inside["parent_id"] == work["id"]
    assert inside["annotations"] == {"who_is": "x"}
    assert inside["metadata"] == {"Shop": {"thing": {"a": 1}}}
    assert work["metadata"] == {"Shop": {"work response": {"name": "x"}}}
    assert whole["start_time"] <= work["start_time"] <= inside["start_time"] <= inside["end_time"] <= work["end_time"]
    if path == "/sync/x":
        assert work["parent_id"] == whole["id"]
        assert whole["annotations"]["thread"] is True
    else:
        outer = next(document for name, document in found.items() if name.endswith("in_loop"))
        assert (outer["parent_id"], work["parent_id"]) == (whole["id"], outer["id"])
        assert (found["## remote"]["parent_id"], found["## remote"]["namespace"]) == (outer["id"], "remote")
    assert {document["type"] for document in found.values()} == {"subsegment"}


def test_tasks_at_the_same_time_are_siblings(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", TRACE)
    client(traced()).get("/gather")
    found = daemon.arrived()
    whole = found["## GET /gather"]["id"]
    for name in "ab":
        assert found[f"## {name}"]["parent_id"] == whole
        assert found[f"## inside {name}"]["parent_id"] == found[f"## {name}"]["id"]


def test_failures_are_marked(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", TRACE)
    browser = client(traced())
    browser.get("/fails")
    browser.get("/refuses")
    found = daemon.arrived()
    assert found["## GET /refuses"]["error"] is True
    assert "fault" not in found["## GET /refuses"]
    for name in ("## GET /fails", next(name for name in found if name.endswith("fails") and "GET" not in name)):
        [cause] = found[name]["cause"]["exceptions"]
        assert (found[name]["fault"], cause["type"], cause["message"]) == (True, "ZeroDivisionError", "by zero")
        assert cause["stack"][-1]["label"] == "fails"


def test_beside_the_web_adapter_the_header_has_the_parent(daemon: Daemon) -> None:
    headers = {"x-amzn-trace-id": TRACE}
    client(traced()).get("/sync/x", headers=headers)
    assert daemon.arrived()["## GET /sync/name"]["parent_id"] == "53995c3f42cd8ad8"


def test_nothing_is_sent_where_another_tracer_has_the_trace(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", TRACE)
    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "true")
    client(traced()).get("/sync/x")
    assert daemon.arrived() == {}


@pytest.mark.parametrize("trace", [TRACE.replace("Sampled=1", "Sampled=0"), "Root=1-x;Sampled=1", "", "nonsense;;="])
def test_nothing_is_sent_where_nothing_is_sampled(daemon: Daemon, monkeypatch: pytest.MonkeyPatch, trace: str) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", trace)
    assert client(traced()).get("/sync/x").status_code == 200
    assert daemon.arrived() == {}


@pytest.mark.parametrize(
    ("address", "arrives"),
    [
        ("tcp:127.0.0.1:1 udp:127.0.0.1:{port}", True),
        ("udp:127.0.0.1:{port}", True),
        ("tcp:127.0.0.1:{port}", False),
        ("nonsense:port", False),
        ("", False),
    ],
)
def test_the_address_of_the_daemon(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch, address: str, arrives: bool
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", TRACE)
    monkeypatch.setenv("AWS_XRAY_DAEMON_ADDRESS", address.format(port=daemon.port))
    with Tracer().provider.in_subsegment("work"):
        pass
    assert bool(daemon.arrived()) == arrives


def test_an_exception_in_a_subsegment(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", TRACE)
    with pytest.raises(KeyError), Tracer().provider.in_subsegment("work"):
        raise KeyError("x")
    assert daemon.arrived()["work"]["fault"] is True


def test_a_daemon_that_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", TRACE)
    monkeypatch.setenv("AWS_XRAY_DAEMON_ADDRESS", "256.0.0.1:2000")
    with Tracer().provider.in_subsegment("work"):
        pass


def test_outside_of_a_subsegment() -> None:
    tracer = Tracer()
    tracer.put_annotation("key", "value")
    tracer.put_metadata("key", "value")
    assert tracer.provider.current_subsegment() is None


class Circle:
    def __init__(self) -> None:
        self.loop = [self]

    def model_dump(self, mode: str) -> Any:
        return self.loop


@pytest.mark.parametrize("value", ["x" * 70_000, Circle()])
def test_metadata_that_cannot_be_sent_is_left_out(daemon: Daemon, monkeypatch: pytest.MonkeyPatch, value: Any) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", TRACE)
    with Tracer().provider.in_subsegment("## <work>") as subsegment:
        subsegment.put_metadata("value", value)
        subsegment.put_annotation("kept", 1)
    [document] = daemon.arrived().values()
    assert (document["name"], document["annotations"]) == ("## work", {"kept": 1})
    assert "metadata" not in document


def test_what_is_too_large_is_not_sent(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", TRACE)
    with Tracer().provider.in_subsegment("<>") as subsegment:
        subsegment.put_annotation("large", "x" * 70_000)
    assert daemon.arrived() == {}


def test_functions_of_every_kind(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", TRACE)
    tracer = Tracer()

    @tracer.capture_method(capture_response=False)
    def silent() -> str:
        return "secret"

    @tracer.capture_method(capture_error=False)
    async def hidden() -> None:
        raise ValueError("secret")

    @tracer.capture_method()
    def numbers() -> Iterator[int]:
        yield 1
        yield 2

    @tracer.capture_method
    async def letters() -> AsyncIterator[str]:
        yield "a"

    @tracer.capture_method
    def breaks() -> Iterator[int]:
        yield 1
        raise KeyError("late")

    async def run() -> list[str]:
        with pytest.raises(ValueError, match="secret"):
            await hidden()
        return [letter async for letter in letters()]

    assert silent() == "secret"
    assert list(numbers()) == [1, 2]
    assert asyncio.run(run()) == ["a"]
    with pytest.raises(KeyError):
        list(breaks())
    found = {name.rpartition(".")[2]: document for name, document in daemon.arrived().items()}
    assert set(found) == {"silent", "hidden", "numbers", "letters", "breaks"}
    assert "metadata" not in found["silent"]
    assert (found["hidden"]["fault"], "cause" in found["hidden"]) == (True, False)
    assert found["breaks"]["cause"]["exceptions"][0]["type"] == "KeyError"


def test_a_dependency_with_yield(daemon: Daemon, monkeypatch: pytest.MonkeyPatch, lines: Lines) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", TRACE)
    app = Shop()

    @app.tracer.capture_method
    def session() -> Iterator[str]:
        yield "session"
        app.metrics.add_metric("Closed", "Count", 1)

    @app.get("/session")
    def read(opened: str = Depends(session)) -> str:
        return opened

    assert client(app).get("/session").json() == "session"
    assert lines()[0]["Closed"] == 1
    assert any(name.endswith("session") for name in daemon.arrived())


# --- for any application ---------------------------------------------------------------------------------------------


@contextmanager
def root_handlers(*handlers: logging.Handler) -> Iterator[logging.Logger]:
    root = logging.getLogger()
    before = root.handlers[:]
    root.handlers[:] = handlers
    yield root
    root.handlers[:] = before


def stranger() -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/items/{item_id}")
    def read(item_id: str) -> str:
        logging.getLogger("stranger").warning("reading %s", item_id)
        return item_id

    @app.get("/fails")
    def fails() -> None:
        raise ZeroDivisionError

    return app


def test_an_application_that_knows_nothing_of_it(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    with root_handlers() as root:
        app = stranger()
        install_observability(app)
        install_observability(app)
        assert len(root.handlers) == 1
        send = deploy(app)
        assert send(rest_event("/items/1"))["headers"]["x-correlation-id"]
        assert "correlation_id" in json.loads(send(rest_event("/fails"))["body"])
    out, err = capsys.readouterr()
    assert [json.loads(line)["route"] for line in out.splitlines()] == ["/items/{item_id}", "/fails"]
    reading, failed = (json.loads(line) for line in err.splitlines())
    assert (reading["message"], reading["route"]) == ("reading 1", "/items/{item_id}")
    assert failed["exception_name"] == "ZeroDivisionError"


def test_handlers_that_exist_are_used() -> None:
    bare, adapters, own = (logging.StreamHandler() for _ in range(3))
    adapters.setFormatter(JsonFormatter())
    own.setFormatter(logging.Formatter("%(message)s"))
    with root_handlers(bare, adapters, own) as root:
        install_observability(stranger())
        assert root.handlers == [bare, adapters, own]
    handlers = (bare, adapters, own)
    assert [type(handler.formatter) for handler in handlers] == [JsonFormatter, JsonFormatter, logging.Formatter]
    assert all(isinstance(handler.filters[0], RequestKeys) for handler in handlers)


def test_lambdas_own_handler_needs_a_line_end() -> None:
    written: list[str] = []
    sink = SimpleNamespace(log=written.append)
    with root_handlers(LambdaLoggerHandler(sink)):
        install_observability(stranger())
        logging.getLogger().warning("hello")
    assert [json.loads(line)["message"] for line in written] == ["hello"]
    assert written[0].endswith("}\n")


def test_an_application_that_observes_itself_is_left_alone(shop: Shop, lines: Lines) -> None:
    install_observability(shop)
    observe(shop, logger=logging.getLogger("shop"), metrics=Metrics(), tracer=Tracer())
    client(shop).get("/items/1")
    assert len(lines()) == 1


@pytest.mark.parametrize("observed", [True, False])
def test_beside_the_web_adapter(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], observed: bool
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / f"observed_{observed}.py").write_text(
        "from fastapi import FastAPI\napp = FastAPI()\n\n@app.get('/x/{y}')\ndef read(y: str) -> str:\n    return y\n"
    )
    environ = {
        "CDK_FASTAPI_APP": f"observed_{observed}:app",
        **({"CDK_FASTAPI_OBSERVABILITY": "1"} if observed else {}),
    }
    with root_handlers():
        server: Any = build(environ)
        context = {"request_id": "lambda-id", "xray_trace_id": TRACE}
        headers = {
            "x-amzn-lambda-context": json.dumps(context),
            "x-amzn-request-context": json.dumps({"requestId": "gateway-id", "http": {"method": "GET"}}),
        }
        answers = [Browser(server).get(f"/x/{index}", headers=headers) for index in range(7)]
        server.lifespan.stop()
        server.lifespan.loop.close()
    written = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(written) == (7 if observed else 0)
    assert {(line["correlation_id"], line["function_request_id"]) for line in written} == (
        {("gateway-id", "lambda-id")} if observed else set()
    )
    assert ("x-correlation-id" in answers[0].headers) == observed
