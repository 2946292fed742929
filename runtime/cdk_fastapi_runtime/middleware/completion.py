"""The end of a response waits for the end of its request.

Lambda freezes the environment when the response is complete. Later work of the application (background tasks, a
middleware that writes its metrics) would be suspended until the next request, or never finish.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..entry.log import logger

AtEnd = Callable[[], Awaitable[None]]
"""What is to be done between the end of the application's work and the end of its response."""


class Completion:
    """Holds the last message of a response back until the application has returned."""

    def __init__(self, app: ASGIApp, at_end: AtEnd | None = None) -> None:
        self._app = app
        self._at_end = at_end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        last: Message | None = None

        async def hold(message: Message) -> None:
            nonlocal last
            if message["type"] != "http.response.body" or message.get("more_body"):
                await send(message)
                return
            last = message

        async def after_response() -> Message:
            # A server says this once the response is complete, and an application may wait for it.
            return {"type": "http.disconnect"} if last is not None else await receive()

        try:
            await self._app(scope, after_response, hold)
        except Exception:
            # Starlette raises the errors that it has answered. The server would log them, when the response is over.
            if last is None:
                raise
            logger().exception("Exception in ASGI application")
        finally:
            if self._at_end is not None:
                await self._at_end()
        if last is not None:
            await send(last)
