"""One invocation on its way from the caller to the function and back."""

from __future__ import annotations

import json
import queue
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Failure:
    """Lambda's error object, ready to be sent."""

    error_type: str
    payload: bytes

    @classmethod
    def of(cls, error_type: str, message: str) -> Failure:
        return cls(error_type, json.dumps({"errorType": error_type, "errorMessage": message}).encode())


class FunctionError(Exception):
    """The function did not answer, or broke off in the middle of its answer."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.error_type)
        self.failure = failure


@dataclass
class Invocation:
    """The payload, and a channel through which the answer comes piece by piece."""

    payload: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    """Client context and trace id, as Runtime API headers."""
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    deadline: float | None = None
    """When the function must have answered; known once it has taken the invocation."""
    content_type: str = "application/json"
    _parts: queue.Queue[bytes | Failure | None] = field(default_factory=queue.Queue)

    def begin(self, content_type: str) -> None:
        self.content_type = content_type
        self._parts.put(b"")

    def write(self, chunk: bytes) -> None:
        self._parts.put(chunk)

    def finish(self) -> None:
        self._parts.put(None)

    def fail(self, failure: Failure) -> None:
        self._parts.put(failure)

    def answer(self) -> Iterator[bytes]:
        """The chunks of the answer as they come, the first one empty; raises ``FunctionError`` and ``TimeoutError``."""
        while True:
            try:
                part = self._parts.get(timeout=0.05)
            except queue.Empty:
                if self.deadline is not None and time.time() > self.deadline:
                    raise TimeoutError from None
                continue
            if part is None:
                return
            if isinstance(part, Failure):
                raise FunctionError(part)
            yield part
