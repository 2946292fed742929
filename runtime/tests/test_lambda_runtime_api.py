"""The server with real runtimes: awslambdaric, and one that streams."""

from __future__ import annotations

import base64
import http.client
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from lambda_runtime_api.broker import Broker
from lambda_runtime_api.extensions import Extensions
from lambda_runtime_api.function import Definition, Function
from lambda_runtime_api.invocation import FunctionError, Invocation
from lambda_runtime_api.server import Server as HttpServer

from .conftest import load_event, rest_event

RUNTIME = Path(__file__).parent.parent
INVOKE = "/2015-03-31/functions/function/invocations"
STREAM = "/2021-11-15/functions/function/response-streaming-invocations"


class Server:
    """The server as a process of its own, as everybody starts it."""

    def __init__(self, directory: Path, *arguments: str) -> None:
        self.log = directory.parent / "log"
        argv = [sys.executable, "-m", "lambda_runtime_api", "--log", str(self.log), *arguments]
        env = {**os.environ, "PYTHONPATH": str(RUNTIME)}
        self.process = subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = int(json.loads(self.process.stdout.readline())["port"])
        self.address = f"127.0.0.1:{self.port}"

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(self.address, timeout=120)
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        response.payload = response.read()  # type: ignore[attr-defined]
        connection.close()
        return response

    def invoke(self, event: Any, path: str = INVOKE, **headers: str) -> Any:
        """The payload; a failed invocation has ``failed`` beside it."""
        response: Any = self.request("POST", path, json.dumps(event).encode(), **headers)
        assert response.status == 200, response.payload
        content = json.loads(response.payload)
        return {"failed": content} if response.headers.get("X-Amz-Function-Error") else content

    def stream(self, event: str) -> str:
        """The whole answer, trailers included, as it came over the wire."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=120) as connection:
            body = json.dumps(event)
            head = f"POST {STREAM} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
            connection.sendall(f"{head}{body}".encode())
            return b"".join(iter(lambda: connection.recv(65536), b"")).decode()

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        _, self.errors = self.process.communicate(timeout=60)
        assert (self.process.returncode, self.errors) == (0, "")


Start = Callable[..., Server]


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    directory = tmp_path.resolve() / "bundle"
    directory.mkdir()
    shutil.copy(Path(__file__).parent / "functions.py", directory)
    return directory


@pytest.fixture
def start(bundle: Path) -> Iterator[Start]:
    """Starts a server for a handler, or with other arguments, and checks that it ends well."""
    servers: list[Server] = []

    def make(handler: str = "", *arguments: str) -> Server:
        chosen = ["--directory", str(bundle), "--python", sys.executable, "--handler", handler] if handler else []
        servers.append(Server(bundle, *chosen, *arguments))
        return servers[-1]

    yield make
    for server in servers:
        if server.process.poll() is None:
            server.stop()


def streaming(start: Start, bundle: Path, *arguments: str) -> Server:
    bootstrap = ["--bootstrap", sys.executable, "functions.py"]
    return start("", "--directory", str(bundle), *arguments, *bootstrap)


def test_runs_a_handler_in_an_environment_like_lambdas(start: Start, bundle: Path) -> None:
    server = start("functions.echo", "--env", "MINE=a=b", "--memory", "512", "--timeout", "20")
    seen = server.invoke({"x": [1, "ü"]}, X_Amz_Client_Context=base64.b64encode(b'{"custom": {"a": "b"}}').decode())
    assert seen["event"] == {"x": [1, "ü"]}
    assert seen["arn"].startswith("arn:aws:lambda:us-east-1:")
    assert seen["client"] == {"a": "b"}
    assert 0 < seen["remaining"] <= 20000
    assert (seen["directory"], seen["path"][0]) == (str(bundle), str(bundle))
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    variables = seen["variables"]
    assert {name: variables.get(name) for name in ("MINE", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "_HANDLER")} == {
        "MINE": "a=b",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "_HANDLER": "functions.echo",
    }
    assert variables["AWS_EXECUTION_ENV"] == f"AWS_Lambda_python{version}"
    assert variables["LAMBDA_TASK_ROOT"] == str(bundle)
    assert "HOME" not in variables
    assert not (bundle / "__pycache__").exists()
    assert server.invoke(1)["process"] == seen["process"]


def test_many_invocations_wait_for_their_turn(start: Start) -> None:
    server = start("functions.echo")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(server.invoke, range(8)))
    assert [answer["event"] for answer in answers] == list(range(8))
    assert len({answer["request"] for answer in answers}) == 8
    assert len({answer["process"] for answer in answers}) == 1


def test_an_error_of_the_function(start: Start) -> None:
    server = start("functions.fail")
    for path in (INVOKE, STREAM):
        failed = server.invoke({"why": "mine"}, path)["failed"]
        assert (failed["errorType"], failed["errorMessage"]) == ("ValueError", "mine")
    assert "raise ValueError" in failed["stackTrace"][0]
    assert "ValueError: mine" in server.log.read_text()


@pytest.mark.parametrize(
    ("source", "error_type"),
    [
        ("import absent", "Runtime.ImportModuleError"),
        ("raise ZeroDivisionError('at start')", "ZeroDivisionError"),
        ("import os; os._exit(5)", "Runtime.ExitError"),
        ("", "Runtime.HandlerNotFound"),
    ],
)
def test_an_error_of_the_initialization_answers_everything(
    start: Start, bundle: Path, source: str, error_type: str
) -> None:
    (bundle / "broken.py").write_text(f"open('started', 'a').write('x')\n{source}\n")
    server = start("broken.handler")
    assert [server.invoke(1)["failed"]["errorType"] for _ in range(3)] == [error_type] * 3
    time.sleep(0.3)
    assert (bundle / "started").read_text() == "x"


@pytest.mark.parametrize(("event", "described"), [("exit", "exit status 7"), ("killed", "signal: SIGKILL")])
def test_a_crash_gets_a_new_environment(start: Start, event: str, described: str) -> None:
    server = start("functions.leave")
    first = server.invoke("stay")
    failed = server.invoke(event)["failed"]
    assert failed == {"errorType": "Runtime.ExitError", "errorMessage": f"Runtime exited with error: {described}"}
    assert server.invoke("stay") not in (first, failed)


def gone(process: int) -> bool:
    """Whether the process has ended; one whose parent never asks stays behind as a zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def eventually_gone(process: int) -> bool:
    """The same for a process that was killed and is not ours to wait for: a busy machine takes a moment."""
    for _ in range(200):
        if gone(process):
            return True
        time.sleep(0.05)
    return False


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to look for processes")


