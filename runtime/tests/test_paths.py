"""The paths of an application, known without building its routes."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, WebSocket
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Host, Router

from cdk_fastapi_runtime.entry.entrypoint import load
from cdk_fastapi_runtime.gateway.placement import Placement
from cdk_fastapi_runtime.routing.paths import declared_paths, endpoints
from cdk_fastapi_runtime.routing.routes import flatten


def plain(request: Request) -> Response: ...


def tree() -> FastAPI:
    """Every kind of route, in the application and in routers that are included under and without prefixes."""
    app, outer, inner, bare = FastAPI(), APIRouter(prefix="/outer"), APIRouter(prefix="/inner/{key}"), APIRouter()

    @inner.api_route("/{number:int}/{rest:path}", methods=["GET", "post"])
    def read_file(number: int, rest: str) -> None: ...

    @inner.websocket("/ws")
    async def socket(websocket: WebSocket) -> None: ...

    inner.mount("/static/", FastAPI())
    inner.mount("/", FastAPI())
    bare.add_route("/plain/", plain)
    bare.routes.append(Host("api.example.com", app=Router()))
    outer.include_router(inner, prefix="/between")
    outer.include_router(bare, prefix="/there")
    app.include_router(outer, prefix="/api")
    app.include_router(bare, prefix="/here")
    app.include_router(inner, prefix="/again")
    app.mount("/files", FastAPI())
    app.routes.append(BaseRoute())
    return app


def test_are_those_of_the_built_routes() -> None:
    app = tree()
    declared = list(declared_paths(app.router.routes))
    built = [fact for fact in flatten(app) if fact.kind != "websocket"]
    assert declared == [(fact.path, fact.methods, fact.kind == "mount") for fact in built]
    assert ("/api/outer/between/inner/{key}/{number:int}/{rest:path}", {"GET", "POST"}, False) in declared


def test_endpoints_are_those_of_the_built_routes() -> None:
    app = tree()
    built = [fact.endpoint for fact in flatten(app)]
    assert [endpoint for endpoint in endpoints(app.router.routes) if endpoint] == [each for each in built if each]


def test_nothing_is_built_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    app = tree()
    included = [type(route) for route in app.routes if hasattr(route, "effective_candidates")]
    if not included:
        pytest.skip("this FastAPI includes routers by copying their routes")

    def build(self: Any) -> None:
        raise AssertionError("built")

    monkeypatch.setattr(included[0], "effective_candidates", build)
    Placement(app, "")


def test_a_route_called_handler_is_no_lambda_handler(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "included_handler.py").write_text(
        "from fastapi import APIRouter, FastAPI\nrouter = APIRouter()\n"
        "@router.get('/x')\ndef handler(event, context): ...\n"
        "app = FastAPI()\napp.include_router(router, prefix='/y')\n"
    )
    assert load("included_handler:app").handler is None
