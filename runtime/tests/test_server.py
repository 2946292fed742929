"""The server, started by ``run.sh`` as the web adapter's bootstrap starts it, and asked with the adapter's headers."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from .conftest import http_event, rest_event, url_event

RUNTIME = Path(__file__).parent.parent

APP = """
import asyncio, logging, os, sys, threading
from contextlib import asynccontextmanager
from fastapi import BackgroundTasks, FastAPI, Request
from fastapi.responses import StreamingResponse
try:
    from snapshot_restore_py import register_after_restore
    register_after_restore(print, "restored")
except ImportError:
    pass

@asynccontextmanager
async def lifespan(app):
    print("started")
    yield {"made": "by lifespan"}
    print("stopped")

app = FastAPI(lifespan=lifespan)

@app.get("/items/{item_id}")
async def read_item(item_id: str, request: Request):
    context = request.scope.get("aws.context")
    return {
        "item": item_id, "url": str(request.url), "client": request.client.host, "made": request.state.made,
        "context": context and {
            "id": context.aws_request_id, "arn": context.invoked_function_arn, "name": context.function_name,
            "memory": context.memory_limit_in_mb, "left": context.get_remaining_time_in_millis(),
            "tenant": context.tenant_id,
        },
        "gateway": request.scope.get("aws.event", {}).get("requestContext", {}).get("requestId"),
        "trace": os.environ.get("_X_AMZN_TRACE_ID"), "path": sys.path,
    }

@app.get("/items/{item_id}/secret")
async def read_secret(item_id: str):
    return "secret"

@app.get("/log")
def log(request: Request):
    logging.getLogger("mine").warning("line\\nbreak")
    logging.getLogger("mine").info("quiet")
    print("printed, not flushed")
    return "logged"

@app.get("/broken")
async def broken():
    async def chunks():
        yield b"first"
        raise ValueError("midway")
    return StreamingResponse(chunks())

@app.get("/raises")
async def raises():
    raise ValueError("at once")

meeting = threading.Barrier(2, timeout=60)

@app.get("/meet")
def meet(request: Request):
    meeting.wait()
    logging.getLogger("mine").warning("met")
    return request.scope["aws.context"].aws_request_id

@app.get("/background")
async def background(tasks: BackgroundTasks):
    tasks.add_task(print, "background task done")
    return "answered"
"""

LAMBDA_CONTEXT = {
    "request_id": "11111111-2222-3333-4444-555555555555",
    "deadline": 0,
    "invoked_function_arn": "arn:aws:lambda:eu-central-1:123456789012:function:chat",
    "xray_trace_id": "Root=1-5759e988-bd862e3fe1be46a994272793",
    "client_context": None,
    "identity": None,
    "tenant_id": "tenant",
    "env_config": {"function_name": "chat", "memory": 512, "version": "3", "log_group": "/g", "log_stream": "s"},
}


class Server:
    def __init__(self, directory: Path, environment: dict[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = directory / "log"
        inherited = {name: value for name, value in os.environ.items() if name.startswith("COV")}
        env = {
            **inherited,
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "PYTHONDONTWRITEBYTECODE": "1",
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
            "LAMBDA_TASK_ROOT": str(RUNTIME),
            "LAMBDA_RUNTIME_DIR": str(directory),
            "CDK_FASTAPI_APP": "streams:app",
            "PORT": str(self.port),
            **{name: value.replace("{port}", str(self.port)) for name, value in environment.items()},
        }
        with self.log.open("wb") as log:
            script = RUNTIME / "cdk_fastapi_runtime" / "run.sh"
            self.process = subprocess.Popen([str(script)], cwd=directory, env=env, stdout=log, stderr=log)

    def wait(self) -> Server:
        deadline = time.monotonic() + 60
        while self.process.poll() is None and time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with closing(connection):
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            with response:
                response.payload = response.read()  # type: ignore[attr-defined]
            return response

    def invoke(
        self, path: str, event: dict[str, Any] | None, context: dict[str, Any] | None = None, **more: str
    ) -> Any:
        """As the adapter asks for an event: its path, its headers, and two of the adapter's own."""
        return self.ask(
            path,
            **{
                **(event or {}).get("headers", {}),
                "x-amzn-request-context": json.dumps(event and event["requestContext"]),
                "x-amzn-lambda-context": json.dumps({**LAMBDA_CONTEXT, **(context or {})}),
                **more,
            },
        )

    def pass_on(self, event: Any, path: str = "/events") -> Any:
        """As the adapter passes on an event that is no request."""
        contexts = {"x-amzn-request-context": "null", "x-amzn-lambda-context": json.dumps(LAMBDA_CONTEXT)}
        return self.ask(path, "POST", json.dumps(event).encode(), content_type="application/json", **contexts)

    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]

    def stop(self) -> None:
        if self.process.poll() is None:
            # Not SIGTERM: coverage is written by a process that ends by itself.
            self.process.send_signal(signal.SIGINT)
        assert self.process.wait(60) == 0


