"""Around the router of an application, inside of all its middleware."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send


def wrap_routing(router: Any, wrap: Callable[[ASGIApp], ASGIApp]) -> None:
    """Puts what ``wrap`` makes around the work of a router."""
    if hasattr(router, "middleware_stack"):
        router.middleware_stack = wrap(router.middleware_stack)
        return
    # Before Starlette 0.28 a router has no stack of its own, and is called by its class.
    before = type(router)
    wrapped = wrap(partial(before.__call__, router))

    async def call(_router: object, scope: Scope, receive: Receive, send: Send) -> None:
        await wrapped(scope, receive, send)

    router.__class__ = type(before.__name__, (before,), {"__call__": call})
