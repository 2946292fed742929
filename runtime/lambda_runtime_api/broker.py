"""Hands invocations to the runtime in the order in which they came."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from .invocation import Failure, Invocation


class Broker:
    """The queue between callers and function, and what is known of the function's initialization."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._change = threading.Condition()
        self._waiting: deque[Invocation] = deque()
        self._running: dict[str, Invocation] = {}
        self._init_error: Failure | None = None
        self.initialized = threading.Event()
        """Set when the runtime asks for its first event, or says that it cannot."""

    @property
    def is_broken(self) -> bool:
        """Whether the initialization has failed, which no later start would change."""
        return self._init_error is not None

    def submit(self, invocation: Invocation) -> None:
        """Queues the invocation; after a failed initialization it fails at once."""
        with self._change:
            if self._init_error is not None:
                invocation.fail(self._init_error)
                return
            self._waiting.append(invocation)
            self._change.notify()

    def take(self, alive: Callable[[], bool]) -> Invocation | None:
        """Waits for the next invocation; ``None`` when the runtime that waits is gone."""
        self.initialized.set()
        with self._change:
            while alive() and not self._waiting:
                self._change.wait(0.2)
            if not alive():
                self._change.notify()  # the wake-up may have been meant for another one
                return None
            invocation = self._waiting.popleft()
            invocation.deadline = time.time() + self._timeout
            self._running[invocation.id] = invocation
            return invocation

    def running(self, invocation_id: str) -> Invocation | None:
        """The invocation that the runtime speaks of, as long as nobody has answered it."""
        with self._change:
            return self._running.get(invocation_id)

    def close(self, invocation: Invocation) -> None:
        """The invocation is over; a late answer finds nothing."""
        with self._change:
            self._running.pop(invocation.id, None)

    def fail_initialization(self, failure: Failure) -> None:
        """Every invocation from now on gets this failure."""
        with self._change:
            self._init_error = self._init_error or failure
            waiting, self._waiting = self._waiting, deque()
        for invocation in waiting:
            invocation.fail(self._init_error)
        self.initialized.set()

    def fail_running(self, failure: Failure) -> None:
        """The environment is gone; what waits is served by the next one."""
        with self._change:
            running, self._running = self._running, {}
        for invocation in running.values():
            invocation.fail(failure)
