"""The settings of the application's own CORS middleware, read from the middleware object."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute

from cdk_fastapi_runtime.entry.entrypoint import Entrypoint
from cdk_fastapi_runtime.entry.wrapped import chain_to

_DECIDES = ("__call__", "is_allowed_origin", "preflight_response", "simple_response", "send", "allow_explicit_origin")


def cors_facts(entrypoint: Entrypoint) -> dict[str, Any]:
    """The outermost CORS middleware, which is the one that answers preflight requests; nothing where there is none."""
    outermost = next(_around(entrypoint), None)
    elsewhere = sorted(_mounted(entrypoint.app))
    return {
        **({} if outermost is None else {"cors": _allowed(outermost)}),
        **({"corsOfMounts": elsewhere} if elsewhere else {}),
    }


def _around(entrypoint: Entrypoint) -> Iterator[CORSMiddleware]:
    """Every CORS middleware that all requests pass, from the outside in."""
    for part in chain_to(entrypoint.served, entrypoint.app):
        if isinstance(part, CORSMiddleware):
            yield part
    yield from _of_application(entrypoint.app)


def _of_application(app: Starlette) -> Iterator[CORSMiddleware]:
    for middleware in app.user_middleware:
        # Starlette types it as a factory of any kind, which a class is.
        factory: Any = middleware.cls
        cls = factory.func if isinstance(factory, functools.partial) else factory
        if isinstance(cls, type) and issubclass(cls, CORSMiddleware):
            # Starlette before 0.35 keeps the arguments under another name, and has no positional ones.
            options = getattr(middleware, "kwargs", None) or getattr(middleware, "options", {})
            yield factory(app, *getattr(middleware, "args", ()), **options)


def _mounted(app: FastAPI) -> Iterator[str]:
    """Paths of mounted applications with a CORS middleware of their own."""
    route: BaseRoute
    for route in app.routes:
        inside = getattr(route, "app", None)
        if isinstance(inside, CORSMiddleware) or (
            isinstance(inside, Starlette) and next(_of_application(inside), None) is not None
        ):
            yield str(getattr(route, "path", ""))


def _allowed(cors: CORSMiddleware) -> dict[str, Any]:
    """What it came to, by the attributes in which it keeps it: a subclass may choose its own."""
    regex = cors.allow_origin_regex
    own_code = any(getattr(type(cors), name, None) is not getattr(CORSMiddleware, name, None) for name in _DECIDES)
    return {
        "allow_origins": ["*"] if cors.allow_all_origins else _list(cors.allow_origins),
        **({} if regex is None else {"allow_origin_regex": str(getattr(regex, "pattern", regex))}),
        "allow_methods": sorted(_list(cors.allow_methods)),
        "allow_headers": ["*"]
        if cors.allow_all_headers
        else sorted({name.lower() for name in _list(cors.allow_headers)}),
        "allow_credentials": cors.simple_headers.get("Access-Control-Allow-Credentials") == "true",
        "expose_headers": _split(cors.simple_headers.get("Access-Control-Expose-Headers", "")),
        "max_age": int(cors.preflight_headers.get("Access-Control-Max-Age", "600")),
        **({"own_code": True} if own_code else {}),
    }


def _list(values: Any) -> list[str]:
    # One text in place of a list is a usual mistake, and allows what is in it.
    return [values] if isinstance(values, str) else [str(value) for value in values]


def _split(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