@needs_proc
@pytest.mark.parametrize("path", [INVOKE, STREAM])
def test_a_timeout_ends_the_function_and_its_children(start: Start, tmp_path: Path, path: str) -> None:
    server = start("functions.hang", "--timeout", "1.5")
    first = server.invoke("answer")
    child = tmp_path / "child"
    failed = server.invoke(str(child), path)["failed"]
    assert failed["errorType"] == "Sandbox.Timedout"
    assert failed["errorMessage"].endswith("Error: Task timed out after 1.50 seconds")
    assert gone(first)
    assert eventually_gone(int(child.read_text()))
    assert server.invoke("answer") != first


@needs_proc
def test_stopping_ends_the_function_and_its_children(start: Start, tmp_path: Path) -> None:
    server = start("functions.hang")
    child = tmp_path / "child"
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(server.request, "POST", INVOKE, json.dumps(str(child)).encode())
        while not (child.exists() and child.read_text()):
            time.sleep(0.05)
        server.stop()
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            waiting.result()
    assert eventually_gone(int(child.read_text()))


@needs_proc
def test_ends_with_the_process_that_started_it(tmp_path: Path, bundle: Path) -> None:
    script = (
        "import subprocess, sys, time\n"
        "p = subprocess.Popen([sys.executable, '-m', 'lambda_runtime_api', *sys.argv[1:]], stdout=subprocess.PIPE)\n"
        "p.stdout.readline()\nprint(p.pid, flush=True)\n"
    )
    argv = [sys.executable, "-c", script, "--directory", str(bundle), "--handler", "functions.echo"]
    env = {**os.environ, "PYTHONPATH": str(RUNTIME)}
    done = subprocess.run(argv, env=env, stdout=subprocess.PIPE, text=True, check=True, timeout=60)
    for _ in range(200):
        if gone(int(done.stdout)):
            return
        time.sleep(0.1)
    pytest.fail("the server is still running")


def test_limits_of_request_and_response(start: Start) -> None:
    server = start("functions.size")
    limit = 6 * 1024 * 1024
    assert len(server.invoke(limit - 2)) == limit - 2
    assert server.invoke(limit - 1)["failed"]["errorType"] == "Function.ResponseSizeTooLarge"
    for path in (INVOKE, STREAM):
        assert server.request("POST", path, b"1" * (limit + 1)).status == 413
    assert "asked for" in server.log.read_text()


