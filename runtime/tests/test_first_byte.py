"""Errors before the first byte of a stream, with FastAPI's own streams and middlewares."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from typing import Any

import httpx
import pytest
from fastapi import BackgroundTasks, FastAPI, HTTPException, Request
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


def streams() -> FastAPI:
    """Every kind of stream that FastAPI has, failing after as many items as it is told."""
    from fastapi.sse import EventSourceResponse

    app = FastAPI()

    def item(number: int, fails: int, error: str) -> dict[str, int]:
        if number == fails:
            raise HTTPException(418, "teapot") if error == "http" else ValueError(error)
        return {"number": number}

    async def async_items(fails: int, error: str) -> AsyncIterable[dict[str, int]]:
        for number in range(3):
            yield item(number, fails, error)

    def sync_items(fails: int, error: str) -> Iterable[dict[str, int]]:
        for number in range(3):
            yield item(number, fails, error)

    def text(items: Iterable[dict[str, int]]) -> Iterator[str]:
        for each in items:
            yield f"{each}\n"

    def raw(fails: int, error: str) -> StreamingResponse:
        return StreamingResponse(text(sync_items(fails, error)), media_type="text/event-stream")

    app.get("/events/async/{fails}/{error}", response_class=EventSourceResponse)(async_items)
    app.get("/events/sync/{fails}/{error}", response_class=EventSourceResponse)(sync_items)
    app.get("/lines/async/{fails}/{error}")(async_items)
    app.get("/lines/sync/{fails}/{error}")(sync_items)
    app.get("/raw/sync/{fails}/{error}")(raw)
    install_first_byte(app)
    return app


def messages_of(app: FastAPI, path: str) -> list[Message]:
    """What the application says to its server; of an error that it leaves to the server, the type at the end."""
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [], "root_path": ""}
    try:
        asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]
    except Exception as error:  # noqa: BLE001 it is what is asked for
        sent.append({"type": type(error).__name__})
    return sent


KINDS = ["events/async", "events/sync", "lines/async", "lines/sync", "raw/sync"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("error", "status"), [("http", 418), ("other", 500)])
def test_every_kind_of_stream_fails_before_its_first_item_with_a_status(kind: str, error: str, status: int) -> None:
    pytest.importorskip("fastapi.sse", reason="this FastAPI has no streams of its own")
    for _ in range(10):
        start, *rest = messages_of(streams(), f"/{kind}/0/{error}")
        assert start["status"] == status
        assert b"".join(message.get("body", b"") for message in rest) in (
            b'{"detail":"teapot"}',
            b"Internal Server Error",
        )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fails", [1, 2])
@pytest.mark.parametrize("error", ["http", "other"])
def test_every_kind_of_stream_that_fails_later_ends_as_broken(kind: str, fails: int, error: str) -> None:
    pytest.importorskip("fastapi.sse", reason="this FastAPI has no streams of its own")
    for _ in range(10):
        start, *chunks, end = messages_of(streams(), f"/{kind}/{fails}/{error}")
        if start["status"] != 200:
            # A task reads ahead, and its error may come before its first item is on the way.
            assert (kind, start["status"]) == ("events/async", 418 if error == "http" else 500)
            continue
        assert all(chunk.get("more_body") for chunk in chunks)
        assert end["type"] in ("HTTPException", "ValueError", "RuntimeError")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_stream_that_does_not_fail_ends_well(kind: str) -> None:
    pytest.importorskip("fastapi.sse", reason="this FastAPI has no streams of its own")
    start, *chunks, end = messages_of(streams(), f"/{kind}/9/never")
    assert (start["status"], end["type"], end.get("more_body", False)) == (200, "http.response.body", False)
    assert sum(b"number" in chunk["body"] for chunk in [*chunks, end]) == 3


@pytest.mark.parametrize("error", [ValueError, HTTPException])
def test_what_fails_after_a_complete_stream_does_not_break_it(error: type[Exception]) -> None:
    pytest.importorskip("fastapi.sse", reason="this FastAPI has no streams of its own")
    from fastapi.sse import EventSourceResponse

    app = FastAPI()

    def fail() -> None:
        raise HTTPException(400) if error is HTTPException else error

    @app.get("/events", response_class=EventSourceResponse)
    async def events(tasks: BackgroundTasks) -> AsyncIterable[int]:
        tasks.add_task(fail)
        yield 1

    install_first_byte(app)
    start, *_, end, failed = messages_of(app, "/events")
    assert (start["status"], end["type"], end.get("more_body", False)) == (200, "http.response.body", False)
    assert failed["type"] == "ExceptionGroup"


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
