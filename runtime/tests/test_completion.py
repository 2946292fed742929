"""What an application does after its response is done before the response ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from cdk_fastapi_runtime.middleware.completion import Completion

START: Message = {"type": "http.response.start", "status": 200, "headers": []}
PART: Message = {"type": "http.response.body", "body": b"part", "more_body": True}
LAST: Message = {"type": "http.response.body", "body": b"last"}


def run(app: Callable[[Scope, Receive, Send], Awaitable[None]], kind: str = "http") -> list[Any]:
    """The messages that the server got, with what the application noted between them."""

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        EVENTS.append(message)

    EVENTS.clear()
    asyncio.run(Completion(app)({"type": kind}, receive, send))
    return EVENTS


EVENTS: list[Any] = []


def test_the_last_message_comes_last() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert (await receive())["type"] == "http.request"
        await send(START)
        await send(PART)
        await send(LAST)
        EVENTS.append("background task")

    assert run(app) == [START, PART, "background task", LAST]


def test_waiting_for_the_end_of_the_response_ends() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(START)
        await send(LAST)
        while (await receive())["type"] != "http.disconnect":
            raise AssertionError("the server would never say so")

    assert run(app) == [START, LAST]


def test_an_error_after_the_response_is_logged_before_the_response_ends(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(START)
        await send(LAST)
        raise ValueError("too late")

    def note(record: logging.LogRecord) -> bool:
        EVENTS.append(record.exc_info and str(record.exc_info[1]))
        return True

    caplog.handler.addFilter(note)
    try:
        assert run(app) == [START, "too late", LAST]
    finally:
        caplog.handler.removeFilter(note)


def test_an_error_within_the_response_ends_it() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(START)
        await send(PART)
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 it has no message
        run(app)
    assert EVENTS == [START, PART]


def test_a_response_without_an_end_is_the_servers_matter() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(START)

    assert run(app) == [START]


def test_everything_else_passes() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "lifespan.startup.complete"})

    assert run(app, "lifespan") == [{"type": "lifespan.startup.complete"}]
