"""Routes as facts, the same in all FastAPI versions."""

from __future__ import annotations

import functools
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, WebSocket
from fastapi.responses import FileResponse, JSONResponse, StreamingResponse
from starlette.requests import Request
from starlette.routing import BaseRoute, Host, Router

from cdk_fastapi_runtime.routing.routes import RouteFact, flatten, frontends


def facts(app: FastAPI) -> dict[str, RouteFact]:
    return {fact.path: fact for fact in flatten(app) if not fact.module.startswith("fastapi.")}


def test_knows_prefixes_converters_methods_and_names() -> None:
    app, outer, inner = FastAPI(), APIRouter(prefix="/outer"), APIRouter(prefix="/inner")

    @inner.api_route("/{number:int}/{rest:path}", methods=["GET", "post"])
    def read_file(number: int, rest: str) -> None: ...

    outer.include_router(inner, prefix="/between")
    app.include_router(outer, prefix="/api")
    fact = facts(app)["/api/outer/between/inner/{number:int}/{rest:path}"]
    assert fact.kind == "http"
    assert fact.path_format == "/api/outer/between/inner/{number}/{rest}"
    assert fact.methods == {"GET", "POST"}
    assert (fact.name, fact.module) == ("read_file", __name__)
    assert fact.converters == {"number": "int", "rest": "path"}
    assert fact.in_schema
    assert not fact.streaming
    assert fact.endpoint is read_file


def test_a_router_included_twice_has_two_routes() -> None:
    app, router = FastAPI(), APIRouter()
    router.add_api_route("/x", lambda: None)
    app.include_router(router, prefix="/a")
    app.include_router(router, prefix="/b", include_in_schema=False)
    assert {path: fact.in_schema for path, fact in facts(app).items()} == {"/a/x": True, "/b/x": False}


def test_keeps_the_order_of_the_router() -> None:
    app, router = FastAPI(openapi_url=None), APIRouter()
    router.add_api_route("/2", lambda: None)
    app.add_api_route("/1", lambda: None)
    app.include_router(router)
    app.add_api_route("/3", lambda: None)
    assert list(facts(app)) == ["/1", "/2", "/3"]


def test_knows_what_the_document_leaves_out() -> None:
    app, router = FastAPI(), APIRouter()

    @router.websocket("/ws/{room}")
    async def chat(websocket: WebSocket, room: str) -> None: ...

    def plain(request: Request) -> JSONResponse: ...

    router.add_api_route("/hidden", lambda: None, include_in_schema=False)
    router.add_route("/plain", plain)
    app.include_router(router, prefix="/in")
    app.mount("/static", FastAPI(), name="files")
    app.mount("/nameless", FastAPI())
    app.router.routes.append(Host("api.example.com", app=Router(), name="host"))
    found = facts(app)
    assert (found["/in/ws/{room}"].kind, found["/in/ws/{room}"].name) == ("websocket", "chat")
    assert not found["/in/hidden"].in_schema
    assert not found["/in/plain"].in_schema
    assert found["/in/plain"].methods == {"GET", "HEAD"}
    assert (found["/static"].kind, found["/static"].name, found["/static"].module) == ("mount", "files", "")
    assert found["/nameless"].name == ""
    assert (found[""].kind, found[""].name) == ("mount", "host")
    documentation = [fact.path for fact in flatten(app) if fact.module.startswith("fastapi.")]
    assert {"/docs", "/openapi.json"} <= set(documentation)


def test_passes_over_routes_without_a_path() -> None:
    app = FastAPI(openapi_url=None)
    app.router.routes.append(BaseRoute())
    assert flatten(app) == []


def test_names_endpoints_that_are_no_functions() -> None:
    class Greeter:
        def __call__(self) -> None: ...

    def greet(greeting: str) -> None: ...

    app = FastAPI()
    app.add_api_route("/instance", Greeter())
    app.add_api_route("/partial", functools.partial(greet, greeting="hi"), name="custom")
    assert facts(app)["/instance"].name == "Greeter"
    assert facts(app)["/instance"].module == __name__
    assert facts(app)["/partial"].name == "greet"
    assert facts(app)["/partial"].module == __name__


class Events(StreamingResponse):
    media_type = "text/event-stream"


def annotated() -> Events: ...


def annotated_late() -> Events: ...


annotated_late.__annotations__["return"] = "Events"


def unknown() -> None: ...


unknown.__annotations__["return"] = "Absent"


@pytest.mark.parametrize(
    ("endpoint", "options", "streaming"),
    [
        (lambda: None, {"response_class": StreamingResponse}, True),
        (lambda: None, {"response_class": Events}, True),
        (annotated, {"response_model": None}, True),
        (annotated_late, {"response_model": None}, True),
        (unknown, {"response_model": None}, False),
        (lambda: None, {"response_class": FileResponse}, False),
        (lambda: None, {}, False),
    ],
)
def test_knows_a_stream_where_it_is_declared(endpoint: Any, options: dict[str, Any], streaming: bool) -> None:
    app = FastAPI()
    app.add_api_route("/stream", endpoint, **options)
    assert facts(app)["/stream"].streaming is streaming


def test_knows_event_sources_by_name() -> None:
    event_source = type("EventSourceResponse", (JSONResponse,), {"__module__": "sse_starlette.sse"})
    stranger = type("EventSourceResponse", (JSONResponse,), {"__module__": "elsewhere"})
    app = FastAPI()
    app.add_api_route("/events", lambda: None, response_class=event_source)
    app.add_api_route("/stranger", lambda: None, response_class=stranger)
    assert facts(app)["/events"].streaming
    assert not facts(app)["/stranger"].streaming


def test_knows_native_streams() -> None:
    pytest.importorskip("fastapi.sse", reason="FastAPI streams natively since 0.134")
    from collections.abc import AsyncIterable

    app, router = FastAPI(), APIRouter()

    @router.get("/items")
    async def items() -> AsyncIterable[int]:
        yield 1

    app.include_router(router)
    assert facts(app)["/items"].streaming


def test_lists_static_sites(tmp_path: Any) -> None:
    app, router = FastAPI(), APIRouter()
    if not hasattr(app, "frontend"):
        assert list(frontends(app)) == []
        pytest.skip("this FastAPI has no static sites")
    app.frontend("/site", directory=tmp_path)
    router.frontend("/inner", directory=tmp_path)
    app.include_router(router, prefix="/more")
    assert list(frontends(app)) == ["/site", "/more/inner"]