Serve = Callable[..., Server]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    servers: list[Server] = []
    (tmp_path / "streams.py").write_text(APP)

    def make(**environment: str) -> Server:
        servers.append(Server(tmp_path, environment))
        return servers[-1].wait()

    yield make
    for server in servers:
        server.stop()


@pytest.mark.parametrize(
    ("event", "url"),
    [
        (
            rest_event("/items/42", resource="/items/{item_id}"),
            "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/prod/items/42",
        ),
        (url_event("/items/42"), "https://q1w2e3r4t5y6u7i8o9p0.lambda-url.eu-central-1.on.aws/items/42"),
        (http_event("/items/42"), "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/items/42"),
    ],
)
def test_a_request_is_where_the_gateway_has_it(serve: Serve, event: dict[str, Any], url: str) -> None:
    event["headers"] = {name.lower(): value for name, value in event["headers"].items()}
    server = serve()
    deadline = int(time.time() * 1000) + 60_000
    response = server.invoke(
        "/items/42",
        event,
        {"deadline": deadline},
        host=event["requestContext"]["domainName"],
        **{"x-forwarded-for": "6.6.6.6"},
    )
    seen = json.loads(response.payload)
    assert (seen["item"], seen["url"], seen["made"]) == ("42", url, "by lifespan")
    # The gateway's word, not the caller's.
    assert seen["client"] == "203.0.113.7"
    assert seen["gateway"] == event["requestContext"]["requestId"]
    assert 0 < seen["context"].pop("left") <= 60_000
    assert seen["context"] == {
        "id": LAMBDA_CONTEXT["request_id"],
        "arn": LAMBDA_CONTEXT["invoked_function_arn"],
        "name": "chat",
        "memory": "512",
        "tenant": "tenant",
    }
    assert seen["trace"] == LAMBDA_CONTEXT["xray_trace_id"]
    assert response.headers["server"] is None


def test_the_path_of_modules_is_that_of_lambdas_runtime(serve: Serve, tmp_path: Path) -> None:
    path = json.loads(serve().invoke("/items/1", url_event("/items/1")).payload)["path"]
    layers = ["/opt/python/lib/python3.13/site-packages", "/opt/python"]
    assert [place for place in path if place in {str(RUNTIME), *layers, str(tmp_path)}][-4:] == [
        str(RUNTIME),
        *layers,
        str(tmp_path),
    ]


def test_a_function_behind_a_load_balancer_or_none_is_placed_nowhere(serve: Serve) -> None:
    server = serve()
    elb = {"requestContext": {"elb": {"targetGroupArn": "arn"}}}
    assert json.loads(server.invoke("/items/1", elb, host="lb.example").payload)["url"] == "https://lb.example/items/1"
    direct = json.loads(server.invoke("/items/1", None, {"xray_trace_id": None}).payload)
    assert (direct["gateway"], direct["client"], direct["trace"]) == (None, "127.0.0.1", None)
    local = json.loads(server.ask("/items/1", host="localhost").payload)
    assert (local["context"], local["url"]) == (None, "http://localhost/items/1")


OTHER_EVENTS = [
    ({"Records": [{"eventSource": "aws:sqs", "body": "secret" * 100_000}]}, "got: 1 records of aws:sqs"),
    ({}, "got: an empty object"),
    (None, "got: a value of type NoneType"),
    ([1], "got: a value of type list"),
]


def test_an_event_that_is_no_request_fails_the_invocation(serve: Serve) -> None:
    server = serve(CDK_FASTAPI_OPERATION="GET /items/{item_id}")
    for event, said in OTHER_EVENTS:
        # To the adapter every response is a success: only one that breaks off is none.
        with pytest.raises(http.client.IncompleteRead):
            server.pass_on(event)
        [record] = [record for record in server.records() if said in json.dumps(record)]
        assert record["level"] == "ERROR"
        assert "a route `POST /events`" in json.dumps(record)
    assert "secret" not in server.log.read_text()
    # What somebody sends to that path is a request.
    assert server.ask("/events", "POST", b"{}").status == 404


