"""The headers of CORS on answers of every kind."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI, Response, WebSocket
from fastapi.middleware.cors import CORSMiddleware
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from cdk_fastapi_runtime.entry.lifespan import Lifespan
from cdk_fastapi_runtime.entry.main_thread import MainThread
from cdk_fastapi_runtime.gateway.web_adapter import WebAdapterGateway
from cdk_fastapi_runtime.middleware.cors import CorsPolicy, install_cors, wrap_in_cors
from cdk_fastapi_runtime.observability import Metrics, Tracer, observe

from .browser import Browser
from .conftest import rest_event

Deploy = Callable[..., Callable[..., dict[str, Any]]]

PAGE = "https://page.example"
OTHER = "https://other.example"
ALLOW = "access-control-allow-origin"
ORIGINS = "CDK_FASTAPI_CORS_ALLOW_ORIGINS"


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


def client(app: FastAPI, origins: str, **environ: str) -> Browser:
    install_cors(app, {ORIGINS: origins, **environ})
    return Browser(app, raise_errors=False)


@pytest.mark.parametrize("environ", [{}, {ORIGINS: ""}, {ORIGINS: " , "}, {"ALLOWED_ORIGINS": "*"}])
def test_nothing_is_done_where_no_origin_is_allowed(environ: dict[str, str]) -> None:
    assert CorsPolicy.of(environ) is None
    app = shop()
    install_cors(app, environ)
    answer = Browser(app).get("/plain", headers={"origin": PAGE})
    assert ALLOW not in answer.headers
    assert "vary" not in answer.headers


@pytest.mark.parametrize("path", ["/plain", "/fails", "/absent"])
@pytest.mark.parametrize("headers", [{"origin": PAGE}, {}])
def test_every_origin(path: str, headers: dict[str, str]) -> None:
    answer = client(shop(), "*").get(path, headers=headers)
    assert answer.headers[ALLOW] == "*"
    assert "vary" not in answer.headers


@pytest.mark.parametrize(("path", "status"), [("/plain", 200), ("/fails", 500), ("/absent", 404)])
@pytest.mark.parametrize(
    ("origin", "allowed"),
    [(PAGE, PAGE), (OTHER, OTHER), ("https://evil.example", None), ("null", None), ("*", None), (None, None)],
)
def test_named_origins(path: str, status: int, origin: str | None, allowed: str | None) -> None:
    answer = client(shop(), f"{PAGE}, {OTHER}").get(path, headers={"origin": origin} if origin else {})
    assert answer.status_code == status
    assert answer.headers.get(ALLOW) == allowed
    assert answer.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in answer.headers


def test_the_applications_own_word_stands() -> None:
    answer = client(shop(), PAGE).get("/own", headers={"origin": PAGE})
    assert answer.headers.get_list(ALLOW) == ["https://own.example"]
    assert answer.headers["vary"] == "Cookie"


def test_headers_and_credentials() -> None:
    options = {"CDK_FASTAPI_CORS_EXPOSE_HEADERS": "X-Total,X-Page", "CDK_FASTAPI_CORS_ALLOW_CREDENTIALS": "true"}
    browser = client(shop(), PAGE, **options)
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
    assert client(app, "*").get(path, headers={"origin": origin}).headers.get(ALLOW) == allowed


@pytest.mark.parametrize(
    "place",
    ["mounted application", "its subclass", "router", "endpoint", "mount inside a mount"],
)
def test_a_refusal_stands_wherever_the_middleware_sits(place: str) -> None:
    class Mine(CORSMiddleware):
        pass

    app, inner = FastAPI(), FastAPI()
    inner.add_api_route("/x", lambda: "x")
    inner.add_api_route("/fails", lambda: 1 / 0)
    if place in ("router", "endpoint"):
        app.mount("/inner", CORSMiddleware(inner, allow_origins=[OTHER]))
    else:
        inner.add_middleware(Mine if place == "its subclass" else CORSMiddleware, allow_origins=[OTHER])
        outer = FastAPI() if place == "mount inside a mount" else app
        outer.mount("/inner", inner)
        if outer is not app:
            app.mount("/outer", outer)
    app.add_api_route("/open", lambda: "open")
    browser = client(app, "*")
    path = "/outer/inner/x" if place == "mount inside a mount" else "/inner/x"
    assert ALLOW not in browser.get(path, headers={"origin": PAGE}).headers
    assert browser.get(path, headers={"origin": OTHER}).headers[ALLOW] == OTHER
    assert browser.get("/open", headers={"origin": PAGE}).headers[ALLOW] == "*"


class Instrumented:
    """As instrumentation does: it wants Starlette's own stack, and gives its own back."""

    def __init__(self, app: FastAPI) -> None:
        self.seen = 0
        build = app.build_middleware_stack

        def build_instrumented() -> ASGIApp:
            stack = build()
            assert isinstance(stack, ServerErrorMiddleware)

            async def instrumented(scope: Scope, receive: Receive, send: Send) -> None:
                self.seen += 1
                await stack(scope, receive, send)

            return instrumented

        app.build_middleware_stack = build_instrumented  # type: ignore[method-assign]


