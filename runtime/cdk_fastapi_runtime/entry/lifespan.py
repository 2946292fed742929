"""The application's lifespan, started once per execution environment and not once per request."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from starlette.types import ASGIApp, Message, Scope

from .log import logger


class Lifespan:
    """Runs start-up and shut-down on the event loop that serves the requests."""

    def __init__(self, app: ASGIApp, loop: asyncio.AbstractEventLoop) -> None:
        self._app = app
        self.loop = loop
        """Where start-up, requests and shut-down run."""
        self._task: asyncio.Task[None] | None = None
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._started = asyncio.Event()
        self._failure: str | None = None
        self.state: dict[str, Any] = {}
        """What the application's lifespan yielded; each request gets a copy."""

    def start(self) -> None:
        """Runs the start-up to its end; raises what the application raised."""
        self.loop.run_until_complete(self._start())

    def stop(self) -> None:
        """Runs the shut-down, once; a failure is logged, there is nobody left to raise it to."""
        if self._task is None or self.loop.is_running():
            return
        task, self._task = self._task, None
        self._inbox.put_nowait({"type": "lifespan.shutdown"})
        try:
            self.loop.run_until_complete(task)
        except Exception:  # noqa: BLE001 it is logged
            logger().exception("The application's shutdown failed")

    def stop_on_sigterm(self) -> None:
        """Lambda sends SIGTERM before it ends an environment with extensions, and kills 300 ms later."""
        previous = signal.getsignal(signal.SIGTERM)

        def handle(signum: int, frame: FrameType | None) -> None:
            self.stop()
            _end(signum, frame, previous)

        signal.signal(signal.SIGTERM, handle)

    async def _start(self) -> None:
        scope: Scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        self._inbox.put_nowait({"type": "lifespan.startup"})
        task = asyncio.ensure_future(self._run(scope))
        started = asyncio.ensure_future(self._started.wait())
        await asyncio.wait([task, started], return_when=asyncio.FIRST_COMPLETED)
        started.cancel()
        if self._failure is not None:
            await task
            raise RuntimeError(self._failure)
        if not self._started.is_set():
            # As servers do: an application that ends or raises before it answers does not know the protocol.
            try:
                await task
            except Exception:  # noqa: BLE001 it is logged
                logger().info("The application does not support lifespan", exc_info=True)
            return
        self._task = task

    async def _run(self, scope: Scope) -> None:
        await self._app(scope, self._inbox.get, self._receive)

    async def _receive(self, message: Message) -> None:
        if message["type"] == "lifespan.startup.complete":
            self._started.set()
        elif message["type"] == "lifespan.startup.failed":
            self._failure = message.get("message", "") or "The application's startup failed"


def _end(signum: int, frame: FrameType | None, previous: Callable[[int, FrameType | None], Any] | int | None) -> None:
    if callable(previous):
        previous(signum, frame)
        return
    # A thread of the runtime waits in native code and would keep a normal exit from ending.
    sys.stdout.flush()
    sys.stderr.flush()
    signal.signal(signum, signal.SIG_DFL)
    os.kill(os.getpid(), signum)
