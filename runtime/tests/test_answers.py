"""Answers are uvicorn's, whatever a client or a proxy sends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Annotated, Any

import pytest
from fastapi import Body, Cookie, FastAPI, Header, Request, Response
from fastapi.responses import RedirectResponse
from starlette.middleware.gzip import GZipMiddleware

from cdk_fastapi_runtime.gateway.answer import LIMIT, size

from .conftest import STAGE_HOST, http_event, rest_event, url_event
from .served import HOSTS, KINDS, Kind, Sent, deployed, event_of, same


def mirror(**options: Any) -> FastAPI:
    """An application that tells what it saw."""
    app = FastAPI(**options)

    @app.api_route("/see/{rest:path}", methods=["GET", "POST", "PUT", "DELETE", "PATCH"])
    async def see(request: Request, rest: str) -> dict[str, Any]:
        scope = request.scope
        return {
            "rest": rest,
            "method": scope["method"],
            "scheme": scope["scheme"],
            "root_path": scope["root_path"],
            "path": scope["path"],
            "raw_path": scope["raw_path"].decode(),
            "query": scope["query_string"].decode(),
            "url": str(request.url),
            "self": str(request.url_for("see", rest=rest)),
            "cookies": request.cookies,
            "x-several": request.headers.getlist("x-several"),
            "body": list(await request.body()),
            "client": request.client and request.client.host,
        }

    @app.get("/typed")
    def typed(
        x_token: Annotated[list[str], Header()] = [],  # noqa: B006 FastAPI copies it
        session: Annotated[str | None, Cookie()] = None,
    ) -> dict[str, Any]:
        return {"tokens": x_token, "session": session}

    @app.get("/items/{item_id}")
    def item(item_id: str) -> str:
        return item_id

    @app.get("/go")
    def go(request: Request) -> RedirectResponse:
        return RedirectResponse(request.url_for("item", item_id="1"))

    return app


@pytest.mark.parametrize(
    "path", ["/see/a%20b", "/see/%2F", "/see/a%2Fb//c", "/see/%C3%A9", "/see/100%25", "/see/a+b", "/nothing"]
)
@pytest.mark.parametrize("kind", ["rest", "function-url"])
def test_the_path_is_the_one_that_was_received(path: str, kind: Kind) -> None:
    same(mirror(), Sent(path), kinds=[kind])


@pytest.mark.parametrize("query", ["?a=1&a=2", "?a=b+c&d=%26", "?empty=", "?%C3%A9=%C3%BC"])
def test_the_query(query: str) -> None:
    def values(answer: Any) -> Any:
        return json.loads(answer.body)["query"]

    app = mirror()
    answers = same(app, Sent(f"/see/x{query}"), kinds=["http", "function-url"])
    assert values(answers[0]) == query[1:]
    same(app, Sent(f"/items/x{query}"), kinds=["rest"])


def test_headers_that_are_repeated_stay_apart() -> None:
    several = [("Cookie", "session=abc"), ("Cookie", "theme=dark"), ("X-Several", "1, 2"), ("X-Several", "3")]
    tokens = [("X-Token", "one"), ("X-Token", "two, three"), ("Cookie", "a=1"), ("Cookie", "session=x")]
    same(mirror(), Sent("/see/x", headers=several), Sent("/typed", headers=tokens), kinds=["rest"])


def header_events(path: str, **headers: str) -> list[dict[str, Any]]:
    several = {name.replace("_", "-"): [value] for name, value in headers.items()}
    single = {name: value for name, [value] in several.items()}
    return [
        rest_event(path, headers=single, multiValueHeaders=several),
        rest_event(path, headers=single, multiValueHeaders=None),
        http_event(path, headers=single, cookies=[]),
        url_event(path, headers=single, cookies=[]),
    ]


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": STAGE_HOST, "X_Forwarded_Port": "443,80"},
        {"Host": "[2001:db8::1]"},
        {"Host": "[2001:db8::1]:8443"},
        {"Host": "a:b:c"},
        {"Host": ":"},
        {"Host": ""},
        {"Host": "example.com:" + "9" * 5000},
        {"Host": "example.com:٣"},
        {"X_Forwarded_Proto": "\ud800", "X_Name": "grüß", "Cookie": "=;;="},
    ],
)
def test_no_header_fails_the_function(headers: dict[str, str]) -> None:
    with deployed(mirror()) as send:
        for event in header_events("/items/x", **headers):
            assert send(event).status == 200


@pytest.mark.parametrize(
    ("said", "scheme"),
    [
        ("http", "http"), ("https", "https"), (" https ", "https"), ("wss", "wss"),
        ("https,http", "https"), ("HTTPS", "https"), ("gopher", "https"), ("", "https"), ("java\nscript", "https"),
    ],
)  # fmt: skip
def test_only_known_schemes_count(said: str, scheme: str) -> None:
    with deployed(mirror()) as send:
        for event in header_events("/see/x", Host="example.com", X_Forwarded_Proto=said):
            assert json.loads(send(event).body)["scheme"] == scheme


def test_a_redirect_is_that_of_the_host_and_the_stage() -> None:
    same(mirror(), Sent("/go"))


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
def test_methods(method: str) -> None:
    if method == "HEAD":
        with deployed(mirror()) as send:
            assert send(event_of("rest", Sent("/see/x", method), stage="prod")).status == 405
        return
    same(mirror(), Sent("/see/x", method), Sent("/items/1", method))


@pytest.mark.parametrize("body", [b"", b'{"a": 1}', "grüß".encode(), bytes(range(256)), b"x" * 100_000])
def test_bodies(body: bytes) -> None:
    same(mirror(), Sent("/see/x", "POST", [("Content-Type", "application/octet-stream")], body))


def test_answers_with_everything() -> None:
    app = FastAPI()
    app.add_middleware(GZipMiddleware, minimum_size=500)

    @app.get("/cookies")
    def cookies(response: Response) -> str:
        response.set_cookie("a", "1")
        response.set_cookie("b", "2", path="/x")
        response.headers["X-Name"] = "Grüße"
        return "cookies"

    app.add_api_route("/empty", lambda: Response(status_code=204))
    app.add_api_route("/bytes", lambda: Response(bytes(range(256)), media_type="application/octet-stream"))
    app.add_api_route("/none", lambda: Response(b"no type"))
    app.add_api_route("/large", lambda: {"text": "x" * 5000})

    @app.post("/validated")
    def validated(count: Annotated[int, Body()]) -> int:
        return count

    zipped = [("Accept-Encoding", "gzip")]
    json_type = [("Content-Type", "application/json")]
    paths = ["/cookies", "/empty", "/bytes", "/none", "/large", "/absent", "/validated"]
    same(
        app,
        *map(Sent, paths),
        Sent("/large", headers=zipped),
        *(Sent("/validated", "POST", json_type, body) for body in (b"1", b'"x"', b"{", b"")),
    )


@pytest.mark.parametrize(
    ("name", "value"), [("x-a", "b\r\nset-cookie: c=d"), ("x-a", "b\nc"), ("x-a", "b\0"), ("x a", "b")]
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_header_that_would_be_several_is_refused(
    kind: Kind, name: str, value: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = FastAPI()
    app.add_api_route("/x", lambda: Response("x", headers={name: value}))
    with deployed(app) as send:
        answer = send(event_of(kind, Sent("/x"), host=HOSTS[kind]))
    assert (answer.status, answer.body) == (500, b"Internal Server Error")
    assert "Invalid HTTP header" in caplog.text


Run = Callable[[Any, Any, Any], Any]


@pytest.mark.parametrize(
    ("messages", "status", "said"),
    [
        ([], 500, "without completing"),
        ([{"type": "http.response.start", "status": 200}], 500, "without completing"),
        ([{"type": "http.response.body", "body": b"x"}], 500, "Unexpected ASGI message"),
        ([{"type": "http.response.start", "status": 200}] * 2, 500, "Unexpected ASGI message"),
        ([{"type": "http.response.start", "status": 201}, *[{"type": "http.response.body"}] * 2], 201, "Unexpected"),
    ],
)
def test_an_application_that_breaks_the_protocol(
    messages: list[dict[str, Any]], status: int, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = FastAPI()

    async def broken(scope: Any, receive: Any, send: Any) -> None:
        for message in messages:
            await send(message)

    app.mount("/broken", broken)
    with deployed(app) as send:
        assert send(event_of("rest", Sent("/broken/x"), stage="prod")).status == status
    assert said in caplog.text


def test_an_application_may_wait_for_the_end() -> None:
    app = FastAPI()
    seen: list[Any] = []

    async def waits(scope: Any, receive: Any, send: Any) -> None:
        seen.append(await receive())
        waiting = asyncio.ensure_future(receive())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        await asyncio.sleep(0)
        assert not waiting.done()
        await send({"type": "http.response.body", "body": b"two"})
        seen.extend([await waiting, await receive()])

    app.mount("/", waits)
    with deployed(app) as send:
        assert send(event_of("rest", Sent("/x", "POST", body=b"sent"), stage="prod")).body == b"onetwo"
    assert seen == [{"type": "http.request", "body": b"sent", "more_body": False}, *[{"type": "http.disconnect"}] * 2]


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, ValueError])
def test_whatever_an_endpoint_raises_the_next_request_is_answered(error: type[BaseException]) -> None:
    app = FastAPI()

    @app.get("/fails")
    async def fails() -> None:
        raise error

    app.add_api_route("/well", lambda: "well")
    with deployed(app) as send:
        assert send(event_of("rest", Sent("/fails"), stage="prod")).status == 500
        assert send(event_of("rest", Sent("/well"), stage="prod")).status == 200


def test_the_size_of_a_binary_answer_has_its_headers() -> None:
    answer = {
        "statusCode": 200,
        "body": "A" * (LIMIT - 2_000),
        "isBase64Encoded": True,
        "headers": {"x-long": "a" * 5_000},
    }
    assert size(answer) == len(json.dumps(answer)) > LIMIT