def test_a_warmer_is_answered_with_nothing(serve: Serve) -> None:
    server = serve(AWS_LWA_PASS_THROUGH_PATH="/passed")
    answer = server.pass_on({"source": "aws.events", "detail-type": "Scheduled Event"}, "/passed")
    assert (answer.status, answer.payload) == (200, b"null")
    [record] = server.records()
    assert record["message"].startswith("An event that keeps the function warm was answered with nothing")


def test_an_application_may_have_a_route_for_other_events(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "queues.py").write_text(
        "from fastapi import FastAPI\napp = FastAPI()\n\n@app.post('/events')\n"
        "def take(event: dict[str, list[int]]):\n    return len(event['Records'])\n"
    )
    assert json.loads(serve(CDK_FASTAPI_APP="queues:app").pass_on({"Records": [1, 2]}).payload) == 2


@pytest.mark.parametrize("path", ["/items/1%2Fsecret", "/items/1/secret", "/log", "/nothing"])
def test_the_guard_holds(serve: Serve, path: str) -> None:
    server = serve(CDK_FASTAPI_OPERATION="GET /items/{item_id}")
    event = rest_event(path, resource="/items/{item_id}")
    assert server.invoke(path, event).status == 404
    assert server.invoke("/items/1", rest_event("/items/1", resource="/items/{item_id}")).status == 200
    [refused] = server.records()
    assert (refused["level"], refused["requestId"]) == ("WARNING", LAMBDA_CONTEXT["request_id"])


def test_several_operations_on_one_function(serve: Serve) -> None:
    server = serve(CDK_FASTAPI_OPERATION="GET /items/{item_id}\nGET /log")
    answers = [server.invoke(path, url_event(path)).status for path in ("/items/1", "/log", "/items/1/secret")]
    assert answers == [200, 200, 404]


def test_records_are_lines_of_json_with_their_request(serve: Serve) -> None:
    server = serve()
    server.invoke("/log", url_event("/log"), x_correlation_id="mine\u00e4" + "x" * 1000)
    [record] = server.records()
    assert record.pop("timestamp").endswith("+00:00")
    assert record == {
        "level": "WARNING",
        "message": "line\nbreak",
        "logger": "mine",
        "requestId": LAMBDA_CONTEXT["request_id"],
        "correlationId": ("mine\u00e4" + "x" * 1000)[:256],
    }
    # The process still runs: nothing waits in a buffer.
    assert "printed, not flushed" in server.log.read_text()


def test_the_level_of_records_is_lambdas(serve: Serve) -> None:
    server = serve(AWS_LAMBDA_LOG_LEVEL="INFO")
    server.invoke("/log", url_event("/log"))
    assert [record["message"] for record in server.records()] == ["line\nbreak", "quiet"]


def test_an_error_is_logged_once_with_its_request(serve: Serve) -> None:
    server = serve(CDK_FASTAPI_CORS_ALLOW_ORIGINS="https://www.example.com")
    response = server.invoke("/raises", url_event("/raises"), origin="https://www.example.com")
    assert (response.status, response.payload) == (500, b"Internal Server Error")
    assert response.headers["access-control-allow-origin"] == "https://www.example.com"
    [record] = server.records()
    assert (record["level"], record["errorType"], record["requestId"]) == (
        "ERROR",
        "ValueError",
        LAMBDA_CONTEXT["request_id"],
    )
    assert record["stackTrace"].endswith("ValueError: at once")


def test_an_error_within_a_stream_breaks_it(serve: Serve) -> None:
    server = serve()
    with pytest.raises(http.client.IncompleteRead) as broken:
        server.invoke("/broken", url_event("/broken"))
    assert broken.value.partial == b"first"
    assert [record["errorType"] for record in server.records()] == ["ValueError"]


EVENTS = """
import asyncio, logging, logging.config, os
from collections.abc import AsyncIterable, Iterable
from fastapi import FastAPI, HTTPException, Response
from fastapi.sse import EventSourceResponse
app = FastAPI()

@app.get("/events/{count}", response_class=EventSourceResponse)
def events(count: int) -> Iterable[int]:
    for number in range(count):
        yield number
    raise ValueError("no more")
"""


@pytest.mark.parametrize("count", [0, 1])
def test_a_stream_of_events_that_fails(serve: Serve, tmp_path: Path, count: int) -> None:
    pytest.importorskip("fastapi.sse", reason="this FastAPI has no streams of its own")
    (tmp_path / "events.py").write_text(EVENTS)
    server = serve(CDK_FASTAPI_APP="events:app")
    if count == 0:
        assert server.invoke("/events/0", url_event("/events/0")).status == 500
    else:
        with pytest.raises(http.client.IncompleteRead) as broken:
            server.invoke("/events/1", url_event("/events/1"))
        assert broken.value.partial == b"data: 0\n\n"
    assert [record["errorType"] for record in server.records()] == ["ValueError"]


