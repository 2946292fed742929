"""Calls of the AWS SDK, to a server on this machine: each in a process, since the SDK is imported once in each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from .daemon import TRACE, Daemon

LINEAGE = f"{TRACE};Lineage=1:abcd:0"


class Service(HTTPServer):
    """Answers every call as DynamoDB does, those of a table called ``missing`` with an error."""

    def __init__(self) -> None:
        self.headers: list[dict[str, str]] = []

        class Answer(BaseHTTPRequestHandler):
            server: Service

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
                missing = body["TableName"] == "missing"
                answer = json.dumps({"__type": "ResourceNotFoundException", "message": "no table"} if missing else {})
                self.send_response(400 if missing else 200)
                self.send_header("x-amzn-requestid", "request-1")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer.encode())

            def log_message(self, *_arguments: Any) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Answer)


@pytest.fixture
def service() -> Iterator[Service]:
    server = Service()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


EARLY, LATE = "import botocore.session", "import sys; assert 'botocore' not in sys.modules"

PROGRAM = """
{first}
import logging, sys
from importlib.machinery import PathFinder
from fastapi import FastAPI
from cdk_fastapi_runtime.observability import Metrics, Tracer, observe
from tests.browser import Browser

app = FastAPI()
tracer = Tracer({arguments})
Tracer({arguments})
observe(app, logger=logging.getLogger(), metrics=Metrics(), tracer=tracer)
{more}

@app.get("/tables/{{name}}")
def read(name: str) -> str:
    import botocore.session
    import json.tool  # another module goes its own way

    session = botocore.session.get_session()
    client = session.create_client("dynamodb", "eu-central-1", endpoint_url="{url}",
        aws_access_key_id="a", aws_secret_access_key="b")
    try:
        client.get_item(TableName=name, Key={{"id": {{"S": "1"}}}})
    except client.exceptions.ResourceNotFoundException:
        return "missing"
    return "found"

print(Browser(app).get("/tables/{table}").json())
"""


def run(
    service: Service,
    *,
    first: str = LATE,
    arguments: str = "",
    table: str = "there",
    trace: str = LINEAGE,
    more: str = "",
) -> str:
    """What the endpoint answered."""
    url = f"http://127.0.0.1:{service.server_port}"
    program = PROGRAM.format(first=first, arguments=arguments, url=url, table=table, more=more)
    environment = {**os.environ, "_X_AMZN_TRACE_ID": trace, "AWS_LAMBDA_FUNCTION_NAME": "shop"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parent.parent,
        env=environment,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("first", [EARLY, LATE])
def test_a_call_is_a_subsegment_of_its_request(service: Service, daemon: Daemon, first: str) -> None:
    assert run(service, first=first) == "found"
    found = daemon.arrived()
    assert set(found) == {"## GET /tables/name", "dynamodb"}
    call, request = found["dynamodb"], found["## GET /tables/name"]
    assert (call["parent_id"], call["trace_id"], call["namespace"]) == (request["id"], request["trace_id"], "aws")
    assert call["aws"] == {"operation": "GetItem", "region": "eu-central-1", "request_id": "request-1", "retries": 0}
    assert call["http"] == {"response": {"status": 200}}
    # The service continues the trace there, and Lambda still sees a loop.
    [headers] = service.headers
    assert headers["x-amzn-trace-id"] == LINEAGE.replace("53995c3f42cd8ad8", call["id"])


def test_a_call_that_fails(service: Service, daemon: Daemon) -> None:
    assert run(service, table="missing") == "missing"
    call = daemon.arrived()["dynamodb"]
    assert (call["fault"], call["http"]["response"]["status"], call["aws"]["request_id"]) == (True, 400, "request-1")
    assert call["cause"]["exceptions"][0]["type"] == "ResourceNotFoundException"


def test_a_call_that_reaches_nobody(service: Service, daemon: Daemon) -> None:
    service.server_close()
    more = "app.add_exception_handler(Exception, lambda request, error: JSONResponse(type(error).__name__, 500))"
    answer = run(service, first="from fastapi.responses import JSONResponse", more=more)
    assert answer == "EndpointConnectionError"
    call = daemon.arrived()["dynamodb"]
    assert (call["fault"], "http" in call, call["aws"]["operation"]) == (True, False, "GetItem")


def test_what_is_not_sampled_is_not_sent(service: Service, daemon: Daemon) -> None:
    unsampled = LINEAGE.replace("Sampled=1", "Sampled=0")
    assert run(service, trace=unsampled) == "found"
    assert daemon.arrived() == {}
    assert service.headers[0]["x-amzn-trace-id"] == unsampled  # of the SDK itself


def test_who_wants_none_gets_none(service: Service, daemon: Daemon) -> None:
    assert run(service, arguments="auto_patch=False") == "found"
    assert list(daemon.arrived()) == ["## GET /tables/name"]


def test_powertools_own_tracer_traces_calls_itself(service: Service, daemon: Daemon) -> None:
    # What it imports when it patches.
    assert run(service, more="sys.modules['aws_xray_sdk.ext.botocore'] = sys") == "found"
    assert list(daemon.arrived()) == ["## GET /tables/name"]


def test_a_machine_without_the_sdk(service: Service) -> None:
    more = "PathFinder.find_spec = classmethod(lambda *_: None)\nsys.exit(print(sys.meta_path[0].find_spec({}, None)))"
    assert run(service, more=more.format("'botocore.client'")) == "None"
