"""One application twice: by uvicorn, and by the handler of a bundle with the events of a gateway.

``same`` sends one request both ways and returns the two answers, reduced to what has to be equal: status, body, and the
headers that are not the server's own. Suites that compare more put their requests through it.
"""

from __future__ import annotations

import asyncio
import base64
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

import uvicorn
from fastapi import FastAPI

from cdk_fastapi_runtime.entry.lifespan import Lifespan
from cdk_fastapi_runtime.gateway.adapter import Adapter

from .conftest import CONTEXT, STAGE_HOST, close, load_event

Kind = Literal["rest", "http", "function-url"]
KINDS: tuple[Kind, ...] = ("rest", "http", "function-url")

HOSTS = {"rest": STAGE_HOST, "http": STAGE_HOST, "function-url": "q1w2e3r4t5.lambda-url.eu-central-1.on.aws"}

SECONDS = 60
"""An answer may take; a server that hangs fails its test instead of stopping the run."""

SERVERS_OWN = {"connection", "content-length", "date", "server", "transfer-encoding"}


@dataclass(frozen=True)
class Sent:
    """A request as a client writes it: the path encoded, with its query."""

    target: str
    method: str = "GET"
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> str:
        return urlsplit(self.target).query


@dataclass
class Answer:
    """An answer, however it came."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = field(repr=False)

    def reduced(self) -> tuple[int, list[tuple[str, str]], bytes]:
        return self.status, sorted(header for header in self.headers if header[0] not in SERVERS_OWN), self.body


def event_of(
    kind: Kind, sent: Sent, *, stage: str = "$default", host: str = STAGE_HOST, **changes: Any
) -> dict[str, Any]:
    """The event that an API of this kind sends for a request; REST APIs need a stage with a name.

    Without ``resource`` or ``routeKey`` among the changes the route is the catch-all one.
    """
    event = load_event(kind)
    headers = [*sent.headers, ("Host", host), ("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "203.0.113.7")]
    several: dict[str, list[str]] = {}
    for name, value in headers:
        several.setdefault(name, []).append(value)
    is_text = _is_text(sent.body)
    event["body"] = sent.body.decode() if is_text else base64.b64encode(sent.body).decode()
    event["isBase64Encoded"] = not is_text
    context = event["requestContext"]
    own = ".execute-api." in host or ".lambda-url." in host
    if kind == "rest":
        query = parse_qs(sent.query, keep_blank_values=True)
        event.update(path=sent.path, httpMethod=sent.method, resource="/{proxy+}", multiValueHeaders=several)
        event["headers"] = {name: values[-1] for name, values in several.items()}
        event["multiValueQueryStringParameters"] = query or None
        event["queryStringParameters"] = {name: values[-1] for name, values in query.items()} or None
        event["pathParameters"] = {"proxy": sent.path[1:]}
        context.update(path=f"/{stage}{sent.path}" if own else sent.path, httpMethod=sent.method, stage=stage)
    else:
        path = unquote(sent.path) if kind == "http" else sent.path
        full = f"/{stage}{path}" if stage != "$default" and own else path
        cookies = [cookie.strip() for value in several.pop("Cookie", []) for cookie in value.split(";")]
        event.update(rawPath=full, rawQueryString=sent.query, routeKey="$default", pathParameters=None)
        event["headers"] = {name.lower(): ",".join(values) for name, values in several.items()}
        event.pop("cookies", None)
        if cookies:
            event["cookies"] = cookies
        context.update(stage=stage, routeKey="$default")
        context["http"].update(path=full, method=sent.method)
    context["domainName"] = host
    return {**event, **changes}


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def read_answer(answer: dict[str, Any]) -> Answer:
    """What a gateway makes of the answer of a function."""
    single = [(name, value) for name, value in (answer.get("headers") or {}).items()]
    several = [(name, value) for name, values in (answer.get("multiValueHeaders") or {}).items() for value in values]
    cookies = [("set-cookie", cookie) for cookie in answer.get("cookies") or ()]
    body = answer.get("body") or ""
    content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    return Answer(answer["statusCode"], [*single, *several, *cookies], content)


@contextmanager
def deployed(app: FastAPI, base_path: str = "") -> Iterator[Callable[[dict[str, Any]], Answer]]:
    """The application behind the adapter of buffered functions."""
    lifespan = Lifespan(app, asyncio.new_event_loop())
    lifespan.start()
    adapter = Adapter(app, lifespan, base_path)

    def send(event: dict[str, Any]) -> Answer:
        answer = adapter(event, CONTEXT)
        assert answer is not None
        return read_answer(answer)

    try:
        yield send
    finally:
        close(lifespan)


@contextmanager
def served(app: FastAPI, root_path: str = "") -> Iterator[Callable[[Sent, str], Answer]]:
    """The application behind uvicorn, with the proxy's headers that uvicorn reads; asked by a host's name."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        config = uvicorn.Config(app, root_path=root_path, log_config=None, ws="none", timeout_graceful_shutdown=SECONDS)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield lambda sent, host: ask(port, sent, host)
        finally:
            server.should_exit = True
            thread.join()


def ask(port: int, sent: Sent, host: str) -> Answer:
    """Writes the request as it is: libraries for clients mend paths and join headers."""
    own = [("Host", host), ("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "203.0.113.7")]
    length = [("Content-Length", str(len(sent.body)))] if sent.body or sent.method != "GET" else []
    lines = [f"{name}: {value}" for name, value in [*sent.headers, *own, *length, ("Connection", "close")]]
    head = "\r\n".join([f"{sent.method} {sent.target} HTTP/1.1", *lines, "", ""]).encode("latin-1")
    with closing(socket.create_connection(("127.0.0.1", port), timeout=SECONDS)) as connection:
        connection.sendall(head + sent.body)
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    top, _, rest = received.partition(b"\r\n\r\n")
    status, *headers = top.decode("latin-1").split("\r\n")
    pairs = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in headers)]
    chunked = ("transfer-encoding", "chunked") in pairs
    return Answer(int(status.split()[1]), pairs, _unchunk(rest) if chunked else rest)


def _unchunk(body: bytes) -> bytes:
    content = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        length = int(size, 16)
        content, body = content + body[:length], body[length + 2 :]
    return content


def same(app: FastAPI, *requests: Sent, kinds: Sequence[Kind] = KINDS) -> list[Answer]:
    """Asserts that every answer is uvicorn's, and returns those of the last kind."""
    answers: list[Answer] = []
    with deployed(app) as send:
        for kind in kinds:
            stage, host = ("prod" if kind == "rest" else "$default"), HOSTS[kind]
            with served(app, "/prod" if kind == "rest" else "") as oracle:
                answers = []
                for sent in requests:
                    wanted, found = oracle(sent, host), send(event_of(kind, sent, stage=stage, host=host))
                    assert found.reduced() == wanted.reduced(), (kind, sent)
                    answers.append(found)
    return answers
