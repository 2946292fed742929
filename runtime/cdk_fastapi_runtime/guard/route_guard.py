"""The route guard: a request cannot reach an operation that requires another authorization than its route.

The routes of a shared function, or of the catch-all, hand their requests to the whole application. The caller of a
public ``/items/{item_id}`` reaches a protected ``/items/{item_id}/secret`` by an encoded slash, and the caller of a
public catch-all route whatever lost its own route. The construct that makes the routes knows which operations each of
them could reach and must not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.routing import Match, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from ..routing.wrap import wrap_routing
from .operation_guard import Choice, choose

Refusals = Mapping[str, frozenset[str]]
"""The operations that each route must not lead to, by the route's path; digests stand for them in long lists."""


def parse_refusals(text: str) -> Refusals:
    """Reads a route and its operations from each line, between tabs."""
    lines = (line.split("\t") for line in text.splitlines())
    return {route: frozenset(operations) for route, *operations in lines}


def install_route_guard(app: FastAPI, text: str) -> None:
    """Puts the guard around the application's routing, inside of its middlewares."""
    refusals = parse_refusals(text)
    wrap_routing(app.router, lambda inner: RouteGuard(inner, app.router, refusals))


class RouteGuard:
    """Refuses a request whose route must not reach the operation."""

    def __init__(self, app: ASGIApp, router: Router, refusals: Refusals) -> None:
        self._app = app
        self._router = router
        self._refusals = refusals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            refused = self._refused(scope)
            if refused:
                choice = choose(self._router.routes, scope)
                # A partial choice is answered 405 by the router, and no endpoint runs.
                if choice is not None and choice.match is Match.FULL and _is_among(choice, scope["method"], refused):
                    self._log(scope, choice)
                    # Raised as the router raises its own, so that the application answers all its 404 alike.
                    raise HTTPException(status_code=404)
        await self._app(scope, receive, send)

    def _refused(self, scope: Scope) -> frozenset[str]:
        event = scope.get("aws.event")
        if event is None:
            # A handler of the user's own may not pass on the event: the route is unknown, so all refusals apply.
            return frozenset().union(*self._refusals.values())
        return self._refusals.get(_route(event), frozenset())

    def _log(self, scope: Scope, choice: Choice) -> None:
        line = {
            "level": "WARNING",
            "message": "Refused: the route does not ask for the authorization of the operation that it leads to",
            "method": scope["method"],
            "path": scope["path"],
            "route": choice.path,
            "taken": _route(scope.get("aws.event") or {}),
            "requestId": getattr(scope.get("aws.context"), "aws_request_id", None),
        }
        print(json.dumps(line), flush=True)


def _is_among(choice: Choice, method: str, operations: frozenset[str]) -> bool:
    methods = {method, "GET"} & choice.methods if method == "HEAD" else {method}
    names = [f"{name} {choice.path}" for name in methods]
    return any(name in operations or f"#{_digest(name)}" in operations for name in names)


def _digest(operation: str) -> str:
    return hashlib.sha256(operation.encode()).hexdigest()[:8]


def _route(event: Mapping[str, Any]) -> str:
    """The path of the route that a gateway took: of ``GET /items/{id}``, ``$default`` or a REST API's resource."""
    key = str(event.get("routeKey") or event.get("resource") or "")
    return key.rpartition(" ")[2]