LOGS = """
import logging, logging.config
from contextlib import asynccontextmanager
from fastapi import FastAPI, Response
CONFIG = {"version": 1, "root": {"level": "INFO", "handlers": ["mine"]},
    "handlers": {"mine": {"class": "logging.StreamHandler"}}}
if not IN_LIFESPAN:
    logging.config.dictConfig(CONFIG)

@asynccontextmanager
async def lifespan(app):
    if IN_LIFESPAN:
        logging.config.dictConfig(CONFIG)
    yield

app = FastAPI(lifespan=lifespan)
logging.getLogger("uvicorn.error").setLevel("INFO")

@app.get("/fails")
def fails():
    raise ValueError("mine")

@app.get("/again")
def again():
    logging.config.dictConfig(CONFIG)
    raise ValueError("again")

@app.get("/says")
def says():
    logging.getLogger("uvicorn.error").info("said so")

@app.get("/header")
def header():
    return Response("x", headers={"x-a": "b\\r\\nx-c: d"})

@app.get("/name")
def name():
    return Response("x", headers={"x-name": "gr\\u00fc\\u00df"})
"""


@pytest.mark.parametrize("in_lifespan", [False, True])
def test_no_record_is_lost_where_the_application_sets_up_its_logging(
    serve: Serve, tmp_path: Path, in_lifespan: bool
) -> None:
    (tmp_path / "logs.py").write_text(LOGS.replace("IN_LIFESPAN", str(in_lifespan)))
    server = serve(CDK_FASTAPI_APP="logs:app")
    for path in ("/fails", "/again", "/header"):
        assert server.invoke(path, url_event(path)).status == 500
    for path in ("/says", "/name"):
        assert server.invoke(path, url_event(path)).status == 200
    log = server.log.read_text()
    for error in ("ValueError: mine\n", "ValueError: again\n", "RuntimeError: Invalid HTTP header"):
        assert log.count(error) == 1
    assert "said so" in log
    assert log.count("drops a header that is not ASCII: x-name") == 1
    assert "Started server process" not in log


@pytest.mark.parametrize(
    ("level", "messages"), [("TRACE", 3), ("DEBUG", 3), ("INFO", 2), ("WARN", 1), ("FATAL", 0), ("?", 1)]
)
def test_every_level_of_lambda(serve: Serve, tmp_path: Path, level: str, messages: int) -> None:
    (tmp_path / "levels.py").write_text(
        "import logging\nfrom fastapi import FastAPI\napp = FastAPI()\n\n@app.get('/log')\ndef log():\n"
        "    for level in ('debug', 'info', 'warning'):\n        getattr(logging.getLogger('mine'), level)(level)\n"
    )
    server = serve(CDK_FASTAPI_APP="levels:app", AWS_LAMBDA_LOG_LEVEL=level)
    server.invoke("/log", url_event("/log"))
    assert len([record for record in server.records() if record["logger"] == "mine"]) == messages


HOOKS = """
import asyncio
from fastapi import FastAPI
from snapshot_restore_py import register_after_restore, register_before_snapshot
app = FastAPI()
seen = []

async def reconnect():
    seen.append(asyncio.get_running_loop())
    await asyncio.sleep(0)

@register_before_snapshot
def before():
    if FAILS:
        raise ValueError("before")

@register_after_restore
def first():
    asyncio.run(reconnect())

@register_after_restore
def second():
    asyncio.get_event_loop().run_until_complete(reconnect())

@app.get("/seen")
async def see():
    return [loop is asyncio.get_running_loop() for loop in seen]
"""


@pytest.mark.parametrize("fails", [False, True])
def test_hooks_of_a_snapshot_may_run_coroutines_in_either_form(serve: Serve, tmp_path: Path, fails: bool) -> None:
    (tmp_path / "hooks.py").write_text(HOOKS.replace("FAILS", str(fails)))
    server = serve(
        CDK_FASTAPI_APP="hooks:app",
        AWS_LWA_SNAPSTART_BEFORE_CHECKPOINT_PATH="/cdk-fastapi/before",
        AWS_LWA_SNAPSTART_AFTER_RESTORE_PATH="/cdk-fastapi/after",
    )
    assert server.ask("/cdk-fastapi/before", "POST").status == (500 if fails else 204)
    assert server.ask("/cdk-fastapi/after", "POST").status == 204
    # What is made on the current loop belongs to the loop that serves the requests.
    assert json.loads(server.invoke("/seen", url_event("/seen")).payload) == [False, True]
    assert [record["errorType"] for record in server.records()] == (["ValueError"] if fails else [])


