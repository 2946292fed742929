"""The template of the route that took a request, such as ``/items/{item_id}``: what metrics are grouped by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from starlette.routing import BaseRoute, Match, Mount
from starlette.types import Scope

UNKNOWN = "unknown"
"""Of requests that no route takes: their paths are their callers' invention, and without number."""


def route_template(scope: Scope, routes: Iterable[BaseRoute], root_path: str) -> str:
    """The template, mounts included.

    Args:
        scope: of the request, after it has been routed.
        routes: of the whole application.
        root_path: what the request arrived with; a mount adds to it.
    """
    template = _own_template(scope, routes)
    if scope.get("root_path", "") != root_path:
        # Inside a mount a route knows its path from there on only.
        template = _mount_prefix(routes, {**scope, "root_path": root_path}) + (template or "")
    if template is None:
        return UNKNOWN
    # CloudWatch takes ASCII only.
    return template if template.isascii() else quote(template, safe="/{}:@!$&'()*+,;=~")


def _own_template(scope: Scope, routes: Iterable[BaseRoute]) -> str | None:
    # Since FastAPI 0.137 the route does not know the prefix of the router it was included with; this context does.
    context = scope.get("fastapi", {}).get("effective_route_context")
    # Some versions leave a mount here where no route inside of it took the request.
    route = None if isinstance(scope.get("route"), Mount) else scope.get("route")
    candidates: tuple[Any, ...] = (getattr(context, "starlette_route", None), context, route)
    if not any(candidates) and "endpoint" in scope:
        # Routes of Starlette, such as that of /openapi.json, leave their endpoint only.
        candidates = tuple(each for each in routes if getattr(each, "endpoint", None) is scope["endpoint"])
    return next((path for each in candidates if (path := getattr(each, "path_format", None))), None)


def _mount_prefix(routes: Iterable[BaseRoute], scope: Scope) -> str:
    for route in routes:
        if isinstance(route, Mount):
            match, child = route.matches(scope)
            if match is Match.FULL:
                return route.path + _mount_prefix(route.routes, {**scope, **child})
    return ""