def test_other_kinds_of_invocation(start: Start, tmp_path: Path) -> None:
    server = start("functions.size")
    assert server.request("POST", INVOKE, b"1", X_Amz_Invocation_Type="DryRun").status == 204
    assert server.request("POST", INVOKE, b"3", X_Amz_Invocation_Type="Event").status == 202
    assert server.request("POST", INVOKE, b'"fails"', X_Amz_Invocation_Type="Event").status == 202
    assert server.invoke(2) == "xx"
    assert [line for line in server.log.read_text().splitlines() if "asked" in line][:1] == ["asked for 3"]


def test_an_absent_event_is_an_empty_object(start: Start) -> None:
    response: Any = start("functions.echo").request("POST", INVOKE)
    assert json.loads(response.payload)["event"] == {}


def test_unknown_paths(start: Start) -> None:
    server = start()
    assert server.request("GET", "/").status == 404
    assert server.request("POST", "/2018-06-01/runtime/other", b"x").status == 404
    assert server.request("POST", "/2018-06-01/runtime/invocation/none/response", b"x").status == 400
    assert server.request("GET", "/2020-01-01/extension/event/next").status == 403
    assert server.request("GET", "/2018-06-01/runtime/restore/next").status == 200


# A runtime that is started by somebody else


def next_event(server: Server) -> Any:
    return server.request("GET", "/2018-06-01/runtime/invocation/next")


def test_a_runtime_of_ones_own(start: Start) -> None:
    server = start()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(server.request, "POST", INVOKE, b'"hello"', X_Amzn_Trace_Id="Root=1-2-3")
        event = next_event(server)
        assert event.payload == b'"hello"'
        assert event.headers["Lambda-Runtime-Trace-Id"] == "Root=1-2-3"
        path = f"/2018-06-01/runtime/invocation/{event.headers['Lambda-Runtime-Aws-Request-Id']}"
        assert server.request("POST", f"{path}/response", b"<xml/>", Content_Type="text/xml").status == 202
        response: Any = answer.result()
    assert (response.payload, response.headers["Content-Type"]) == (b"<xml/>", "text/xml")
    assert server.request("POST", f"{path}/error", b"{}").status == 400


