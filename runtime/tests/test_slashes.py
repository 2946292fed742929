"""The declared spelling, with or without the slash."""

from __future__ import annotations

import pytest
from fastapi import FastAPI, WebSocket

from cdk_fastapi_runtime.gateway.slashes import Slashes
from cdk_fastapi_runtime.routing.paths import declared_paths


def slashes(*operations: str, mount: str | None = None) -> Slashes:
    app = FastAPI(openapi_url=None)
    for operation in operations:
        method, path = operation.split()
        app.add_api_route(path, lambda: None, methods=[method])
    if mount:
        app.mount(mount, FastAPI())

    @app.websocket("/socket/")
    async def socket(websocket: WebSocket) -> None: ...

    return Slashes(declared_paths(app.router.routes))


@pytest.mark.parametrize(
    ("declared", "path", "expected"),
    [
        (["GET /items/"], "/items", "/items/"),
        (["GET /items/"], "/items/", "/items/"),
        (["GET /items"], "/items/", "/items"),
        (["GET /items"], "/items", "/items"),
        (["GET /items", "GET /items/"], "/items", "/items"),
        (["GET /items", "GET /items/"], "/items/", "/items/"),
        (["POST /items", "GET /items/"], "/items", "/items/"),
        (["GET /items/{id}/"], "/items/1", "/items/1/"),
        (["GET /files/{p:path}"], "/files/a/", "/files/a/"),
        (["GET /files/{p:path}"], "/files", "/files/"),
        (["GET /items/"], "/other", "/other"),
        (["GET /items"], "/other/", "/other/"),
        (["GET /items"], "/", "/"),
    ],
)
def test_restores_the_declared_spelling(declared: list[str], path: str, expected: str) -> None:
    assert slashes(*declared).restore("GET", path) == expected


def test_restores_the_slash_of_a_mount() -> None:
    assert slashes(mount="/static").restore("GET", "/static") == "/static/"
    assert slashes(mount="/static").restore("GET", "/static/a/") == "/static/a/"


def test_a_websocket_is_no_spelling() -> None:
    assert slashes().restore("GET", "/socket") == "/socket"
