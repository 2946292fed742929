"""The headers of CORS on answers of every kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Response, WebSocket
from fastapi.middleware.cors import CORSMiddleware

from cdk_fastapi_runtime.middleware.cors import CorsPolicy, install_cors
from cdk_fastapi_runtime.server import build

from .browser import Browser
from .conftest import rest_event

Deploy = Callable[..., Callable[..., dict[str, Any]]]

PAGE = "https://page.example"
OTHER = "https://other.example"
ALLOW = "access-control-allow-origin"


def shop() -> FastAPI:
    app = FastAPI()

    @app.get("/plain")
    def plain() -> str:
        return "plain"

    @app.get("/fails")
    def fails() -> None:
        raise ZeroDivisionError

    @app.get("/own")
    def own() -> Response:
        return Response("own", headers={ALLOW: "https://own.example", "vary": "Cookie"})

    @app.get("/varies")
    def varies() -> Response:
        return Response("varies", headers={"vary": "Cookie", "access-control-expose-headers": "X-Mine"})

    @app.websocket("/socket")
    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.close()

    return app


def client(app: FastAPI, **environ: str) -> Browser:
    install_cors(app, environ)
    return Browser(app, raise_errors=False)


@pytest.mark.parametrize("environ", [{}, {"ALLOWED_ORIGINS": ""}, {"ALLOWED_ORIGINS": " , "}])
def test_nothing_is_done_where_no_origin_is_allowed(environ: dict[str, str]) -> None:
    assert CorsPolicy.of(environ) is None
    answer = client(shop(), **environ).get("/plain", headers={"origin": PAGE})
    assert ALLOW not in answer.headers
    assert "vary" not in answer.headers


@pytest.mark.parametrize("path", ["/plain", "/fails", "/absent"])
@pytest.mark.parametrize("headers", [{"origin": PAGE}, {}])
def test_every_origin(path: str, headers: dict[str, str]) -> None:
    answer = client(shop(), ALLOWED_ORIGINS="*").get(path, headers=headers)
    assert answer.headers[ALLOW] == "*"
    assert "vary" not in answer.headers


@pytest.mark.parametrize(("path", "status"), [("/plain", 200), ("/fails", 500), ("/absent", 404)])
@pytest.mark.parametrize(
    ("origin", "allowed"),
    [(PAGE, PAGE), (OTHER, OTHER), ("https://evil.example", None), ("null", None), ("*", None), (None, None)],
)
def test_named_origins(path: str, status: int, origin: str | None, allowed: str | None) -> None:
    answer = client(shop(), ALLOWED_ORIGINS=f"{PAGE}, {OTHER}").get(path, headers={"origin": origin} if origin else {})
    assert answer.status_code == status
    assert answer.headers.get(ALLOW) == allowed
    assert answer.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in answer.headers


def test_the_applications_own_word_stands() -> None:
    answer = client(shop(), ALLOWED_ORIGINS=PAGE).get("/own", headers={"origin": PAGE})
    assert answer.headers.get_list(ALLOW) == ["https://own.example"]
    assert answer.headers["vary"] == "Cookie"


def test_headers_and_credentials() -> None:
    options = {"CDK_FASTAPI_CORS_EXPOSE_HEADERS": "X-Total,X-Page", "CDK_FASTAPI_CORS_ALLOW_CREDENTIALS": "true"}
    browser = client(shop(), ALLOWED_ORIGINS=PAGE, **options)
    answer = browser.get("/plain", headers={"origin": PAGE})
    assert answer.headers["access-control-expose-headers"] == "X-Total,X-Page"
    assert answer.headers["access-control-allow-credentials"] == "true"
    refused = browser.get("/plain", headers={"origin": OTHER}).headers
    assert not [name for name in refused if name.startswith("access-control-")]
    varies = browser.get("/varies", headers={"origin": PAGE}).headers
    assert varies["access-control-expose-headers"] == "X-Mine"
    assert varies["vary"] == "Cookie, Origin"


@pytest.mark.parametrize(
    ("path", "origin", "allowed"),
    [("/plain", PAGE, None), ("/plain", OTHER, OTHER), ("/absent", PAGE, None), ("/fails", PAGE, "*")],
)
def test_an_origin_that_the_application_refuses_stays_refused(path: str, origin: str, allowed: str | None) -> None:
    app = shop()
    app.add_middleware(CORSMiddleware, allow_origins=[OTHER])
    assert client(app, ALLOWED_ORIGINS="*").get(path, headers={"origin": origin}).headers.get(ALLOW) == allowed


def test_websockets_are_left_alone() -> None:
    seen = client(shop(), ALLOWED_ORIGINS="*").websocket("/socket")
    assert [message["type"] for message in seen] == ["websocket.accept", "websocket.close"]


def test_behind_mangum(deploy: Deploy) -> None:
    app = shop()
    install_cors(app, {"ALLOWED_ORIGINS": PAGE})
    answer = deploy(app)(rest_event("/fails", headers={"Origin": PAGE}, multiValueHeaders={"Origin": [PAGE]}))
    assert (answer["statusCode"], answer["headers"][ALLOW], answer["headers"]["vary"]) == (500, PAGE, "Origin")


@pytest.fixture
def application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "cors_application.py").write_text(
        "from fastapi import FastAPI\napp = FastAPI()\n\n@app.get('/fails')\ndef fails():\n    1 / 0\n"
    )
    return "cors_application:app"


def test_beside_the_web_adapter(application: str) -> None:
    server: Any = build({"CDK_FASTAPI_APP": application, "ALLOWED_ORIGINS": PAGE})
    answer = Browser(server, raise_errors=False).get("/fails", headers={"origin": PAGE})
    assert (answer.status_code, answer.text, answer.headers[ALLOW]) == (500, "Internal Server Error", PAGE)