@pytest.mark.parametrize("path", ["/items/a%2Fb", "/items/%C3%A9", "/items/100%25"])
def test_the_path_is_the_one_that_was_received(serve: Serve, tmp_path: Path, path: str) -> None:
    (tmp_path / "raw.py").write_text(
        "from fastapi import FastAPI, Request\napp = FastAPI()\n\n@app.get('/{rest:path}')\n"
        "def read(rest: str, request: Request):\n    return [request.scope['raw_path'].decode(), rest]\n"
    )
    server = serve(CDK_FASTAPI_APP="raw:app")
    for event, prefix in ((url_event(path), ""), (rest_event(path), "/prod")):
        raw, rest = json.loads(server.invoke(path, event).payload)
        assert (raw, rest) == (prefix + path, urllib.parse.unquote(path)[1:])
        answered = server.invoke(path, event, x_forwarded_proto="https,http")
        assert answered.status == 200


def test_a_background_task_is_done_when_the_response_ends(serve: Serve) -> None:
    server = serve()
    assert server.invoke("/background", url_event("/background")).payload == b'"answered"'
    assert "background task done" in server.log.read_text()


def test_requests_at_the_same_time_keep_their_own_context(serve: Serve) -> None:
    server = serve(AWS_LAMBDA_MAX_CONCURRENCY="2")
    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(
            lambda name: server.invoke("/meet", url_event("/meet"), {"request_id": name}).payload, ["one", "two"]
        )
    assert list(answers) == [b'"one"', b'"two"']
    assert {record["requestId"] for record in server.records()} == {"one", "two"}
    # A variable of the process would be the trace of either.
    assert json.loads(server.invoke("/items/1", url_event("/items/1")).payload)["trace"] is None


def test_one_metric_record_for_each_request_before_its_response_ends(serve: Serve) -> None:
    server = serve(CDK_FASTAPI_OBSERVABILITY="1", POWERTOOLS_METRICS_NAMESPACE="chat", POWERTOOLS_SERVICE_NAME="chat")
    for count, path in enumerate(["/items/1", "/items/2", "/raises", "/nothing", "/background"], 1):
        server.invoke(path, url_event(path))
        assert len([record for record in server.records() if "_aws" in record]) == count


def test_snapshots(serve: Serve) -> None:
    server = serve(
        AWS_LWA_SNAPSTART_BEFORE_CHECKPOINT_PATH="/cdk-fastapi/before",
        AWS_LWA_SNAPSTART_AFTER_RESTORE_PATH="/cdk-fastapi/after",
        CDK_FASTAPI_OPERATION="GET /log",
    )
    assert server.ask("/cdk-fastapi/before", "POST").status == 204
    assert server.ask("/cdk-fastapi/after", "POST").status == 204
    assert "restored" in server.log.read_text()
    # A caller's request has the adapter's headers, whatever its path.
    assert server.invoke("/cdk-fastapi/after", url_event("/cdk-fastapi/after")).status == 404
    assert server.ask("/cdk-fastapi/after").status == 404


def test_a_large_request_context(serve: Serve) -> None:
    event = rest_event("/items/1", resource="/items/{item_id}")
    event["requestContext"]["authorizer"] = {"claims": {"groups": "x" * 60_000}}
    assert serve().invoke("/items/1", event).status == 200


def test_lifespan_starts_before_the_port_is_open_and_stops_at_the_end(serve: Serve) -> None:
    server = serve()
    server.stop()
    assert server.log.read_text().splitlines() == ["started", "stopped"]


def test_the_adapters_own_variable_names_the_port_first(serve: Serve) -> None:
    assert serve(PORT="1", AWS_LWA_PORT="{port}").ask("/nothing").status == 404


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import absent", "ModuleNotFoundError: No module named 'absent'"),
        ("app = 1", "which is an object of type int"),
        (APP.replace('print("started")', 'raise ValueError("no database")'), "no database"),
    ],
)
def test_a_start_that_fails_ends_the_process(tmp_path: Path, source: str, expected: str) -> None:
    (tmp_path / "streams.py").write_text(source)
    server = Server(tmp_path, {})
    assert server.process.wait(60) != 0
    assert expected in server.log.read_text()
