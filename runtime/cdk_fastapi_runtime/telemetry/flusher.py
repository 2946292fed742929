"""Sends recorded telemetry on a thread of its own, because exporters block until their collector answers."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any

from ..entry.log import logger

SECONDS = 1.0
"""The longest that an invocation waits for a collector."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds in which nobody waits, after a collector was late; doubled each time it is late again."""


class Flusher:
    """Flushes providers; at most one flush at a time, and one more for all who ask meanwhile.

    Args:
        providers: what is flushed, asked each time: an application may set it up at its first request.
        seconds: how long one waits at most.
    """

    def __init__(self, providers: Callable[[], Iterable[Any]], seconds: float = SECONDS) -> None:
        self._providers = providers
        self._seconds = seconds
        self._changed = threading.Condition()
        self._next: Future[None] | None = None
        self._process = 0
        self._pause = FIRST_PAUSE
        self._wait_again = 0.0

    def flush(self, seconds: float | None = None) -> None:
        """Waits until what was recorded before the call is sent, or has to be left to later.

        Args:
            seconds: fewer than the flusher's own, where less is left to the invocation.
        """
        flushed = self._ask()
        limit = self._limit(seconds)
        if limit <= 0:
            return
        try:
            flushed.result(limit)
        except TimeoutError:
            self._is_late(limit)
        else:
            self._pause = FIRST_PAUSE

    async def flush_async(self, seconds: float | None = None) -> None:
        """The same, while other requests go on."""
        flushed = self._ask()
        limit = self._limit(seconds)
        if limit <= 0:
            return
        waiting = asyncio.wrap_future(flushed)
        # Not cancelled where it is late: others wait for the same.
        done, _ = await asyncio.wait([waiting], timeout=limit)
        if done:
            self._pause = FIRST_PAUSE
        else:
            self._is_late(limit)

    def _ask(self) -> Future[None]:
        with self._changed:
            if self._process != os.getpid():
                # Threads do not survive a fork.
                self._process = os.getpid()
                threading.Thread(target=self._work, name="cdk-fastapi-telemetry", daemon=True).start()
            if self._next is None:
                self._next = Future()
                self._next.set_running_or_notify_cancel()
                self._changed.notify()
            return self._next

    def _limit(self, seconds: float | None) -> float:
        if time.monotonic() < self._wait_again:
            return 0
        return self._seconds if seconds is None else min(seconds, self._seconds)

    def _is_late(self, limit: float) -> None:
        if self._pause == FIRST_PAUSE:
            logger().warning(
                "OpenTelemetry's data was not sent within %.1f seconds: requests go on without waiting for it", limit
            )
        self._wait_again = time.monotonic() + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE)

    def _work(self) -> None:
        while True:
            with self._changed:
                while (now := self._next) is None:
                    self._changed.wait()
                self._next = None
            for provider in self._providers():
                # A provider of another maker may raise anything.
                with contextlib.suppress(Exception):
                    provider.force_flush()
            now.set_result(None)
