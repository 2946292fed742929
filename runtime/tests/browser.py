"""Requests to an application in this process. Starlette's own client warns of one HTTP library or the other."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from starlette.types import ASGIApp, Message


class Browser:
    """Sends requests, each in an event loop of its own."""

    def __init__(self, app: ASGIApp, *, raise_errors: bool = True) -> None:
        self._app: Any = app
        self._raise_errors = raise_errors

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self._app, raise_app_exceptions=self._raise_errors)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.request(method, path, **options)

        return asyncio.run(send())

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def websocket(self, path: str) -> list[Message]:
        """Connects, and tells what came back until the application returned."""
        seen: list[Message] = []

        async def connect() -> None:
            async def receive() -> Message:
                return {"type": "websocket.connect"}

            async def send(message: Message) -> None:
                seen.append(message)

            scope = {"type": "websocket", "path": path, "query_string": b"", "headers": [], "root_path": ""}
            await self._app(scope, receive, send)

        asyncio.run(connect())
        return seen
