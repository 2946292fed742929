"""The endpoints, as their callers see them."""

import json
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from my_api import caller, main

from .conftest import MetricLines


def test_echo(client: TestClient) -> None:
    answer = client.get("/echo", params={"message": "hello"}, headers={"x-correlation-id": "mine"})
    assert answer.json() == {"message": "hello"}
    assert answer.headers["x-correlation-id"] == "mine"


def test_a_message_that_is_too_long(client: TestClient) -> None:
    assert client.get("/echo", params={"message": "x" * 1024}).status_code == 200
    assert client.get("/echo", params={"message": "x" * 1025}).status_code == 422


def test_every_request_is_measured(client: TestClient, metric_lines: MetricLines) -> None:
    for index in range(7):
        client.get("/echo", params={"message": "x" * index})
    lines = metric_lines()
    assert [line["EchoedCharacters"] for line in lines] == list(range(7))
    assert {line["route"] for line in lines} == {"/echo"}
    assert sum(line["Success"] for line in lines) == 7


def test_pages_of_this_machine_may_call(client: TestClient) -> None:
    headers = {"origin": "http://localhost:4200", "access-control-request-method": "GET"}
    assert client.options("/echo", headers=headers).headers["access-control-allow-origin"] == "http://localhost:4200"


def test_the_caller_on_this_machine() -> None:
    app = FastAPI()

    @app.get("/me")
    def me(who: caller.CurrentCaller) -> str | None:
        return who.id

    assert TestClient(app).get("/me").status_code == 401
    caller.stand_in(app, caller.TokenCaller("me"))
    assert TestClient(app).get("/me").json() == "me"


def test_lambda_finds_a_handler() -> None:
    assert main.handler.app is main.app


def test_the_openapi_document(tmp_path: Path) -> None:
    from scripts import generate_open_api

    file = tmp_path / "new" / "openapi.json"
    generate_open_api.main([str(file)])
    assert json.loads(file.read_text())["paths"]["/echo"]["get"]["operationId"] == "echo"
    with pytest.raises(SystemExit, match="usage"):
        generate_open_api.main([])
