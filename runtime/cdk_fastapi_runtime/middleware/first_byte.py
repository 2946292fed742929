"""An error before the first byte of a stream is answered as an error.

A stream starts its response before it asks the endpoint for anything: what an endpoint with ``yield`` raises before its
first item would end a response that says 200 already. Here the start waits for the first byte, and the application's
own exception handlers answer.
"""

from __future__ import annotations

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
        start: Message | None = None

        async def hold(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if start is not None:
                if not message.get("body") and message.get("more_body"):
                    return
                started, start = start, None
                await send(started)
            await send(message)

        try:
            await self._app(scope, receive, hold)
        except Exception as error:
            meant = _meant(error, begun=start is None)
            if meant is error:
                raise
            raise meant from None


def _meant(error: Exception, *, begun: bool) -> Exception:
    """What the endpoint raised, out of what Starlette made of it."""
    # Older versions run a stream in a task group.
    while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    handled = error.__cause__
    # Starlette has a handler for the cause, and raises this because it thinks that the response has begun.
    if not begun and isinstance(error, RuntimeError) and "response already started" in str(error):
        return handled if isinstance(handled, Exception) else error
    return error
