"""The application's OpenAPI document with ``x-cdk-fastapi``, the facts that OpenAPI has no place for."""

from __future__ import annotations

import copy
import sys
from collections.abc import Iterable
from typing import Any

import fastapi
from starlette.routing import PARAM_REGEX

from cdk_fastapi_introspect.cors import cors_facts
from cdk_fastapi_runtime.entry.entrypoint import Entrypoint
from cdk_fastapi_runtime.entry.own_handler import choose_handler
from cdk_fastapi_runtime.entry.wrapped import wrappers_of
from cdk_fastapi_runtime.routing.routes import RouteFact, flatten, frontends

from .requests import Requests
from .sites import sites

KEY = "x-cdk-fastapi"
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def describe(entrypoint: Entrypoint, name: str) -> dict[str, Any]:
    """The document of the application that ``name`` led to."""
    facts = flatten(entrypoint.app)
    document = copy.deepcopy(entrypoint.app.openapi())
    order = {id(fact): index for index, fact in enumerate(facts)}
    served = _served(facts)
    requests = Requests(entrypoint.app)
    for path, item in document.get("paths", {}).items():
        for method in _METHODS:
            fact = served.get((method.upper(), path))
            if fact is not None and isinstance(item.get(method), dict):
                accepts = requests.of(method.upper(), path)
                item[method][KEY] = {**_operation(fact), "order": order[id(fact)], **accepts}
    document[KEY] = {
        "fastapi": fastapi.__version__,
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "entrypoint": name,
        "handler": entrypoint.handler is not None,
        **({"root_path": entrypoint.app.root_path} if entrypoint.app.root_path else {}),
        **cors_facts(entrypoint),
        **_wrapped(entrypoint),
        **requests.facts(),
        "ownHandler": choose_handler(entrypoint).own is not None,
        "hidden": [
            {**_route(fact), "order": order[id(fact)]} for fact in facts if fact.kind == "http" and not fact.in_schema
        ],
        "mounts": [
            {"path": fact.path, "name": fact.name, "order": order[id(fact)]} for fact in facts if fact.kind == "mount"
        ]
        + [{"path": path, "name": "frontend"} for path in frontends(entrypoint.app)],
        **({"sites": directories} if (directories := sites(entrypoint.app)) else {}),
        "websockets": [{"path": fact.path, "name": fact.name} for fact in facts if fact.kind == "websocket"],
        "shadowed": _shadowed(facts),
    }
    return document


def _wrapped(entrypoint: Entrypoint) -> dict[str, Any]:
    """What the module wraps around the application, where the application itself is served."""
    names = wrappers_of(entrypoint.app, vars(entrypoint.module).items()) if entrypoint.served is entrypoint.app else []
    return {"wrapped": names} if names else {}


def has_routes(entrypoint: Entrypoint) -> bool:
    """Whether the application has routes besides FastAPI's own documentation."""
    return any(frontends(entrypoint.app)) or any(
        fact.kind != "websocket" and fact.module.partition(".")[0] != "fastapi" for fact in flatten(entrypoint.app)
    )


def _served(facts: Iterable[RouteFact]) -> dict[tuple[str, str], RouteFact]:
    # Of two routes with one method and path the document describes the last, and the router takes the first.
    served: dict[tuple[str, str], RouteFact] = {}
    for fact in facts:
        if fact.in_schema:
            for method in fact.methods:
                served.setdefault((method, fact.path_format), fact)
    return served


def _operation(fact: RouteFact) -> dict[str, Any]:
    described = {"name": fact.name, "module": fact.module, "path": fact.path, "converters": dict(fact.converters)}
    return {**described, "streaming": True} if fact.streaming else described


def _route(fact: RouteFact) -> dict[str, Any]:
    return {"path": fact.path, "methods": sorted(fact.methods), "name": fact.name}


def _shadowed(facts: Iterable[RouteFact]) -> list[dict[str, Any]]:
    """Routes that never answer, since an earlier one takes the same paths."""
    first: dict[tuple[str, str], RouteFact] = {}
    shadowed: list[dict[str, Any]] = []
    for fact in facts:
        if fact.kind != "http":
            continue
        shape = PARAM_REGEX.sub(lambda parameter: f"{{{parameter.group(2) or ':str'}}}", fact.path)
        for method in sorted(fact.methods):
            winner = first.setdefault((method, shape), fact)
            if winner is not fact:
                by = {"path": winner.path, "name": winner.name}
                shadowed.append({"path": fact.path, "methods": [method], "name": fact.name, "by": by})
    return shadowed
