"""The routes of an application as flat facts, the same for every FastAPI version.

Since FastAPI 0.137 ``app.routes`` is a tree: an included router is one node, and its routes exist only together with
the context they were included in. Before, the list was flat.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from starlette.applications import Starlette
from starlette.responses import StreamingResponse
from starlette.routing import PARAM_REGEX, BaseRoute, Host, Mount, WebSocketRoute

Kind = Literal["http", "mount", "websocket"]


@dataclass(frozen=True)
class RouteFact:
    """One route as the router sees it, include prefixes included."""

    kind: Kind
    path: str
    path_format: str
    """The path without converters, the key of the OpenAPI document."""
    methods: frozenset[str]
    name: str
    """The name of the endpoint function; of a mount, the mount's."""
    module: str
    in_schema: bool
    converters: Mapping[str, str]
    streaming: bool
    endpoint: Callable[..., Any] | None


def flatten(app: Starlette) -> list[RouteFact]:
    """All routes in the order in which the router tries them."""
    return [fact for route in leaves(app.router.routes) if (fact := _fact(route)) is not None]


def leaves(routes: Iterable[BaseRoute]) -> Iterator[Any]:
    """The routes themselves; of included routers, the routes as they were included."""
    for route in routes:
        if is_included_router(route):
            for context in route.effective_route_contexts():  # type: ignore[attr-defined]
                yield effective(context)
        else:
            yield route


def is_included_router(route: object) -> bool:
    """Whether this is a node of the tree that FastAPI builds since 0.137."""
    return hasattr(route, "effective_route_contexts")


def effective(context: Any) -> Any:
    """The object that knows the whole path: the context of an API route, or the copy made of any other route."""
    return context.starlette_route or context


def frontends(app: Starlette) -> Iterator[str]:
    """The paths of static sites (``app.frontend``), which are tried after all routes."""
    candidates = getattr(app.router, "_iter_low_priority_routes", None)
    for candidate in candidates() if candidates else ():
        for site in getattr(candidate, "original_route", candidate).routes:
            yield getattr(candidate, "frontend_prefix", "") + site.path


def _fact(route: Any) -> RouteFact | None:
    path = getattr(route, "path", None)
    if isinstance(route, Host):
        path = ""
    if path is None:
        return None
    endpoint = getattr(route, "endpoint", None)
    mount = isinstance(route, Mount | Host)
    return RouteFact(
        kind="mount" if mount else "websocket" if isinstance(route, WebSocketRoute) else "http",
        path=path,
        path_format=path if mount else route.path_format,
        methods=frozenset(getattr(route, "methods", None) or ()),
        name=(route.name or "") if mount else _endpoint_name(endpoint),
        module="" if mount else getattr(_function(endpoint), "__module__", None) or "",
        in_schema=bool(getattr(route, "include_in_schema", False)) and hasattr(route, "response_class"),
        converters=dict(_converters(path)),
        streaming=_streams(route, endpoint),
        endpoint=endpoint,
    )


def _converters(path: str) -> Iterator[tuple[str, str]]:
    for name, converter in PARAM_REGEX.findall(path):
        yield name, converter.lstrip(":") or "str"


def _function(endpoint: Any) -> Any:
    while hasattr(endpoint, "func") and hasattr(endpoint, "keywords"):
        endpoint = endpoint.func
    return endpoint


def _endpoint_name(endpoint: Any) -> str:
    function = _function(endpoint)
    return getattr(function, "__name__", None) or type(function).__name__


def _streams(route: Any, endpoint: Any) -> bool:
    """Whether the declaration shows that the response is a stream."""
    if getattr(route, "is_sse_stream", False) or getattr(route, "is_json_stream", False):
        return True
    response_class = getattr(route, "response_class", None)
    # FastAPI wraps a class that nobody chose in a placeholder.
    return _is_stream_class(getattr(response_class, "value", response_class)) or _is_stream_class(_returned(endpoint))


def _is_stream_class(candidate: object) -> bool:
    if not inspect.isclass(candidate):
        return False
    return issubclass(candidate, StreamingResponse) or any(
        base.__name__ == "EventSourceResponse" and base.__module__.partition(".")[0] in ("fastapi", "sse_starlette")
        for base in candidate.__mro__
    )


def _returned(endpoint: Any) -> object:
    if not callable(endpoint):
        return None
    try:
        return inspect.signature(endpoint, eval_str=True).return_annotation
    except Exception:  # noqa: BLE001 an annotation may hold any expression, and it is only a hint
        return None