@pytest.mark.parametrize("order", list(itertools.permutations(["observe", "cors", "middleware", "instrument"])))
def test_beside_observability_and_instrumentation_in_any_order(
    order: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    app = shop()
    instrumented: list[Instrumented] = []
    steps: dict[str, Callable[[], object]] = {
        "observe": lambda: observe(app, logger=logging.getLogger("shop"), metrics=Metrics(), tracer=Tracer()),
        "cors": lambda: install_cors(app, {ORIGINS: "*"}),
        "middleware": lambda: app.add_middleware(CORSMiddleware, allow_origins=[OTHER]),
        "instrument": lambda: instrumented.append(Instrumented(app)),
    }
    for step in order:
        steps[step]()
    browser = Browser(app, raise_errors=False)
    assert browser.get("/plain", headers={"origin": PAGE}).headers.get(ALLOW) is None
    assert browser.get("/plain", headers={"origin": OTHER}).headers[ALLOW] == OTHER
    failed = browser.get("/fails", headers={"origin": PAGE})
    assert (failed.status_code, failed.headers[ALLOW]) == (500, "*")
    assert "correlation_id" in failed.json()
    assert instrumented[0].seen == 3
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_websockets_are_left_alone() -> None:
    seen = client(shop(), "*").websocket("/socket")
    assert [message["type"] for message in seen] == ["websocket.accept", "websocket.close"]


def test_behind_mangum(deploy: Deploy) -> None:
    app = shop()
    install_cors(app, {ORIGINS: PAGE})
    answer = deploy(app)(rest_event("/fails", headers={"Origin": PAGE}, multiValueHeaders={"Origin": [PAGE]}))
    assert (answer["statusCode"], answer["headers"][ALLOW], answer["headers"]["vary"]) == (500, PAGE, "Origin")


class Gate:
    """Answers some requests in place of the application in it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") == "/locked":
            await Response("locked", 401)(scope, receive, send)
        elif scope.get("path") == "/broken":
            raise ZeroDivisionError
        else:
            # As some do it, with a scope of its own.
            await self._app(dict(scope), receive, send)


@pytest.mark.parametrize(
    ("path", "status"), [("/locked", 401), ("/broken", 500), ("/plain", 200), ("/fails", 500), ("/absent", 404)]
)
@pytest.mark.parametrize(("origin", "allowed"), [(PAGE, PAGE), (OTHER, None), (None, None)])
def test_what_is_wrapped_around_the_application(
    path: str, status: int, origin: str | None, allowed: str | None
) -> None:
    app = shop()
    environ = {ORIGINS: PAGE}
    install_cors(app, environ)
    answer = Browser(wrap_in_cors(Gate(app), environ), raise_errors=False).get(
        path, headers={"origin": origin} if origin else {}
    )
    assert (answer.status_code, answer.headers.get(ALLOW), answer.headers["vary"]) == (status, allowed, "Origin")


def test_a_refusal_of_the_application_stands_in_a_wrapper_too() -> None:
    app = shop()
    app.add_middleware(CORSMiddleware, allow_origins=[OTHER])
    environ = {ORIGINS: PAGE}
    install_cors(app, environ)
    answer = Browser(wrap_in_cors(Gate(app), environ)).get("/plain", headers={"origin": PAGE})
    assert ALLOW not in answer.headers


def test_a_wrapper_stays_as_it_is_where_no_origin_is_allowed() -> None:
    gate = Gate(shop())
    assert wrap_in_cors(gate, {}) is gate


def test_an_answer_that_has_begun_is_not_begun_again() -> None:
    async def breaks(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ZeroDivisionError

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "headers": []}
    with pytest.raises(ZeroDivisionError):
        asyncio.run(wrap_in_cors(breaks, {ORIGINS: "*"})(scope, None, send))  # type: ignore[arg-type]
    assert [message["status"] for message in sent] == [200]


def test_an_answer_that_is_too_large_can_be_read_by_the_page(deploy: Deploy) -> None:
    app = shop()

    @app.get("/large")
    def large() -> Response:
        return Response("x" * 7_000_000)

    install_cors(app, {ORIGINS: PAGE})
    answer = deploy(app)(rest_event("/large", headers={"Origin": PAGE}, multiValueHeaders={"Origin": [PAGE]}))
    assert (answer["statusCode"], answer["headers"][ALLOW], answer["headers"]["vary"]) == (500, PAGE, "Origin")


def test_what_a_function_url_adds_is_taken_out() -> None:
    app = shop()
    app.add_middleware(CORSMiddleware, allow_origins=["*"])
    loop = asyncio.new_event_loop()
    for environ, allowed in ({}, "*"), ({"CDK_FASTAPI_CORS_BY_URL": "true"}, None):
        gateway = WebAdapterGateway(app, Lifespan(app, loop), MainThread(loop), environ)
        answer = Browser(gateway).get("/varies", headers={"origin": PAGE})
        assert answer.headers.get(ALLOW) == allowed
        assert ("access-control-expose-headers" in answer.headers) == (allowed is not None)
    loop.close()
