"""What operations are told to accept, as requests to the application show it."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Body, Depends, FastAPI, File, Form, Header, Query, Request, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from pydantic import BaseModel

from cdk_fastapi_introspect import requests
from cdk_fastapi_introspect.requests import Requests


class Item(BaseModel):
    name: str


class GzipRoute(APIRoute):
    pass


app = FastAPI()
router = APIRouter(prefix="/inner")


def paging(limit: int, x_page: Annotated[int, Header()], sort: str, q: int | None = None) -> None: ...


@router.post("/item")
def item(item: Item) -> None: ...


@app.post("/two")
def two(item: Item, count: Annotated[int, Body()], page: Annotated[None, Depends(paging)]) -> None: ...


@app.post("/optional")
def optional(item: Item | None = None) -> None: ...


@app.post("/form")
def form(name: Annotated[str, Form()]) -> None: ...


@app.post("/file")
def file(upload: Annotated[UploadFile, File()]) -> None: ...


@app.post("/text")
def text(body: Annotated[str, Body()]) -> None: ...


@app.post("/other")
def other(body: Annotated[Item, Body(media_type="application/vnd.api+json")]) -> None: ...


@app.post("/listed")
def listed(body: list[Item], ids: Annotated[list[int], Query()], name: str) -> None: ...


@app.get("/hidden", include_in_schema=False)
def hidden(limit: int) -> None: ...


@app.get("/none")
def none() -> None: ...


@app.post("/request")
def raw(request: Request) -> None: ...


own_routes = APIRouter(route_class=GzipRoute)


@own_routes.post("/own")
def own(item: Item) -> None: ...


app.include_router(router)
app.include_router(own_routes)


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("POST /inner/item", {"body": {"$ref": "#/definitions/Item"}}),
        ("POST /two", {"body": {"$ref": "#/definitions/Bodytwotwopost"}, "query": ["limit"], "header": ["x-page"]}),
        ("POST /optional", {"left": "its body may be left out"}),
        ("POST /form", {"left": "its body is a form"}),
        ("POST /file", {"left": "its body is a form"}),
        ("POST /text", {"left": "its body may be more than an object or a list"}),
        ("POST /other", {"left": "its body is not `application/json`"}),
        ("POST /listed", {"body": {"type": "array", "items": {"$ref": "#/definitions/Item"}}, "query": ["ids"]}),
        ("POST /own", {"left": "its route class reads requests in its own way"}),
        ("GET /none", {}),
        ("POST /request", {}),
    ],
)
def test_what_an_operation_accepts(operation: str, expected: dict[str, Any]) -> None:
    assert Requests(app).of(*operation.split(" ")) == {"accepts": expected}


def test_hidden_and_unknown_operations_have_no_facts() -> None:
    assert Requests(app).of("GET", "/hidden") == {}
    assert Requests(app).of("GET", "/nowhere") == {}


def test_the_application_refuses_what_is_said_to_be_required() -> None:
    client = TestClient(app)
    good = {"item": {"name": "a"}, "count": 1}
    assert client.post("/two?limit=1&sort=", headers={"x-page": "1"}, json=good).status_code == 200
    assert client.post("/two?limit=&sort=", headers={"x-page": "1"}, json=good).status_code == 422
    assert client.post("/two?limit=1&sort=", headers={"x-page": ""}, json=good).status_code == 422
    assert client.post("/listed?ids=1&ids=&name=", json=[]).status_code == 422
    assert client.post("/listed?ids=1&name=", json=[]).status_code == 200
    for body in ("", "null", "{}", "[]", "x"):
        headers = {"content-type": "application/json"}
        assert client.post("/two?limit=1&sort=", headers={**headers, "x-page": "1"}, content=body).status_code == 422
        assert client.post("/inner/item", headers=headers, content=body).status_code == 422


def test_what_operations_share() -> None:
    shared = Requests(app)
    shared.of("POST", "/inner/item")
    name = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    assert shared.facts() == {"accepted": {"Item": name}}

    own = FastAPI()
    own.add_exception_handler(RequestValidationError, lambda request, error: JSONResponse({"wrong": True}, 400))
    assert Requests(own).facts() == {"ownValidationAnswer": True}


def test_what_cannot_be_read_is_left_to_the_application(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(route: Any, acceptance: Any) -> dict[str, Any]:
        raise AttributeError

    monkeypatch.setattr(requests, "accepted_request", fail)
    assert Requests(app).of("GET", "/none") == {"accepts": {"left": "its schemas cannot be read"}}
