"""Answers are uvicorn's: what clients and proxies send, and what applications answer, beyond the plain cases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import BackgroundTasks, FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import FileResponse, JSONResponse, StreamingResponse
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.gzip import GZipMiddleware

from .served import Sent, same
from .test_answers import mirror

ORIGIN = ("Origin", "https://page.example")


@pytest.mark.parametrize(
    "header",
    [
        ("Forwarded", "for=1.2.3.4;proto=http;host=evil.example"),
        ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Port", "99999"),
        ("X-Forwarded-Prefix", "/evil"),
        ("X-Original-URL", "/admin"),
        ("X-HTTP-Method-Override", "DELETE"),
        ("X-Several", "a" * 9000),
    ],
)
def test_what_proxies_say_changes_nothing_that_uvicorn_does_not_change(header: tuple[str, str]) -> None:
    same(mirror(), Sent("/see/x", headers=[header]))


@pytest.mark.parametrize(
    "path",
    [
        "%ff", "%c3%28", "%00", "%0a", "a%3Bb;c=d", "%25%32%46", "a%3Fb", "a%23b", "~a!$&'()*,=:@", ".", "..",
        "%2e%2e/x", "a/../b", "/", "%E2%82%AC", "a|b", "%7Bx%7D", "%zz", "%", "a%",
    ],
)  # fmt: skip
def test_paths_that_are_hardly_paths(path: str) -> None:
    same(mirror(), Sent(f"/see/{path}"), kinds=["rest", "function-url"])


@pytest.mark.parametrize(
    "query", ["", "a", "a&b", "&", "a==b", "a[]=1&a[]=2", "a;b=1", "%FF=1", "a=+", "=x", "a=1&&b=2"]
)
def test_queries_that_are_hardly_queries(query: str) -> None:
    same(mirror(), Sent(f"/see/x?{query}"), kinds=["http", "function-url"])


@pytest.mark.parametrize("query", ["a", "a&b", "a==b", "a[]=1&a[]=2", "a=%2B", "q=%00", "a=%E4%B8%AD", "a=%26%3D"])
def test_a_query_that_comes_decoded_means_the_same(query: str) -> None:
    app = FastAPI()

    @app.get("/query")
    def values(request: Request) -> list[tuple[str, str]]:
        return request.query_params.multi_items()

    same(app, Sent(f"/query?{query}"), kinds=["rest"])


def test_answers_of_all_sorts(tmp_path: Path) -> None:
    app = FastAPI()
    app.add_middleware(GZipMiddleware, minimum_size=10)
    file = tmp_path / "digits.txt"
    file.write_text("0123456789" * 100)

    @app.get("/background")
    def background(tasks: BackgroundTasks) -> int:
        tasks.add_task(lambda: 1 / 0)
        return 1

    answers: dict[str, Any] = {
        "/304": lambda: Response(status_code=304, headers={"ETag": '"x"'}),
        "/205": lambda: Response(status_code=205),
        "/299": lambda: Response("x", status_code=299),
        "/file": lambda: FileResponse(file),
        "/named": lambda: FileResponse(file, filename="grüß.txt", media_type="application/pdf"),
        "/stream": lambda: StreamingResponse(iter([b"a", b"b" * 1000]), headers={"Server-Timing": "db;dur=5"}),
        "/brotli": lambda: Response(b"\x0b\x02\x80abc\x03", headers={"content-encoding": "br"}),
        "/latin": lambda: Response("<a>ü</a>".encode("latin-1"), media_type="text/xml; charset=iso-8859-1"),
        "/problem": lambda: Response(b'{"a": 1}', media_type="application/problem+json"),
        "/upper": lambda: Response(b"\xff\xfe", headers={"Content-Type": "IMAGE/PNG"}),
    }
    for path, answer in answers.items():
        app.add_api_route(path, answer, response_model=None)
    same(app, Sent("/background"), *map(Sent, answers))
    same(
        app,
        *(Sent("/stream", headers=[("Accept-Encoding", each)]) for each in ("gzip", "identity", "br", "gzip;q=0", "*")),
    )
    same(
        app,
        *(
            Sent("/file", headers=[("Range", each)])
            for each in ("bytes=0-9", "bytes=-5", "bytes=5-", "bytes=9999-", "x")
        ),
    )


def test_exception_handlers_of_the_application() -> None:
    app = FastAPI()

    @app.exception_handler(Exception)
    async def any_error(request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"error": str(error)}, status_code=500)

    @app.exception_handler(404)
    async def not_found(request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"absent": request.url.path}, status_code=404)

    @app.exception_handler(KeyError)
    async def no_key(request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({}, status_code=418)

    @app.get("/fails/{kind}")
    def fails(kind: str) -> None:
        raise KeyError(kind) if kind == "key" else ValueError(kind)

    same(app, Sent("/fails/value"), Sent("/fails/key"), Sent("/nothing"))


def test_a_mount_in_a_mount() -> None:
    outer, inner = FastAPI(), FastAPI()

    @inner.get("/deep")
    def deep(request: Request) -> list[str]:
        return [request.scope["root_path"], request.scope["path"], str(request.url), str(request.url_for("deep"))]

    app = FastAPI()
    app.mount("/one", outer)
    outer.mount("/two", inner)
    same(app, *map(Sent, ("/one/two/deep", "/one/two/", "/one/two/docs", "/one/openapi.json")))


def test_cors_with_cookies() -> None:
    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=[ORIGIN[1]], allow_credentials=True, expose_headers=["x-y"])

    @app.get("/cookies")
    def cookies(response: Response) -> int:
        for number in range(5):
            response.set_cookie(f"c{number}", str(number), httponly=True)
        return 1

    asked = ("Access-Control-Request-Method", "GET")
    other = ("Origin", "https://other.example")
    same(
        app,
        Sent("/cookies", headers=[ORIGIN]),
        Sent("/cookies", headers=[ORIGIN, ("Cookie", "a=1; b=2")]),
        Sent("/cookies", "OPTIONS", [ORIGIN, asked]),
        Sent("/cookies", "OPTIONS", [other, asked]),
    )


def test_the_state_of_the_lifespan_and_a_body_that_is_streamed() -> None:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        yield {"pool": ["open"]}

    async def dispatch(request: Request, call_next: Any) -> Any:
        response = await call_next(request)
        response.headers["x-pool"] = request.state.pool[0]
        return response

    app = FastAPI(lifespan=lifespan)
    app.add_middleware(BaseHTTPMiddleware, dispatch=dispatch)

    @app.post("/echo")
    async def echo(request: Request) -> Response:
        return Response(b"".join([part async for part in request.stream()]), media_type="application/octet-stream")

    same(
        app,
        *(Sent("/echo", "POST", [("Content-Type", "x/y")], body) for body in (b"", b"\x00\xff" * 100, b"x" * 200_000)),
    )


def test_forms() -> None:
    app = FastAPI()

    @app.post("/form")
    async def form(request: Request) -> list[Any]:
        async with request.form() as sent:
            items = sent.multi_items()
        return [[name, value if isinstance(value, str) else [value.filename, value.size]] for name, value in items]

    parts = (
        b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xc3\xbc\r\n--B\r\nContent-Disposition: form-data; '
        b'name="f"; filename="g\xc3\xbc.bin"\r\nContent-Type: application/octet-stream\r\n\r\n\x00\xff\xfe\r\n--B--\r\n'
    )
    multipart, form_type = (
        ("Content-Type", "multipart/form-data; boundary=B"),
        ("Content-Type", "application/x-www-form-urlencoded"),
    )
    same(
        app,
        Sent("/form", "POST", [multipart], parts),
        Sent("/form", "POST", [form_type], b"a=1&a=2&b=%FF+x"),
    )
