"""Gives the application the scope that a server behind this gateway would give it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import starlette
from fastapi import FastAPI
from starlette.types import Scope

from ..routing.paths import declared_paths
from .location import locate
from .slashes import Slashes

PATH_HOLDS_ROOT_PATH = tuple(int(part) for part in starlette.__version__.split(".")[:2]) >= (0, 33)
"""Starlette takes the root path off the path before it routes, as ASGI has it, since 0.33; older versions never do."""


class Placement:
    """Root path and path of requests; made after the lifespan, which may add routes."""

    def __init__(self, app: FastAPI, base_path: str) -> None:
        self._app = app
        self._base_path = base_path
        self._slashes = Slashes(declared_paths(app.router.routes))

    def place(self, scope: Scope, event: Mapping[str, Any]) -> None:
        """Writes the request's place into the scope."""
        location = locate(event, self._base_path)
        path = self._slashes.restore(scope["method"], location.path)
        # An application with a root path of its own does not expect any other in front of its paths.
        expected = self._app.root_path.rstrip("/") or location.root_path
        scope["root_path"] = location.root_path if expected == location.root_path else ""
        scope["path"] = (scope["root_path"] if PATH_HOLDS_ROOT_PATH else "") + path
        scope["raw_path"] = quote(scope["path"], safe="/:@!$&'()*+,;=~").encode()
