"""The operation guard: a function answers the operations it was deployed for, and no other.

Every function holds the whole application, and the path is unquoted before it is routed: ``/items/1%2Fsecret``, which
API Gateway sends to the function of ``/items/{item_id}``, would reach the endpoint of ``/items/{item_id}/secret`` and
bypass the authorization of that route. The guard wraps the router, inside of the user's middlewares, and
finds the route that would answer by the application's own routes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette import _utils
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Mount, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from ..routing.routes import effective, is_included_router
from ..routing.wrap import wrap_routing

_route_path: Any = getattr(_utils, "get_route_path", None)
"""None with an old Starlette (0.27, say), whose routes say themselves whether they match."""

_PLAIN = (Route.matches, APIRoute.matches)
"""These match where the expression of their path does and the method is theirs: the least that there is to ask."""

COMPRESSED = "deflate:"
"""Stands before a list of operations in raw deflate and base64."""

LOGGED = 5
"""Operations of a function in a line of the log."""


@dataclass(frozen=True)
class Operation:
    """Method and path of an operation, the path as the OpenAPI document writes it."""

    method: str
    path: str

    @classmethod
    def parse(cls, text: str) -> Operation:
        """Reads ``GET /items/{item_id}``."""
        method, separator, path = text.partition(" ")
        if not separator or not path.startswith("/"):
            raise ValueError(f"`CDK_FASTAPI_OPERATION` must be a method and a path, got: {text}")
        return cls(method.upper(), path)

    @classmethod
    def parse_all(cls, text: str) -> list[Operation]:
        """Reads one operation per line; a long list is compressed, since Lambda takes 4 KB of variables."""
        if text.startswith(COMPRESSED):
            # Only here: a cold start pays for what it uses.
            import base64
            import zlib

            text = zlib.decompress(base64.b64decode(text.removeprefix(COMPRESSED)), wbits=-zlib.MAX_WBITS).decode()
        # Not `splitlines`, for which more than a line break ends a line.
        return [cls.parse(line) for line in text.split("\n") if line]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def permits(self, choice: Choice, method: str) -> bool:
        """Whether the route that the router would take is this operation's."""
        if choice.path != self.path or self.method not in choice.methods:
            return False
        if choice.match is Match.PARTIAL:
            return True  # the router answers 405, no endpoint runs
        return method == self.method or (method == "HEAD" and self.method == "GET")


class Choice(NamedTuple):
    """The route that would answer, and whether it takes the method (``FULL``) or only the path (``PARTIAL``)."""

    match: Match
    path: str
    methods: frozenset[str]


def install_guard(app: FastAPI, *operations: Operation) -> None:
    """Puts the guard around the application's routing; everything outside of it stays as it is."""
    wrap_routing(app.router, lambda inner: OperationGuard(inner, app.router, operations))


class OperationGuard:
    """Refuses requests that the router would give to another operation."""

    def __init__(self, app: ASGIApp, router: Router, operations: Sequence[Operation]) -> None:
        self._app = app
        self._router = router
        self._operations = operations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            choice = self._choose(scope)
            if choice is None or not any(operation.permits(choice, scope["method"]) for operation in self._operations):
                self._log(scope, choice)
                # Raised as the router raises its own, so that the application answers all its 404 alike.
                raise HTTPException(status_code=404)
        await self._app(scope, receive, send)

    def _choose(self, scope: Scope) -> Choice | None:
        choice = choose(self._router.routes, scope)
        if choice is None and self._router.redirect_slashes:
            # The router would redirect to the other spelling, which comes back here as a request of its own.
            path = scope["path"]
            choice = choose(
                self._router.routes, {**scope, "path": path.rstrip("/") if path[-1:] == "/" else f"{path}/"}
            )
        return choice

    def _served(self) -> str:
        more = [f"{len(self._operations) - LOGGED} more"] if len(self._operations) > LOGGED else []
        return ", ".join([*map(str, self._operations[:LOGGED]), *more])

    def _log(self, scope: Scope, choice: Choice | None) -> None:
        context = scope.get("aws.context")
        line = {
            "level": "WARNING",
            "message": "Refused: the request leads to another operation than this function serves",
            "operation": self._served(),
            "method": scope["method"],
            "path": scope["path"],
            "route": choice.path if choice else None,
            "requestId": getattr(context, "aws_request_id", None),
        }
        print(json.dumps(line), flush=True)


def choose(routes: Iterable[BaseRoute], scope: Scope) -> Choice | None:
    """The route that a router with these routes would take: the first that takes path and method, else path alone."""
    # Inside of an included router the path has a prefix more.
    plain = not scope.get("fastapi")
    quick = plain and _route_path is not None
    path = _route_path(scope) if quick else ""
    # Routes leave notes in this part of the scope while they match.
    probe: Scope = scope if plain else {**scope, "fastapi": dict(scope["fastapi"])}
    partial: Choice | None = None
    for route in routes:
        known = quick and type(route).matches in _PLAIN
        child_scope: Scope = {}
        if known:
            match = _match(route, path, scope["method"])
        else:
            probe = {**scope, "fastapi": {}} if probe is scope else probe
            match, child_scope = route.matches(probe)
        if match is Match.NONE:
            continue
        choice = _choice(route, match) if known else _descend(route, match, {**probe, **child_scope})
        if match is Match.FULL:
            return choice
        partial = partial or choice
    return partial


def _match(route: Any, path: str, method: str) -> Match:
    if not route.path_regex.match(path):
        return Match.NONE
    return Match.FULL if not route.methods or method in route.methods else Match.PARTIAL


def _descend(route: Any, match: Match, scope: Scope) -> Choice:
    if is_included_router(route):
        match, child_scope, inner, context = route._match(scope)
        return _descend(inner if context is None else effective(context), match, {**scope, **child_scope})
    if isinstance(route, Mount):
        inside = choose(route.routes or (), scope)
        if inside is None:
            return Choice(match, f"{route.path}/", frozenset())
        return Choice(inside.match, route.path + inside.path, inside.methods)
    return _choice(route, match)


def _choice(route: Any, match: Match) -> Choice:
    return Choice(match, getattr(route, "path_format", ""), frozenset(getattr(route, "methods", None) or ()))
