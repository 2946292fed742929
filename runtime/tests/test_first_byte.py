"""Errors before the first byte of a stream, with FastAPI's own streams and middlewares."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from cdk_fastapi_runtime.middleware.first_byte import FirstByte, install_first_byte


class OwnError(Exception):
    pass


def application() -> FastAPI:
    app = FastAPI()

    @app.exception_handler(OwnError)
    async def own_error(request: Request, error: OwnError) -> JSONResponse:
        return JSONResponse({"own": str(error)}, 409)

    def fail(how: str) -> None:
        if how == "http":
            raise HTTPException(404, "no such thing", {"x-why": "absent"})
        if how == "own":
            raise OwnError("mine")
        if how == "other":
            raise ValueError("secret")
        if how == "runtime":
            raise RuntimeError("response already started") from None

    @app.get("/async/{how}")
    async def async_stream(how: str) -> StreamingResponse:
        async def chunks() -> AsyncIterator[bytes]:
            yield b""
            fail(how)
            yield b"one"
            yield b"two"

        return StreamingResponse(chunks(), media_type="text/plain")

    @app.get("/sync/{how}")
    def sync_stream(how: str) -> StreamingResponse:
        def chunks() -> Iterator[str]:
            fail(how)
            yield "one"
            yield "two"

        return StreamingResponse(chunks(), 201, media_type="text/plain")

    @app.get("/plain/{how}")
    async def plain(how: str) -> Response:
        fail(how)
        return Response(b"onetwo")

    @app.get("/empty")
    async def empty() -> StreamingResponse:
        return StreamingResponse(iter(()), 204)

    install_first_byte(app)
    return app


def get(app: Any, path: str, method: str = "GET") -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, path)

    return asyncio.run(ask())


@pytest.mark.parametrize("kind", ["async", "sync", "plain"])
def test_a_stream_that_does_not_fail_is_as_it_was(kind: str) -> None:
    response = get(application(), f"/{kind}/never")
    assert (response.status_code, response.text) == (201 if kind == "sync" else 200, "onetwo")


@pytest.mark.parametrize("kind", ["async", "sync", "plain"])
def test_an_error_before_the_first_byte_is_answered_by_the_applications_handlers(kind: str) -> None:
    app = application()
    absent = get(app, f"/{kind}/http")
    assert (absent.status_code, absent.json(), absent.headers["x-why"]) == (404, {"detail": "no such thing"}, "absent")
    own = get(app, f"/{kind}/own")
    assert (own.status_code, own.json()) == (409, {"own": "mine"})
    for how in ("other", "runtime"):
        other = get(app, f"/{kind}/{how}")
        assert (other.status_code, other.text) == (500, "Internal Server Error")


def test_an_empty_stream_has_a_status() -> None:
    response = get(application(), "/empty")
    assert (response.status_code, response.content) == (204, b"")
    assert get(application(), "/plain/never", "HEAD").status_code == 405


def test_streams_of_fastapi_itself() -> None:
    pytest.importorskip("fastapi.sse", reason="this FastAPI has no streams of its own")
    app = FastAPI()

    @app.get("/lines/{count}")
    async def lines(count: int) -> AsyncIterable[dict[str, int]]:
        if count < 0:
            raise HTTPException(422, "negative")
        for number in range(count):
            yield {"number": number}

    install_first_byte(app)
    assert get(app, "/lines/2").text == '{"number":0}\n{"number":1}\n'
    assert get(app, "/lines/-1").status_code == 422
    assert get(app, "/lines/0").status_code == 200


def test_an_error_after_the_first_byte_ends_the_response() -> None:
    sent: list[Message] = []

    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        raise RuntimeError("Caught handled exception, but response already started.") from HTTPException(404)

    async def send(message: Message) -> None:
        sent.append(message)

    with pytest.raises(RuntimeError, match="already started"):
        asyncio.run(FirstByte(broken)({"type": "http"}, send, send))  # type: ignore[arg-type]
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]


@pytest.mark.parametrize("count", [1, 2])
def test_the_task_group_of_older_versions_is_taken_off(count: int) -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise ExceptionGroup("outer", [ExceptionGroup("inner", [HTTPException(404)] * count)])

    with pytest.raises(HTTPException if count == 1 else ExceptionGroup):
        asyncio.run(FirstByte(broken)({"type": "http"}, None, None))  # type: ignore[arg-type]


def test_everything_else_passes() -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    asyncio.run(FirstByte(app)({"type": "websocket"}, None, None))  # type: ignore[arg-type]
    assert seen == ["websocket"]
