"""The operation guard, asked through real events."""

from __future__ import annotations

import asyncio
import base64
import json
import zlib
from collections.abc import Callable
from typing import Any

import fastapi.routing
import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from cdk_fastapi_runtime.guard import operation_guard
from cdk_fastapi_runtime.guard.operation_guard import Operation, install_guard

from .conftest import http_event, rest_event, url_event

Deploy = Callable[..., Callable[..., dict[str, Any]]]


def shop(*, flat: bool = False, prefix: str = "") -> FastAPI:
    """Items and their secrets, on the application itself or in nested routers."""
    app = FastAPI()
    router: Any = app if flat else APIRouter()

    @router.get("/items/{item_id}")
    def read(item_id: str) -> dict[str, str]:
        return {"item": item_id}

    @router.get("/items/{item_id}/secret")
    def secret(item_id: str) -> dict[str, str]:
        return {"secret": item_id}

    @router.get("/files/{path:path}")
    def file(path: str) -> dict[str, str]:
        return {"file": path}

    @router.api_route("/many", methods=["GET", "POST"])
    def many(request: Request) -> dict[str, str]:
        return {"many": request.method}

    @router.head("/many")
    def head() -> None: ...

    @router.options("/many")
    def options() -> dict[str, str]:
        return {"many": "OPTIONS"}

    def plain(request: Request) -> JSONResponse:
        return JSONResponse({"plain": request.method})

    router.add_route("/plain", plain, methods=["GET"])
    if not flat:
        outer = APIRouter()
        outer.include_router(router, prefix="/outer" if prefix else "")
        app.include_router(outer, prefix=prefix)
    return app


def statuses(send: Any, *requests: str) -> list[int]:
    answers = []
    for request in requests:
        method, path = request.split()
        answers.append(send(rest_event(path, method))["statusCode"])
    return answers


@pytest.mark.parametrize("flat", [True, False])
def test_serves_its_operation_and_no_other(deploy: Deploy, flat: bool) -> None:
    send = deploy(shop(flat=flat), "GET /items/{item_id}")
    assert statuses(send, "GET /items/1", "GET /items/a%20b", "GET /items/1/secret", "GET /files/x") == [
        200,
        200,
        404,
        404,
    ]


@pytest.mark.parametrize("flat", [True, False])
def test_a_starlette_that_does_not_say_the_path_of_a_route(
    deploy: Deploy, flat: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operation_guard, "_route_path", None)
    send = deploy(shop(flat=flat), "GET /items/{item_id}")
    assert statuses(send, "GET /items/1", "GET /items/1/secret", "POST /items/1", "GET /files/x") == [
        200,
        404,
        405,
        404,
    ]


@pytest.mark.parametrize("flat", [True, False])
def test_an_encoded_slash_leads_nowhere(deploy: Deploy, flat: bool, capsys: pytest.CaptureFixture[str]) -> None:
    unguarded = deploy(shop(flat=flat))
    guarded = deploy(shop(flat=flat), "GET /items/{item_id}")
    events = [
        rest_event("/items/1%2Fsecret", resource="/items/{item_id}"),
        url_event("/items/1%2Fsecret"),
        http_event("/items/1/secret", route="GET /items/{item_id}"),
    ]
    # Without the guard the way is open: the test is about something.
    assert [json.loads(unguarded(event)["body"]) for event in events] == [{"secret": "1"}] * 3
    capsys.readouterr()
    answers = [guarded(event) for event in events]
    assert [answer["statusCode"] for answer in answers] == [404] * 3
    assert [json.loads(answer["body"]) for answer in answers] == [{"detail": "Not Found"}] * 3
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["operation"], line["route"], line["path"]) for line in lines] == [
        ("GET /items/{item_id}", "/items/{item_id}/secret", "/prod/items/1/secret"),
        ("GET /items/{item_id}", "/items/{item_id}/secret", "/items/1/secret"),
        ("GET /items/{item_id}", "/items/{item_id}/secret", "/items/1/secret"),
    ]
    assert lines[0]["requestId"] == "11111111-2222-3333-4444-555555555555"


def test_knows_prefixes(deploy: Deploy) -> None:
    send = deploy(shop(prefix="/api"), "GET /api/outer/items/{item_id}")
    assert statuses(send, "GET /api/outer/items/1", "GET /api/outer/items/1%2Fsecret", "GET /docs") == [200, 404, 404]


