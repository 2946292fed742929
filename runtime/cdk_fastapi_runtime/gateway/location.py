"""Where a request arrived: the path of the application, and the prefix under which the outside world sees it.

A REST API event has the path without the stage, and beside it the path as the client wrote it; a custom domain leaves
its base path in both. An HTTP API event has the stage in the path when the stage has a name. REST APIs and function
URLs hand the path over percent-encoded, HTTP APIs decoded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from .event import Event, is_format_two, request_context

_PARAMETER = re.compile(r"\{([^{}+]+)\+?\}")
_SAFE = "/:@!$&'()*+,;=~"


class Location(NamedTuple):
    """Where a request arrived; ``path`` and ``raw_path`` are what stands behind the prefix."""

    root_path: str
    """The prefix, decoded: a stage or the base path of a custom domain."""
    path: str
    raw_root_path: str
    """The prefix as it was received."""
    raw_path: str


def locate(event: Event, base_path: str = "") -> Location:
    """The location of an API Gateway or function URL event; ``base_path`` is that of a custom domain."""
    context = request_context(event)
    own_host = ".execute-api." in context.get("domainName", "")
    if is_format_two(event):
        path = event.get("rawPath") or context["http"]["path"]
        template = str(event.get("routeKey", "")).partition(" ")[2]
        encoded = ".lambda-url." in context.get("domainName", "")
        prefix = _stage_prefix(path, context) if own_host else None
    else:
        path = event.get("path") or "/"
        template = str(event.get("resource", ""))
        encoded = event.get("version") is None
        prefix = None
        if not encoded:
            prefix = _stage_prefix(path, context) if own_host else None
        else:
            # The path as the client wrote it is longer by the stage, which the event's path lacks.
            full, bare = (context.get("path") or path).rstrip("/"), path.rstrip("/")
            if len(full) > len(bare) and full.endswith(bare):
                prefix = full[: len(full) - len(bare)]
                path = prefix + path
    # Only a custom domain has a base path, and then no stage is to be seen.
    if prefix is None and not own_host:
        prefix = _base_prefix(path, base_path) or _mapped(path, template, event.get("pathParameters"), encoded=encoded)
    prefix = prefix or ""
    rest = path[len(prefix) :] or "/"
    if encoded:
        return Location(unquote(prefix), unquote(rest), _ascii(prefix), _ascii(rest))
    return Location(prefix, rest, quote(prefix, safe=_SAFE), _encoded(rest, template, event.get("pathParameters")))


def _stage_prefix(path: str, context: Mapping[str, Any]) -> str:
    """The stage, which the API's own host name has and a custom domain has not."""
    stage = context.get("stage", "$default")
    return _base_prefix(path, stage) if stage != "$default" else ""


def _base_prefix(path: str, base_path: str) -> str:
    base = f"/{base_path.strip('/')}"
    return base if base != "/" and f"{path}/".startswith(f"{base}/") else ""


def _mapped(path: str, template: str, parameters: Any, *, encoded: bool) -> str:
    """What stands before the route's own path: the base path of a custom domain that nobody told us of.

    The values of the route's parameters say exactly what the rest is: also of a greedy route, and where a value holds
    an encoded slash, which a decoded path does not tell from others.
    """
    if not template.startswith("/"):
        return ""
    bare = path.rstrip("/")
    if not isinstance(parameters, dict):
        return _surplus(bare, template)
    route = _expand(template, parameters).rstrip("/")
    decoded = unquote(bare) if encoded else bare
    for rest in (route, unquote(route)) if encoded else (route,):
        parts = decoded.removesuffix(rest).split("/")
        if decoded.endswith(rest) and not parts[0] and all(parts[1:]):
            # No base path needs encoding, so there are as many parts in the path as it was received.
            return "/".join(bare.split("/")[: len(parts)])
    return ""


def _expand(template: str, parameters: Mapping[str, Any], *, safe: str | None = None) -> str:
    """The route's path with the values of its parameters; encoded, where ``safe`` says what stays."""

    def value(parameter: re.Match[str]) -> str:
        text = str(parameters.get(parameter[1]))
        return text if safe is None else quote(text, safe=safe if parameter[0].endswith("+}") else safe.lstrip("/"))

    return _PARAMETER.sub(value, template)


def _surplus(path: str, template: str) -> str:
    """The same without values: the streaming adapter passes none on, and a greedy route says nothing then."""
    if "+}" in template:
        return ""
    route = [part for part in template.split("/") if part]
    parts = path.split("/")[1:]
    surplus = len(parts) - len(route)
    if surplus <= 0 or not all(parts):
        return ""
    for expected, actual in zip(route, parts[surplus:], strict=True):
        if not _PARAMETER.search(expected) and expected != actual:
            return ""
    return "/" + "/".join(parts[:surplus])


def _ascii(path: str) -> str:
    return path if path.isascii() else quote(path, safe=f"{_SAFE}%")


def _encoded(path: str, template: str, parameters: Any) -> str:
    """A decoded path as a client has written it; a slash inside of a value was encoded."""
    if isinstance(parameters, dict) and any("/" in str(value) for value in parameters.values()):
        written = _expand(template, parameters, safe=_SAFE)
        if unquote(written) == path:
            return written
    return quote(path, safe=_SAFE)
