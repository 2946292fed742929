"""Sets ``root_path`` and path of the scope as a server behind this gateway would."""

from __future__ import annotations

import starlette
from fastapi import FastAPI
from starlette.types import Scope

from ..routing.paths import declared_paths
from .event import Event, is_of_load_balancer
from .location import Location, locate
from .slashes import Slashes

PATH_HOLDS_ROOT_PATH = tuple(int(part) for part in starlette.__version__.split(".")[:2]) >= (0, 33)
"""Starlette takes the root path off the path before it routes, as ASGI has it, since 0.33; older versions never do."""


class Placement:
    """Root path and path of requests; made after the lifespan, which may add routes."""

    def __init__(self, app: FastAPI, base_path: str) -> None:
        self._app = app
        self._base_path = base_path
        self._slashes = Slashes(declared_paths(app.router.routes))

    def place(self, scope: Scope, event: Event) -> None:
        """Writes the request's place into the scope."""
        location = locate(event, self._base_path)
        path, raw_path = location.path, location.raw_path
        # A load balancer is no gateway of this library, and keeps each spelling as it is.
        if not is_of_load_balancer(event):
            path = self._slashes.restore(scope["method"], path)
            if path != location.path:
                raw_path = f"{raw_path}/" if path.endswith("/") else raw_path.rstrip("/")
        root_path, raw_root_path = self._prefix(location)
        scope["root_path"] = root_path
        scope["path"] = (root_path if PATH_HOLDS_ROOT_PATH else "") + path
        scope["raw_path"] = ((raw_root_path if PATH_HOLDS_ROOT_PATH else "") + raw_path).encode("ascii")

    def knows(self, method: str, path: str) -> bool:
        """Whether some route takes the path with this method."""
        return self._slashes.knows(method, path)

    def _prefix(self, location: Location) -> tuple[str, str]:
        # An application with a root path of its own does not expect any other in front of its paths.
        if self._app.root_path and self._app.root_path != location.root_path:
            return "", ""
        return location.root_path, location.raw_root_path
