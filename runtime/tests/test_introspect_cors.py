"""What is read of an application's CORS middleware."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from starlette.middleware.cors import ALL_METHODS
from starlette.types import ASGIApp, Receive, Scope, Send

from cdk_fastapi_introspect.cors import cors_facts
from cdk_fastapi_runtime.entry.entrypoint import Entrypoint

NOTHING = {
    "allow_credentials": False,
    "allow_headers": ["accept", "accept-language", "content-language", "content-type"],
    "allow_methods": ["GET"],
    "allow_origins": [],
    "expose_headers": [],
    "max_age": 600,
}
EVERY_METHOD = sorted(ALL_METHODS)
A = "https://a.example"


class Longer(CORSMiddleware):
    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, max_age=8)


class OwnCode(CORSMiddleware):
    def is_allowed_origin(self, origin: str) -> bool:
        return origin.endswith("x")


def _facts(app: FastAPI, served: ASGIApp | None = None) -> dict[str, Any]:
    return cors_facts(Entrypoint(app, served or app, ModuleType("main"), None))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"allow_origins": "*", "allow_methods": "*"}, {"allow_origins": ["*"], "allow_methods": EVERY_METHOD}),
        ({"allow_origins": ["*", A]}, {"allow_origins": ["*"]}),
        ({"allow_origins": A}, {"allow_origins": [A]}),
        ({"allow_origins": {A}, "allow_credentials": True}, {"allow_origins": [A], "allow_credentials": True}),
        ({"allow_origin_regex": "https://.*"}, {"allow_origin_regex": "https://.*"}),
        (
            {"allow_headers": ["*"], "expose_headers": ("A", "B")},
            {"allow_headers": ["*"], "expose_headers": ["A", "B"]},
        ),
        ({"allow_headers": ["X-Own"]}, {"allow_headers": [*NOTHING["allow_headers"], "x-own"]}),  # type: ignore[misc]
        ({"max_age": 5}, {"max_age": 5}),
    ],
)
def test_what_the_middleware_came_to(arguments: dict[str, Any], expected: dict[str, Any]) -> None:
    app = FastAPI()
    app.add_middleware(CORSMiddleware, **arguments)
    assert _facts(app) == {"cors": {**NOTHING, **expected}}
    assert _facts(FastAPI(), CORSMiddleware(FastAPI(), **arguments)) == {"cors": {**NOTHING, **expected}}


def test_of_several_the_outermost_answers_preflight_requests() -> None:
    app = FastAPI()
    app.add_middleware(CORSMiddleware, max_age=1)
    app.add_middleware(CORSMiddleware, max_age=2)
    app.add_middleware(GZipMiddleware)
    assert _facts(app)["cors"]["max_age"] == 2

    async def outer(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, receive, send)

    assert _facts(app, CORSMiddleware(outer, max_age=3))["cors"]["max_age"] == 3
    assert _facts(app, GZipMiddleware(CORSMiddleware(app, max_age=4)))["cors"]["max_age"] == 4


@pytest.mark.parametrize(
    ("middleware", "expected"),
    [
        (functools.partial(CORSMiddleware, max_age=7), {"max_age": 7}),
        (Longer, {"max_age": 8}),
        (OwnCode, {"own_code": True}),
    ],
)
def test_what_leads_to_the_middleware_counts(middleware: Callable[..., Any], expected: dict[str, Any]) -> None:
    app = FastAPI()
    app.add_middleware(middleware)
    assert _facts(app) == {"cors": {**NOTHING, **expected}}


def test_other_middleware_says_nothing() -> None:
    app = FastAPI()
    app.add_middleware(GZipMiddleware)
    app.add_middleware(lambda inner: inner)
    assert _facts(app, GZipMiddleware(app)) == {}


def test_a_mounted_application_has_its_own() -> None:
    app, inner = FastAPI(), FastAPI()
    inner.add_middleware(CORSMiddleware)
    app.mount("/plain", FastAPI())
    app.mount("/wrapped", CORSMiddleware(FastAPI()))
    app.mount("/inner", inner)
    assert _facts(app) == {"corsOfMounts": ["/inner", "/wrapped"]}
