"""The Extensions API's side of things: who registered, and what each of them is to hear."""

from __future__ import annotations

import queue
import threading
import uuid
from typing import Any


class Extensions:
    """Registered extensions, each with its own queue of events."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queues: dict[str, tuple[frozenset[str], queue.Queue[dict[str, Any] | None]]] = {}

    def register(self, events: list[str]) -> str:
        identifier = str(uuid.uuid4())
        with self._lock:
            self._queues[identifier] = (frozenset(events), queue.Queue())
        return identifier

    def next(self, identifier: str) -> dict[str, Any] | None:
        """Waits for the extension's next event; ``None`` for one that is not registered, or no longer."""
        with self._lock:
            found = self._queues.get(identifier)
        return None if found is None else found[1].get()

    def announce(self, event: dict[str, Any]) -> None:
        """Queues the event for every extension that registered for its type."""
        with self._lock:
            for events, waiting in self._queues.values():
                if event["eventType"] in events:
                    waiting.put(event)

    def forget(self) -> None:
        """The environment is gone, and its extensions with it."""
        with self._lock:
            for _, waiting in self._queues.values():
                waiting.put(None)
            self._queues.clear()
