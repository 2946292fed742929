"""Start-up once, state in every request, shut-down on SIGTERM."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from cdk_fastapi_runtime.entry.lifespan import Lifespan

from .conftest import rest_event

Deploy = Callable[..., Callable[..., dict[str, Any]]]


def recorder(log: list[str]) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        log.append("start")
        yield {"loop": asyncio.get_running_loop(), "count": [0]}
        log.append("stop")

    app = FastAPI(lifespan=lifespan)

    @app.get("/x")
    async def use(request: Request) -> dict[str, Any]:
        request.state.count[0] += 1
        request.state.mine = True
        same = request.state.loop is asyncio.get_running_loop()
        return {"count": request.state.count[0], "same_loop": same}

    return app


def test_starts_before_the_first_event_and_only_once(deploy: Deploy) -> None:
    log: list[str] = []
    send = deploy(recorder(log))
    assert log == ["start"]
    bodies = [send(rest_event("/x"))["body"] for _ in range(2)]
    assert bodies == ['{"count":1,"same_loop":true}', '{"count":2,"same_loop":true}']
    assert log == ["start"]


def test_what_a_request_sets_stays_in_the_request(deploy: Deploy) -> None:
    app = recorder([])

    @app.get("/y")
    def look(request: Request) -> bool:
        return hasattr(request.state, "mine")

    send = deploy(app)
    send(rest_event("/x"))
    assert send(rest_event("/y"))["body"] == "false"


def started(app: ASGIApp) -> tuple[Lifespan, asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    lifespan = Lifespan(app, loop)
    try:
        lifespan.start()
    except BaseException:
        loop.close()
        raise
    return lifespan, loop


def test_stops_once() -> None:
    log: list[str] = []
    lifespan, loop = started(recorder(log))
    lifespan.stop()
    lifespan.stop()
    loop.close()
    assert log == ["start", "stop"]


def test_does_not_stop_in_the_middle_of_a_request() -> None:
    log: list[str] = []
    lifespan, loop = started(recorder(log))

    async def request() -> None:
        lifespan.stop()

    loop.run_until_complete(request())
    assert log == ["start"]
    lifespan.stop()
    loop.close()


def test_a_failing_start_raises_what_the_application_raised() -> None:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        raise ConnectionError("no database")
        yield

    with pytest.raises(ConnectionError, match="no database") as caught:
        started(FastAPI(lifespan=lifespan))
    assert any(entry.path == Path(__file__) for entry in caught.traceback)


@pytest.mark.parametrize("message", ["no database", ""])
def test_a_start_that_only_says_that_it_failed(message: str) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": message})

    with pytest.raises(RuntimeError, match=message or "The application's startup failed"):
        started(app)


@pytest.mark.parametrize("raises", [True, False])
def test_an_application_without_lifespan_is_served_all_the_same(raises: bool) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if raises:
            raise AssertionError(scope["type"])

    lifespan, loop = started(app)
    lifespan.stop()
    loop.close()
    assert lifespan.state == {}


def test_a_failing_stop_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    @asynccontextmanager
    async def context(app: FastAPI) -> AsyncIterator[None]:
        yield
        raise ConnectionError("already gone")

    lifespan, loop = started(FastAPI(lifespan=context))
    lifespan.stop()
    loop.close()
    assert "already gone" in caplog.text


def test_other_messages_are_no_answer() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "lifespan.unknown"})

    lifespan, loop = started(app)
    loop.close()
    assert lifespan.state == {}


def test_sigterm_stops_and_then_does_what_it_did_before() -> None:
    log: list[str] = []
    before = signal.signal(signal.SIGTERM, lambda signum, frame: log.append("before"))
    lifespan, loop = started(recorder(log))
    try:
        lifespan.stop_on_sigterm()
        os.kill(os.getpid(), signal.SIGTERM)
        assert log == ["start", "stop", "before"]
    finally:
        signal.signal(signal.SIGTERM, before)
        loop.close()


def test_sigterm_without_a_handler_before_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr("os.kill", lambda process, number: sent.append((process, number)))
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    lifespan, loop = started(recorder([]))
    try:
        lifespan.stop_on_sigterm()
        signal.raise_signal(signal.SIGTERM)
        assert sent == [(os.getpid(), signal.SIGTERM)]
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGTERM, before)
        loop.close()


SCRIPT = """
import asyncio, os, signal, sys
from contextlib import asynccontextmanager
from fastapi import FastAPI
from cdk_fastapi_runtime.entry.lifespan import Lifespan

@asynccontextmanager
async def context(app):
    yield
    print("stopped", end="")

lifespan = Lifespan(FastAPI(lifespan=context), asyncio.new_event_loop())
lifespan.start()
lifespan.stop_on_sigterm()
os.kill(os.getpid(), signal.SIGTERM)
print("still here")
"""


def test_sigterm_ends_the_process() -> None:
    runtime = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=runtime, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (-signal.SIGTERM, "stopped"), done.stderr
