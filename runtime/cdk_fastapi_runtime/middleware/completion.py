"""The end of a response waits for the end of its request.

Lambda freezes the environment when the response is complete. What an application does afterwards (background tasks, a
middleware that writes its metrics) would stand still until another request thaws it, or never happen.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..entry.log import logger


class Completion:
    """Holds the last message of a response back until the application has returned."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

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
        if last is not None:
            await send(last)
