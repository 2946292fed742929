"""Work that needs the main thread while a server runs there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class MainThread:
    """Runs a server, and pauses its event loop for functions that need the main thread without a running loop.

    Lambda's Python runtime calls the hooks of a snapshot while no event loop runs: they may use ``asyncio.run``, or the
    current loop, whose connections then belong to the loop that serves the requests.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._work: list[tuple[Callable[[], None], asyncio.Future[None]]] = []

    async def run(self, function: Callable[[], None]) -> None:
        """Stops the loop, calls the function, and goes on; raises what the function raised."""
        called: asyncio.Future[None] = self._loop.create_future()
        self._work.append((function, called))
        self._loop.stop()
        await called

    def serve(self, server: Coroutine[Any, Any, None]) -> None:
        """Runs the server to its end."""
        task = self._loop.create_task(server)
        task.add_done_callback(lambda _: self._loop.stop())
        while not task.done():
            self._loop.run_forever()
            while self._work:
                self._call(*self._work.pop(0))
        task.result()

    def _call(self, function: Callable[[], None], called: asyncio.Future[None]) -> None:
        try:
            function()
        except Exception as error:  # noqa: BLE001 it is raised where the call was asked for
            called.set_exception(error)
        else:
            called.set_result(None)
        # `asyncio.run` leaves none behind.
        asyncio.set_event_loop(self._loop)
