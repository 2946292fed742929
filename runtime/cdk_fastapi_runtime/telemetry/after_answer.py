"""The time between an answer and the next event: Lambda's caller has the answer, and the environment is not frozen yet.

Lambda freezes it when the runtime asks for the next event. A flush there costs no caller anything.

@see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

from ..entry.entrypoint import LambdaHandler
from .flusher import Flusher

_CLIENTS = ("awslambdaric.lambda_runtime_client", "lambda_runtime_client")
"""Where Lambda's Python runtimes have the client that asks for events."""

_MARGIN = 0.2
"""Seconds before the end of an invocation in which nothing is begun: Lambda would end the environment."""


class FlushingHandler:
    """A handler after whose answer its telemetry is sent; before the answer where the runtime is an unknown one."""

    def __init__(self, handler: LambdaHandler, flusher: Flusher) -> None:
        self._handler = handler
        self._flusher = flusher
        self._context: Any = None
        self._afterwards = before_next_event(self._flush)

    def __call__(self, event: Any, context: Any) -> Any:
        self._context = context
        try:
            return self._handler(event, context)
        finally:
            if not self._afterwards:
                self._flush()

    def _flush(self) -> None:
        context, self._context = self._context, None
        # The first event is asked for before anything has been recorded.
        if context is not None:
            self._flusher.flush(_left(context))


def before_next_event(work: Callable[[], None]) -> bool:
    """Has the runtime call this before it asks for an event; false where that is not possible."""
    for name in _CLIENTS:
        client = getattr(sys.modules.get(name), "LambdaRuntimeClient", None)
        wait = getattr(client, "wait_next_invocation", None)
        if client is not None and callable(wait):
            client.wait_next_invocation = _with_work(wait, work)
            return True
    return False


def _with_work(wait: Callable[..., Any], work: Callable[[], None]) -> Callable[..., Any]:
    @functools.wraps(wait)
    def wait_next_invocation(*arguments: Any, **keywords: Any) -> Any:
        work()
        return wait(*arguments, **keywords)

    return wait_next_invocation


def _left(context: Any) -> float | None:
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    return remaining() / 1000 - _MARGIN if callable(remaining) else None
