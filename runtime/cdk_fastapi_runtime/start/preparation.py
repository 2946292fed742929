"""Builds the routes of the operations that the function serves in the initialization, before the first request.

A snapshot and an environment of provisioned concurrency hold it then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from starlette.routing import PARAM_REGEX, BaseRoute

from ..routing.paths import declared_paths
from ..routing.routes import is_included_router
from .unbuilt import Unbuilt


class Served(Protocol):
    """An operation, its path as the OpenAPI document writes it."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...


def prepare(routes: Iterable[BaseRoute], operations: Sequence[Served], environ: Mapping[str, str]) -> None:
    """Builds the routes of the operations, after the lifespan, which may add routes.

    A function that serves the whole application builds them when they are used, except where nobody waits for the
    initialization: then it builds all.
    """
    if operations:
        for operation in operations:
            _prepare(route for route in _on_the_way(routes, operation.path) if _is(route, operation))
    elif environ.get("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand") != "on-demand":
        _prepare(_on_the_way(routes, None))


def _prepare(routes: Iterable[Any]) -> None:
    for route in routes:
        unbuilt = Unbuilt.of(route)
        if unbuilt is not None:
            unbuilt.prepare()


def _is(route: Any, operation: Served) -> bool:
    return getattr(route, "path_format", None) == operation.path and operation.method in (route.methods or ())


def _on_the_way(routes: Iterable[Any], path: str | None) -> Iterator[Any]:
    """The routes of the application, of included routers only those that have the path."""
    for route in routes:
        if not is_included_router(route):
            yield route
        elif path is None or path in _path_formats(route):
            yield from _on_the_way(route.effective_candidates(), path)


def _path_formats(included: Any) -> Iterator[str]:
    routes, prefix = included.original_router.routes, included.include_context.prefix
    for declared in declared_paths(routes, prefix):
        yield PARAM_REGEX.sub(r"{\1}", declared.path)
