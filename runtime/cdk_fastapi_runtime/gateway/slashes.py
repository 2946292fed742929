"""The spelling of a path that the application declares, with or without its trailing slash.

A gateway may serve both spellings on one route, or lose the slash. The application would answer the wrong one with a
redirect, which an HTTP API turns into a loop.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from starlette.routing import compile_path

from ..routing.routes import RouteFact


class Slashes:
    """Restores the declared spelling where the application knows exactly one of the two."""

    def __init__(self, routes: Sequence[RouteFact]) -> None:
        self._routes: list[tuple[re.Pattern[str], frozenset[str]]] = []
        for route in routes:
            if route.kind != "websocket":
                path = f"{route.path}/{{path:path}}" if route.kind == "mount" else route.path
                self._routes.append((compile_path(path)[0], route.methods))
        # Without a route that can end in a slash, a path without one is never wrong.
        self._slashed = any(route.path.endswith(("/", ":path}")) or route.kind == "mount" for route in routes)

    def restore(self, method: str, path: str) -> str:
        """The path as declared for this method, or the path as it is."""
        slashed = path.endswith("/")
        if path in ("", "/") or not (slashed or self._slashed) or self._knows(method, path):
            return path
        other = path.rstrip("/") if slashed else f"{path}/"
        return other if self._knows(method, other) else path

    def _knows(self, method: str, path: str) -> bool:
        return any((not methods or method in methods) and pattern.match(path) for pattern, methods in self._routes)
