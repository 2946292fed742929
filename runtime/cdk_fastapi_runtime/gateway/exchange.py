"""One request and its answer: the two channels that ASGI gives an application."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

from starlette.types import ASGIApp, Message, Scope

from ..entry.log import logger

_INVALID_NAME = re.compile(rb'[\x00-\x20\x7f()<>@,;:\[\]={}\\"]')
_KEPT = (b"access-control-", b"vary")
_INVALID_VALUE = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


def check_headers(headers: Sequence[tuple[bytes, bytes]]) -> None:
    """Refuses characters that would end a header and begin another one, as servers do.

    Raises:
        RuntimeError: a name or a value has characters that no header has.
    """
    # All at once: nearly all answers have nothing to refuse.
    names, values = b"".join([name for name, _ in headers]), b"".join([value for _, value in headers])
    if _INVALID_NAME.search(names) or _INVALID_VALUE.search(values):
        raise RuntimeError(f"Invalid HTTP header among {list(headers)!r}")


class Exchange:
    """Collects the whole response of an application to one request, because Lambda returns it in one piece."""

    __slots__ = ("_body", "_chunks", "_ended", "complete", "headers", "status")

    def __init__(self, body: bytes) -> None:
        self._body: bytes | None = body
        self._chunks: list[bytes] = []
        self._ended: asyncio.Event | None = None
        self.complete = False
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []

    @property
    def content(self) -> bytes:
        """The body of the answer."""
        return self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)

    def run(self, app: ASGIApp, scope: Scope, loop: asyncio.AbstractEventLoop) -> None:
        """Runs the application; an exception is logged, and answered with 500 if the response is incomplete."""
        task = loop.create_task(self._run(app, scope, loop))
        while not task.done():
            loop.run_forever()

    async def _run(self, app: ASGIApp, scope: Scope, loop: asyncio.AbstractEventLoop) -> None:
        try:
            await app(scope, self.receive, self.send)
            if not self.complete:
                raise RuntimeError("The application returned without completing its response")
        except BaseException:  # noqa: BLE001 whatever ends a request, the next one has to be answered
            logger().exception("Exception in ASGI application")
            if not self.complete:
                self.answer(500, "Internal Server Error")
        finally:
            # In the last step of the task: `run_until_complete` needs one more turn of the loop to hear of the end.
            loop.stop()

    def answer(self, status: int, text: str) -> None:
        """Answers in place of the application; a page that could read its answer can read this one."""
        self.status = status
        kept = [(name, value) for name, value in self.headers if name.lower().startswith(_KEPT)]
        self.headers = [(b"content-type", b"text/plain; charset=utf-8"), *kept]
        self._chunks = [text.encode()]
        self._end()

    async def receive(self) -> Message:
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        if not self.complete:
            # Servers send this once the response is complete; an application may wait for it.
            self._ended = self._ended or asyncio.Event()
            await self._ended.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        kind = message["type"]
        if kind == "http.response.start" and not self.status:
            headers = message.get("headers", ())
            check_headers(headers)
            self.status, self.headers = message["status"], headers
        elif kind == "http.response.body" and self.status and not self.complete:
            chunk = message.get("body", b"")
            if chunk:
                self._chunks.append(chunk)
            if not message.get("more_body", False):
                self._end()
        else:
            raise RuntimeError(f"Unexpected ASGI message {kind}")

    def _end(self) -> None:
        self.complete = True
        if self._ended is not None:
            self._ended.set()