def test_a_greedy_operation_keeps_to_itself(deploy: Deploy) -> None:
    send = deploy(shop(), "GET /files/{path}")
    assert statuses(send, "GET /files/a%2Fb/c", "GET /files/../items/1", "GET /items/1") == [200, 200, 404]


def test_one_route_with_several_methods_is_several_operations(deploy: Deploy) -> None:
    send = deploy(shop(), "GET /many")
    assert statuses(send, "GET /many", "POST /many", "OPTIONS /many") == [200, 404, 404]
    send = deploy(shop(), "POST /many")
    assert statuses(send, "GET /many", "POST /many", "DELETE /many") == [404, 200, 405]


def test_head_and_options_are_operations_where_the_application_says_so(deploy: Deploy) -> None:
    assert statuses(deploy(shop(), "HEAD /many"), "HEAD /many", "GET /many") == [200, 404]
    assert statuses(deploy(shop(), "OPTIONS /many"), "OPTIONS /many", "GET /many") == [200, 404]


def test_head_goes_with_get_where_the_route_takes_both(deploy: Deploy) -> None:
    send = deploy(shop(), "GET /plain")
    assert statuses(send, "GET /plain", "HEAD /plain", "POST /plain", "OPTIONS /plain") == [200, 200, 405, 405]
    assert statuses(deploy(shop(), "GET /items/{item_id}"), "HEAD /items/1", "OPTIONS /items/1") == [405, 405]


def test_a_preflight_is_answered_before_the_guard(deploy: Deploy) -> None:
    app = shop()
    app.add_middleware(CORSMiddleware, allow_origins=["https://example.com"])
    send = deploy(app, "GET /items/{item_id}")
    headers = {"Origin": "https://example.com", "Access-Control-Request-Method": "GET"}
    assert send(rest_event("/items/1", "OPTIONS", headers=headers, multiValueHeaders=None))["statusCode"] == 200
    refused = send(rest_event("/items/1%2Fsecret", headers=headers, multiValueHeaders=None))
    assert refused["statusCode"] == 404
    assert refused["headers"]["access-control-allow-origin"] == "https://example.com"


def test_a_middleware_may_rewrite_the_path(deploy: Deploy) -> None:
    class Rewrite:
        def __init__(self, app: ASGIApp) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                scope["path"] = scope["path"].replace("/v1/", "/").replace("/leak", "/1/secret")
            await self.app(scope, receive, send)

    app = shop()
    app.add_middleware(Rewrite)
    send = deploy(app, "GET /items/{item_id}")
    assert statuses(send, "GET /v1/items/1", "GET /items/leak") == [200, 404]


def test_a_custom_404_answers_for_the_guard_too(deploy: Deploy) -> None:
    app = shop()
    app.add_exception_handler(404, lambda request, error: JSONResponse({"gone": True}, 404))
    answer = deploy(app, "GET /items/{item_id}")(rest_event("/items/1%2Fsecret"))
    assert json.loads(answer["body"]) == {"gone": True}


def test_the_first_route_wins_as_in_the_router(deploy: Deploy) -> None:
    app = FastAPI()
    app.add_api_route("/items/{item_id}", lambda item_id: {"by": "parameter"})
    app.add_api_route("/items/me", lambda: {"by": "name"})
    assert statuses(deploy(app, "GET /items/me"), "GET /items/me") == [404]


def test_a_route_that_takes_the_method_goes_before_one_that_takes_only_the_path(deploy: Deploy) -> None:
    app = FastAPI()
    app.add_api_route("/items/{item_id}", lambda item_id: None, methods=["POST"])
    app.add_api_route("/items/me", lambda: {"by": "name"})
    send = deploy(app, "GET /items/me")
    assert statuses(send, "GET /items/me", "POST /items/me", "PUT /items/me") == [200, 404, 404]


