"""Places around an application and around its router."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

Wrap = Callable[[ASGIApp], ASGIApp]


def wrap_application(app: FastAPI, wrap: Wrap) -> None:
    """Wraps a whole application, its error page included, whichever code calls it.

    Not by ``build_middleware_stack``: instrumentation replaces that one, and expects Starlette's own stack from it.
    """
    _wrap_calls(app, wrap)


def wrap_routing(router: Any, wrap: Wrap) -> None:
    """Wraps a router, inside of all middleware."""
    if hasattr(router, "middleware_stack"):
        router.middleware_stack = wrap(router.middleware_stack)
    else:
        # Before Starlette 0.28 a router has no stack of its own.
        _wrap_calls(router, wrap)


def _wrap_calls(called: Any, wrap: Wrap) -> None:
    # Python looks `__call__` up in the class, so the object gets one of its own.
    before = type(called)
    wrapped = wrap(partial(before.__call__, called))

    async def call(_self: object, scope: Scope, receive: Receive, send: Send) -> None:
        await wrapped(scope, receive, send)

    called.__class__ = type(before.__name__, (before,), {"__call__": call, "__module__": before.__module__})
