"""The directories of files that an application serves: ``app.frontend`` and mounted ``StaticFiles``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from cdk_fastapi_runtime.routing.routes import leaves


def sites(app: Starlette) -> list[dict[str, Any]]:
    """Path, directory from the working directory on, and what is served for a file that is not there."""
    return [*_frontends(app), *_mounted(app)]


def _frontends(app: Starlette) -> Iterator[dict[str, Any]]:
    candidates = getattr(app.router, "_iter_low_priority_routes", None)
    for candidate in candidates() if candidates else ():
        group = getattr(candidate, "original_route", candidate)
        dependant = getattr(candidate, "dependant", None) or group.dependant
        for site in group.routes:
            prefix = getattr(candidate, "frontend_prefix", "")
            yield {
                "path": prefix + site.path if site.path != "/" or not prefix else prefix,
                "directory": _relative(site.app.directory),
                "fallback": site.app.fallback or "none",
                "index": True,
                "guarded": bool(dependant.dependencies),
            }


def _mounted(app: Starlette) -> Iterator[dict[str, Any]]:
    for route in leaves(app.router.routes):
        # Another class decides by code of its own.
        if not isinstance(route, Mount) or type(route.app) is not StaticFiles:
            continue
        files = route.app
        if files.directory is not None:
            yield {
                "path": route.path or "/",
                "directory": _relative(files.directory),
                "fallback": "404.html" if files.html else "none",
                "index": files.html,
                "guarded": False,
            }


def _relative(directory: str | os.PathLike[str]) -> str:
    return os.path.relpath(os.path.realpath(directory)).replace(os.sep, "/")
