"""Where a request arrived: the path of the application, and the prefix under which the outside world sees it.

A REST API event has the path without the stage, and beside it the path as the client wrote it; a custom domain leaves
its base path in both. An HTTP API event has the stage in the path when the stage has a name. REST APIs and function
URLs hand the path over percent-encoded, HTTP APIs decoded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

_PARAMETER = re.compile(r"\{[^{}]+\}")


@dataclass(frozen=True)
class Location:
    """``root_path`` and ``path`` in ASGI's sense, both decoded; ``path`` here is without the prefix."""

    root_path: str
    path: str


def locate(event: Mapping[str, Any], base_path: str = "") -> Location:
    """The location of an API Gateway or function URL event; ``base_path`` is that of a custom domain."""
    context = event["requestContext"]
    if event.get("version") == "2.0":
        path = event.get("rawPath") or context["http"]["path"]
        template = str(event.get("routeKey", "")).partition(" ")[2]
        encoded = ".lambda-url." in context.get("domainName", "")
        prefix = _stage_prefix(path, context)
    else:
        path = event.get("path") or "/"
        template = str(event.get("resource", ""))
        encoded = event.get("version") is None
        prefix = ""
        if encoded:
            # The path as the client wrote it is longer by the stage, which the event's path lacks.
            full, bare = (context.get("path") or path).rstrip("/"), path.rstrip("/")
            if full.endswith(bare):
                prefix = full[: len(full) - len(bare)]
                path = prefix + path
        else:
            prefix = _stage_prefix(path, context)
    if not prefix and not _is_own_host(context):
        prefix = _base_prefix(path, base_path) or _surplus(path, template)
    rest = path[len(prefix) :] or "/"
    return Location(unquote(prefix), unquote(rest)) if encoded else Location(prefix, rest)


def _stage_prefix(path: str, context: Mapping[str, Any]) -> str:
    stage = context.get("stage", "$default")
    return _base_prefix(path, stage) if stage != "$default" and _is_own_host(context) else ""


def _is_own_host(context: Mapping[str, Any]) -> bool:
    """Whether the request came to the API's own host name, where there is a stage and never a base path."""
    return ".execute-api." in context.get("domainName", "")


def _base_prefix(path: str, base_path: str) -> str:
    base = f"/{base_path.strip('/')}"
    return base if base != "/" and f"{path}/".startswith(f"{base}/") else ""


def _surplus(path: str, template: str) -> str:
    """What stands before the route's own path: the base path of a custom domain that nobody told us of."""
    if not template.startswith("/") or "+}" in template:
        return ""
    route = [part for part in template.split("/") if part]
    parts = path.rstrip("/").split("/")[1:]
    surplus = len(parts) - len(route)
    if surplus <= 0 or not all(parts):
        return ""
    for expected, actual in zip(route, parts[surplus:], strict=True):
        if not _PARAMETER.search(expected) and expected != actual:
            return ""
    return "/" + "/".join(parts[:surplus])
