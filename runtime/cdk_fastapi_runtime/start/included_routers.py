"""An included router whose paths all begin otherwise than the request's is passed over without building its routes.

FastAPI builds what the routes of an included router are in their place, for every router that it tries.
"""

from __future__ import annotations

import functools
from typing import Any

from starlette.routing import Match, Mount, Route, WebSocketRoute

from ..routing.paths import inside


def install_included_routers(routing: Any) -> None:
    """Changes FastAPI in this process; ``routing`` is the module ``fastapi.routing``."""
    included = routing._IncludedRouter
    original = included._match
    api_route, socket = routing.APIRoute, routing.APIWebSocketRoute
    by_path = {each.matches for each in (Mount, Route, WebSocketRoute, api_route, socket)}

    def beginnings(routes: Any, prefix: str) -> tuple[str, ...] | None:
        """What the paths begin with, or nothing where a route may be chosen by something else than its path."""
        found: set[str] = set()
        for route in routes:
            if isinstance(route, included):
                below = beginnings(*inside(route, prefix))
                if below is None:
                    return None
                found.update(below)
            elif getattr(type(route), "matches", None) in by_path:
                path = prefix + route.path
                found.add((path.rstrip("/") if isinstance(route, Mount) else path).partition("{")[0])
            else:
                return None
        return tuple(found)

    @functools.wraps(original)
    def _match(self: Any, scope: Any) -> Any:
        version = self.original_router._get_routes_version()
        known = vars(self).get("_cdk_fastapi_beginnings")
        if known is None or known[0] != version:
            known = (version, beginnings(self.original_router.routes, self.include_context.prefix))
            vars(self)["_cdk_fastapi_beginnings"] = known
        if known[1] is not None and not routing.get_route_path(scope).startswith(known[1]):
            return Match.NONE, {}, None, None
        return original(self, scope)

    included._match = _match