@pytest.mark.parametrize("included", [True, False])
def test_operations_inside_of_a_mount(deploy: Deploy, included: bool) -> None:
    if included and not hasattr(fastapi.routing, "_IncludedRouter"):
        pytest.skip("before 0.137 include_router leaves mounts out")

    def mounted() -> FastAPI:
        app = FastAPI()
        target: Any = APIRouter() if included else app
        target.mount("/sub/{tenant}", shop(flat=True))
        target.mount("/opaque", lambda scope, receive, send: JSONResponse({})(scope, receive, send))
        if included:
            app.include_router(target)
        app.add_api_route("/items/{item_id}", lambda item_id: None)
        app.add_api_route("/opaque/{path}", lambda path: None)
        return app

    send = deploy(mounted(), "GET /sub/{tenant}/items/{item_id}")
    requests = ["GET /sub/t/items/1", "GET /sub/t/items/1/secret", "GET /sub/t/none", "GET /items/1", "GET /opaque/x"]
    assert statuses(send, *requests) == [200, 404, 404, 404, 404]
    assert statuses(deploy(mounted(), "GET /items/{item_id}"), "GET /items/1", "GET /sub/t/items/1") == [200, 404]
    # A mount that stands before a route takes its requests, and is no operation.
    assert statuses(deploy(mounted(), "GET /opaque/{path}"), "GET /opaque/x") == [404]


def test_a_mount_without_routes_of_its_own(deploy: Deploy) -> None:
    app = FastAPI()
    app.router.routes.append(Mount("/sub", routes=[Route("/x", lambda request: JSONResponse({}))]))
    assert statuses(deploy(app, "GET /sub/x"), "GET /sub/x", "GET /sub/y") == [200, 404]


def test_unknown_paths_are_refused(deploy: Deploy) -> None:
    send = deploy(shop(), "GET /items/{item_id}")
    assert statuses(send, "GET /", "GET /nowhere", "GET /items", "GET /nowhere/") == [404, 404, 404, 404]


def test_an_application_without_redirects(deploy: Deploy) -> None:
    app = FastAPI(redirect_slashes=False)
    app.add_api_route("/items", lambda: None)
    assert statuses(deploy(app, "GET /items"), "GET /items", "GET /nowhere") == [200, 404]


@pytest.mark.parametrize(
    ("declared", "path", "status"),
    [("/items/", "/items", 307), ("/items", "/items/", 307), ("/other", "/items", 404), ("/other", "/nowhere/", 404)],
)
def test_a_redirect_to_the_operation_is_the_routers(declared: str, path: str, status: int) -> None:
    """A module with its own handler has nobody who restores the spelling."""
    app = FastAPI()
    app.add_api_route("/items/" if path == "/items" else "/items", lambda: None)
    app.add_api_route("/other", lambda: None)
    install_guard(app, Operation("GET", declared))

    async def request() -> int:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="https://example.com") as client:
            return (await client.get(path)).status_code

    assert asyncio.run(request()) == status


@pytest.mark.parametrize("text", ["GET", "/items", "GET items", ""])
def test_refuses_an_operation_without_method_or_path(text: str) -> None:
    with pytest.raises(ValueError, match="`CDK_FASTAPI_OPERATION` must be a method and a path, got: "):
        Operation.parse(text)


def test_reads_the_method_in_any_case() -> None:
    assert str(Operation.parse("get /items/{id}")) == "GET /items/{id}"


def test_reads_a_compressed_list() -> None:
    lines = "\n".join(f"GET /items/{number}/ä" for number in range(7))
    packed = zlib.compress(lines.encode(), wbits=-zlib.MAX_WBITS)
    operations = Operation.parse_all("deflate:" + base64.b64encode(packed).decode())
    assert [str(operation) for operation in operations] == lines.splitlines()
    assert Operation.parse_all(lines) == operations


def test_a_log_line_names_five_operations_at_most(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    app = FastAPI()
    app.add_api_route("/other", lambda: None)
    install_guard(app, *Operation.parse_all("\n".join(f"GET /{number}" for number in range(7))))
    assert deploy(app)(rest_event("/other"))["statusCode"] == 404
    line = json.loads(capsys.readouterr().out)
    assert line["operation"] == "GET /0, GET /1, GET /2, GET /3, GET /4, 2 more"


def test_only_a_line_break_parts_operations() -> None:
    text = "GET /a\x0bGET /b\x85\u2028\nPOST /c\n"
    assert [str(operation) for operation in Operation.parse_all(text)] == ["GET /a\x0bGET /b\x85\u2028", "POST /c"]
    assert Operation.parse_all("") == []
