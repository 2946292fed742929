"""The parts of a route that FastAPI has yet to build: made at their first use, once, by FastAPI's own code."""

from __future__ import annotations

import threading
from collections.abc import Callable, Coroutine
from types import SimpleNamespace
from typing import Any

Handler = Callable[[Any], Coroutine[Any, Any, Any]]

PARTS = (
    "dependant",
    "_flat_dependant",
    "_embed_body_fields",
    "body_field",
    "response_field",
    "secure_cloned_response_field",
    "response_fields",
    "stream_item_field",
)
"""What is expensive of a route: its dependencies with the schemas of their parameters, and its other schemas."""

_KEY = "_cdk_fastapi_unbuilt"
_LOCK = threading.RLock()
"""Endpoints and dependencies run in threads, and may ask for the same route."""


class Unbuilt:
    """One route, or one effective context of a route, with what is needed to build it."""

    def __init__(self, build: Callable[[Any], None]) -> None:
        self._build: Callable[[Any], None] | None = build
        self._parts: dict[str, Any] = {}
        self._handlers: list[Callable[[], Handler]] = []

    @staticmethod
    def of(route: Any) -> Unbuilt | None:
        """What the route has left to build."""
        unbuilt: Unbuilt | None = vars(route).get(_KEY)
        return unbuilt

    def take(self, route: Any) -> None:
        """Removes the parts that stand in for these, so that reading them builds them."""
        state = vars(route)
        for name in PARTS:
            state.pop(name, None)
        state[_KEY] = self

    def parts(self) -> dict[str, Any]:
        """The parts, built."""
        with _LOCK:
            if self._build is not None:
                # Not on the route itself: the application may have written to it since.
                scratch = SimpleNamespace(get_route_handler=lambda: None)
                self._build(scratch)
                self._parts = {name: vars(scratch)[name] for name in PARTS if hasattr(scratch, name)}
                self._build = None
            return self._parts

    def fill(self, route: Any) -> None:
        """Gives the route its parts, except those that the application has set meanwhile."""
        parts = self.parts()
        with _LOCK:
            state = vars(route)
            for name, part in parts.items():
                state.setdefault(name, part)
            state.pop(_KEY, None)

    def handler(self, make: Callable[[Any], Handler], route: dict[str, Any]) -> Handler:
        """A handler that makes the real one at its first request, of the route as it is now."""
        real: Handler | None = None

        def made() -> Handler:
            nonlocal real
            with _LOCK:
                if real is None:
                    real = make(SimpleNamespace(**{**self.parts(), **route}))
                return real

        async def handle(request: Any) -> Any:
            return await (real or made())(request)

        self._handlers.append(made)
        return handle

    def prepare(self) -> None:
        """Builds the parts that the first request needs."""
        self.parts()
        for made in self._handlers:
            made()


def without_parts(route: Any) -> dict[str, Any]:
    """The state of the route without its expensive parts."""
    return {name: value for name, value in vars(route).items() if name not in PARTS}


class Part:
    """A part of a route as an attribute of its class, in effect while the route has none of its own."""

    def __init__(self, name: str, default: object = AttributeError) -> None:
        self._name = name
        self._default = default

    def __get__(self, route: Any, owner: type) -> Any:
        if route is not None:
            unbuilt = Unbuilt.of(route)
            if unbuilt is not None:
                unbuilt.fill(route)
            if self._name in vars(route):
                return vars(route)[self._name]
        if self._default is AttributeError:
            raise AttributeError(f"{owner.__name__!r} object has no attribute {self._name!r}")
        return self._default
