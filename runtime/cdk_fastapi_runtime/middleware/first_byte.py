"""An error before the first byte of a stream is answered as an error.

A stream starts its response before it asks the endpoint for anything: what an endpoint with ``yield`` raises before its
first item would end a response that says 200 already. Here the start waits for the first byte, and the application's
own exception handlers answer.
"""

from __future__ import annotations

import traceback

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..routing.wrap import wrap_routing


def install_first_byte(app: FastAPI) -> None:
    """Puts it around the application's routing, inside of everything that turns exceptions into responses."""
    wrap_routing(app.router, FirstByte)


class FirstByte:
    """Holds the start of a response back until its body begins or ends."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Held(send)
        try:
            await self._app(scope, receive, answer.send)
        except Exception as error:
            if answer.end is not None and not _is_of_another_task(error):
                # The stream was complete, and something after it failed: a background task, a dependency's exit.
                await answer.release(answer.end)
                raise
            meant = _meant(error, begun=answer.start is None)
            if meant is error:
                raise
            raise meant from None
        if answer.end is not None:
            await answer.release(answer.end)


class _Held:
    """What a response has said and is not sent yet."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._events = False
        self.start: Message | None = None
        """The start of the response, until its first byte."""
        self.end: Message | None = None
        """The end of a stream of events.

        FastAPI runs the endpoint of such a stream in a task beside the response, which ends as if all were said when
        that task fails. The error comes when the response has ended.
        """

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            self._events = any(
                name.lower() == b"content-type" and value.startswith(b"text/event-stream")
                for name, value in message.get("headers", ())
            )
            return
        more = message.get("more_body", False)
        if self._events and not more:
            self.end = message
        elif message.get("body") or not more:
            await self.release(message)

    async def release(self, message: Message) -> None:
        """Sends the start, if that has not been done, and the message."""
        if self.start is not None:
            start, self.start = self.start, None
            await self._send(start)
        await self._send(message)


def _is_of_another_task(error: BaseException) -> bool:
    """Whether what failed is a task beside the response: the response itself has not seen the error on its way."""
    cause = error
    while isinstance(cause, ExceptionGroup):
        cause = cause.exceptions[0]
    frames = traceback.walk_tb(cause.__traceback__)
    return cause is not error and all(frame.f_globals.get("__name__") != "starlette.responses" for frame, _ in frames)


def _meant(error: Exception, *, begun: bool) -> Exception:
    """What the endpoint raised, out of what Starlette made of it."""
    # Streams of events and those of older versions run in a task group.
    while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    handled = error.__cause__
    # Starlette has a handler for the cause, and raises this because it thinks that the response has begun.
    if not begun and isinstance(error, RuntimeError) and "response already started" in str(error):
        return handled if isinstance(handled, Exception) else error
    return error
