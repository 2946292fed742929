"""The spelling of a path that the application declares, with or without its trailing slash.

A gateway may serve both spellings on one route, or lose the slash. The application would answer the wrong one with a
redirect, which an HTTP API turns into a loop.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from starlette.routing import compile_path

from ..routing.paths import DeclaredPath


class Slashes:
    """Restores the declared spelling where the application knows exactly one of the two."""

    def __init__(self, paths: Iterable[DeclaredPath]) -> None:
        self._paths = [_Path(declared) for declared in paths]
        # If no route can end in a slash, a path without one needs no change.
        self._slashed = any(each.slashed for each in self._paths)

    def restore(self, method: str, path: str) -> str:
        """The path as declared for this method, or the path as it is."""
        slashed = path.endswith("/")
        if path in ("", "/") or not (slashed or self._slashed) or self.knows(method, path):
            return path
        other = path.rstrip("/") if slashed else f"{path}/"
        return other if self.knows(method, other) else path

    def knows(self, method: str, path: str) -> bool:
        """Whether some route takes the path with this method."""
        return any(each.takes(method, path) for each in self._paths)


class _Path:
    """One path; its pattern is made when a request begins as it does, because a cold start need not pay for all."""

    def __init__(self, declared: DeclaredPath) -> None:
        self.slashed = declared.mount or declared.path.endswith(("/", ":path}"))
        self._methods = declared.methods
        self._template = f"{declared.path}/{{path:path}}" if declared.mount else declared.path
        self._beginning = self._template.partition("{")[0]
        self._pattern: re.Pattern[str] | None = None

    def takes(self, method: str, path: str) -> bool:
        if (self._methods and method not in self._methods) or not path.startswith(self._beginning):
            return False
        if self._pattern is None:
            self._pattern = compile_path(self._template)[0]
        return self._pattern.match(path) is not None
