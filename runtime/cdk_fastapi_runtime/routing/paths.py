"""The paths of an application, without building anything of its routes.

Since FastAPI 0.137 the routes of an included router are made for their place in the tree when a request asks for
them, which costs as much as their registration. Their paths are known before: the prefixes, and the path of each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from starlette.routing import BaseRoute, Host, Mount, WebSocketRoute

from .routes import is_included_router


class DeclaredPath(NamedTuple):
    """Path and methods of one route; ``mount`` where the path goes on behind it."""

    path: str
    methods: frozenset[str]
    mount: bool


def declared_paths(routes: Iterable[BaseRoute], prefix: str = "") -> Iterator[DeclaredPath]:
    """The paths of all routes that take HTTP requests, in the order in which the router tries them."""
    for route in routes:
        if is_included_router(route):
            yield from declared_paths(*inside(route, prefix))
        elif isinstance(route, Host):
            yield DeclaredPath("", frozenset(), mount=True)
        elif not isinstance(route, WebSocketRoute) and (path := getattr(route, "path", None)) is not None:
            mount = isinstance(route, Mount)
            path = (prefix + path).rstrip("/") if mount else prefix + path
            yield DeclaredPath(path, frozenset(getattr(route, "methods", None) or ()), mount)


def inside(included: Any, prefix: str) -> tuple[Iterable[BaseRoute], str]:
    """The routes of an included router, and the prefix that they have there."""
    return included.original_router.routes, prefix + included.include_context.prefix


def endpoints(routes: Iterable[BaseRoute]) -> Iterator[Any]:
    """What the routes call, as they were written."""
    for route in routes:
        if is_included_router(route):
            yield from endpoints(inside(route, "")[0])
        else:
            yield getattr(route, "endpoint", None)
