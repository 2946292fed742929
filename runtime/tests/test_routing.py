"""What stands around a router, on every Starlette."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send

from cdk_fastapi_runtime.routing.wrap import wrap_routing

Wrap = Callable[[ASGIApp], ASGIApp]


class OldRouter:
    """As before Starlette 0.28: it is called by its class and has no stack."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["seen"].append("router")


class NewRouter(Router):
    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["seen"].append("router")


def noting(name: str) -> Wrap:
    def wrap(inner: ASGIApp) -> ASGIApp:
        async def noted(scope: Scope, receive: Receive, send: Send) -> None:
            scope["seen"].append(name)
            await inner(scope, receive, send)

        return noted

    return wrap


@pytest.mark.parametrize("make", [OldRouter, NewRouter])
def test_the_last_that_is_put_around_a_router_is_the_outermost(make: Callable[[], Any]) -> None:
    router, other = make(), make()
    wrap_routing(router, noting("inner"))
    wrap_routing(router, noting("outer"))
    scope: Scope = {"type": "http", "seen": []}
    asyncio.run(router(scope, None, None))
    assert scope["seen"] == ["outer", "inner", "router"]
    untouched: Scope = {"type": "http", "seen": []}
    asyncio.run(other(untouched, None, None))
    assert untouched["seen"] == ["router"]
    # Both are classes, which the type of a factory hides.
    assert isinstance(router, make)  # type: ignore[arg-type]