@pytest.mark.parametrize("reset", [True, False])
def test_a_runtime_that_went_away_gets_nothing(start: Start, reset: bool) -> None:
    server = start()
    abandoned = socket.create_connection(("127.0.0.1", server.port))
    abandoned.sendall(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n")
    time.sleep(0.5)
    if reset:
        abandoned.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    abandoned.close()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(server.request, "POST", INVOKE, b"1")
        event = next_event(server)
        path = f"/2018-06-01/runtime/invocation/{event.headers['Lambda-Runtime-Aws-Request-Id']}"
        server.request("POST", f"{path}/error", b'{"errorType": "Own"}', Lambda_Runtime_Function_Error_Type="Own")
        response: Any = answer.result()
    assert json.loads(response.payload) == {"errorType": "Own"}


def test_an_empty_answer(start: Start) -> None:
    server = start()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(server.stream, "x")
        event = next_event(server)
        path = f"/2018-06-01/runtime/invocation/{event.headers['Lambda-Runtime-Aws-Request-Id']}"
        server.request("POST", f"{path}/response", b"")
        assert answer.result().endswith("\r\n\r\n0\r\n\r\n")


def test_a_wrong_client_context(start: Start) -> None:
    assert start().request("POST", INVOKE, b"1", X_Amz_Client_Context="%").status == 400


def test_a_timeout_without_a_process(start: Start) -> None:
    server = start("", "--timeout", "0.3")
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(server.invoke, 1)
        next_event(server)
        assert answer.result()["failed"]["errorType"] == "Sandbox.Timedout"


def test_extensions_hear_of_invocations_and_of_the_end(start: Start) -> None:
    server = start()
    register = "/2020-01-01/extension/register"
    quiet: Any = server.request("POST", register)
    curious: Any = server.request("POST", register, b'{"events": ["INVOKE"]}')
    assert json.loads(curious.payload)["functionName"] == "function"
    with ThreadPoolExecutor(2) as pool:
        pool.submit(server.request, "POST", INVOKE, b"1")
        event = next_event(server)
        header = {"Lambda_Extension_Identifier": curious.headers["Lambda-Extension-Identifier"]}
        heard: Any = server.request("GET", "/2020-01-01/extension/event/next", **header)
        invocation = event.headers["Lambda-Runtime-Aws-Request-Id"]
        assert json.loads(heard.payload)["eventType"] == "INVOKE"
        assert json.loads(heard.payload)["requestId"] == invocation
        server.request("POST", f"/2018-06-01/runtime/invocation/{invocation}/response", b"1")
    assert quiet.headers["Lambda-Extension-Identifier"] != curious.headers["Lambda-Extension-Identifier"]
    failed = server.request("POST", "/2020-01-01/extension/init/error", b'{"errorType": "Extension.Own"}')
    assert failed.status == 202
    assert server.invoke(1)["failed"] == {"errorType": "Extension.Own"}


def test_starts_extensions_beside_the_runtime(start: Start, bundle: Path, tmp_path: Path) -> None:
    extension = tmp_path / "extension"
    heard = tmp_path / "heard"
    extension.write_text(
        f"#!{sys.executable}\nimport os, sys\nsys.path.insert(0, os.environ['LAMBDA_TASK_ROOT'])\n"
        "import http.client, signal\n"
        # Lambda gives an extension a moment after SHUTDOWN, and sends it no SIGTERM.
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "api = http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'])\n"
        "api.request('POST', '/2020-01-01/extension/register', '{\"events\": [\"SHUTDOWN\"]}')\n"
        "response = api.getresponse(); response.read()\n"
        "open(sys.argv[0] + '-ready', 'w').close()\n"
        "key = response.headers['Lambda-Extension-Identifier']\n"
        "api.request('GET', '/2020-01-01/extension/event/next', headers={'Lambda-Extension-Identifier': key})\n"
        f"open({str(heard)!r}, 'wb').write(api.getresponse().read())\n"
    )
    extension.chmod(0o755)
    server = start("functions.size", "--extension", str(extension))
    assert server.invoke(1) == "x"
    while not (tmp_path / "extension-ready").exists():
        time.sleep(0.05)
    time.sleep(0.3)
    server.stop()
    assert json.loads(heard.read_text())["eventType"] == "SHUTDOWN"


# In this process


def test_an_initialization_without_end(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lambda_runtime_api.function.INIT_LIMIT", 0.2)
    broker = Broker(1)
    function = Function(Definition(bundle, "x", ["/bin/sleep", "600"]), 1, broker, Extensions())
    function.ensure_running()
    invocation = Invocation(b"{}")
    broker.submit(invocation)
    with pytest.raises(FunctionError, match=r"Sandbox\.Timedout") as caught:
        list(invocation.answer())
    assert b"did not finish within 0.2 seconds" in caught.value.failure.payload
    function.stop()


def test_an_error_of_the_server_shows(capsys: pytest.CaptureFixture[str]) -> None:
    server = HttpServer(0, 1)
    for error in (ConnectionResetError("expected"), RuntimeError("unexpected")):
        try:
            raise error
        except type(error):
            server.handle_error(None, ("127.0.0.1", 1))
    server.server_close()
    shown = capsys.readouterr().err
    assert "RuntimeError: unexpected" in shown
    assert "ConnectionResetError" not in shown


# Streaming


def test_a_stream_arrives_chunk_by_chunk(start: Start, bundle: Path, tmp_path: Path) -> None:
    server = streaming(start, bundle)
    connection = http.client.HTTPConnection(server.address, timeout=60)
    connection.request("POST", STREAM, json.dumps(str(tmp_path)))
    response = connection.getresponse()
    assert response.headers["Content-Type"] == "application/vnd.awslambda.http-integration-response"
    prelude = b'{"statusCode":200}' + bytes(8)
    # The function waits for each of these files before it goes on: what is read here was not collected first.
    for expected in (prelude, b"one", b"two"):
        assert response.read(len(expected)) == expected
        (tmp_path / f"seen-{expected[:1].hex()}").touch()
    assert response.read() == b""
    connection.close()


def test_a_stream_may_be_read_whole(start: Start, bundle: Path) -> None:
    response: Any = streaming(start, bundle).request("POST", INVOKE, b'"whole"')
    assert response.payload == b'{"statusCode":200}' + bytes(8) + b"onetwo"
    assert "X-Amz-Function-Error" not in response.headers


@pytest.mark.parametrize(
    ("event", "error_type", "payload"),
    [
        ("fail", "Broken", {"errorType": "Broken"}),
        ("fail silently", "Broken", {"errorType": "Broken", "errorMessage": "The response broke off"}),
        ("fail badly", "Broken", {"errorType": "Broken", "errorMessage": "The response broke off"}),
        ("truncate", "Runtime.TruncatedResponse", None),
        ("cut", "Runtime.TruncatedResponse", None),
    ],
)
def test_a_broken_end_shows(start: Start, bundle: Path, event: str, error_type: str, payload: Any) -> None:
    server = streaming(start, bundle)
    wire = server.stream(event)
    head, _, body = wire.partition("\r\n\r\n")
    assert "Trailer: X-Amz-Function-Error, X-Amz-Function-Error-Payload" in head
    chunks, _, trailers = body.partition("\r\n0\r\n")
    assert "3\r\none\r\n3\r\ntwo" in chunks
    found = dict(line.split(": ") for line in trailers.strip().splitlines())
    assert found["X-Amz-Function-Error"] == error_type
    content = json.loads(base64.b64decode(found["X-Amz-Function-Error-Payload"]))
    assert content["errorType"] == error_type
    assert payload in (None, content)
    assert server.invoke(event)["failed"] == content


def test_a_good_end_has_no_trailers(start: Start, bundle: Path) -> None:
    assert streaming(start, bundle).stream("good").endswith("\r\n0\r\n\r\n")


def test_a_caller_that_hangs_up_does_not_stop_the_function(start: Start, bundle: Path, tmp_path: Path) -> None:
    server = streaming(start, bundle)
    connection = http.client.HTTPConnection(server.address, timeout=60)
    connection.request("POST", STREAM, json.dumps(str(tmp_path)))
    connection.getresponse().read(10)
    connection.close()
    for chunk in (b"{", b"o", b"t"):
        time.sleep(0.2)
        (tmp_path / f"seen-{chunk.hex()}").touch()
    assert server.stream("good").endswith("two\r\n0\r\n\r\n")


# The shim


def test_the_shim_in_a_bundle(start: Start, bundle: Path) -> None:
    shutil.copytree(RUNTIME / "cdk_fastapi_runtime", bundle / "cdk_fastapi_runtime")
    (bundle / "main.py").write_text(
        "from contextlib import asynccontextmanager\nfrom fastapi import FastAPI, Request\n\n"
        "@asynccontextmanager\nasync def lifespan(app):\n"
        "    print('start')\n    yield {'x': 'state'}\n    print('stop')\n\n"
        "app = FastAPI(lifespan=lifespan)\n\n@app.get('/api/r/items/{item_id}')\n"
        "def read(item_id: str, request: Request): return item_id + request.state.x\n"
    )
    environment = ["--env", "CDK_FASTAPI_APP=main:app", "--env", "CDK_FASTAPI_OPERATION=GET /api/r/items/{item_id}"]
    server = start("cdk_fastapi_runtime.handler.handler", *environment)
    for event in ("rest", "http", "function-url"):
        answer = server.invoke(load_event(event))
        assert (answer["statusCode"], json.loads(answer["body"])) == (200, "42state")
    assert server.invoke(rest_event("/docs"))["statusCode"] == 404
    server.stop()
    log = server.log.read_text()
    assert (log.count("start\n"), log.count("Refused")) == (1, 1)
    if sys.version_info >= (3, 12):
        # Before, awslambdaric waits for the next event where no signal reaches Python.
        assert log.count("stop") == 1


def test_a_failing_start_of_the_application_is_an_error_of_the_initialization(start: Start, bundle: Path) -> None:
    shutil.copytree(RUNTIME / "cdk_fastapi_runtime", bundle / "cdk_fastapi_runtime")
    (bundle / "main.py").write_text(
        "from contextlib import asynccontextmanager\nfrom fastapi import FastAPI\n\n"
        "@asynccontextmanager\nasync def lifespan(app):\n    raise ConnectionError('no database')\n    yield\n\n"
        "app = FastAPI(lifespan=lifespan)\n"
    )
    server = start("cdk_fastapi_runtime.handler.handler", "--env", "CDK_FASTAPI_APP=main:app")
    failed = server.invoke(rest_event("/"))["failed"]
    assert (failed["errorType"], failed["errorMessage"]) == ("ConnectionError", "no database")
    assert any("main.py" in line and "no database" in line for line in failed["stackTrace"])
