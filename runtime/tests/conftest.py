"""Events as files, applications as functions, and handlers that are taken down after each test."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI

from cdk_fastapi_runtime.entry.lifespan import Lifespan
from cdk_fastapi_runtime.gateway.adapter import Adapter
from cdk_fastapi_runtime.guard.operation_guard import Operation, install_guard

from .daemon import Daemon

EVENTS = Path(__file__).parent / "events"
STAGE_HOST = "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com"

Send = Callable[..., Any]


def load_event(name: str) -> dict[str, Any]:
    """``rest``, ``http`` or ``function-url``."""
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return event


def rest_event(
    path: str, method: str = "GET", *, stage: str = "prod", resource: str = "/{proxy+}", **changes: Any
) -> dict[str, Any]:
    """What a REST API sends through its own host name, where the stage stands before the path."""
    event = load_event("rest")
    event.update({"path": path, "httpMethod": method, "resource": resource, **changes})
    event["requestContext"].update({"path": f"/{stage}{path}", "stage": stage, "httpMethod": method})
    return event


def http_event(
    path: str, method: str = "GET", *, stage: str = "$default", route: str = "$default", **changes: Any
) -> dict[str, Any]:
    """What an HTTP API sends; ``path`` as the client wrote it after the stage, decoded."""
    event = load_event("http")
    full = path if stage == "$default" else f"/{stage}{path}"
    event.update({"rawPath": full, "routeKey": route, **changes})
    event["requestContext"].update({"stage": stage, "routeKey": route})
    event["requestContext"]["http"].update({"path": full, "method": method})
    return event


def url_event(path: str, method: str = "GET", **changes: Any) -> dict[str, Any]:
    """What a function URL sends; ``path`` percent-encoded."""
    event = copy.deepcopy(load_event("function-url"))
    event.update({"rawPath": path, **changes})
    event["requestContext"]["http"].update({"path": path, "method": method})
    return event


CONTEXT = SimpleNamespace(aws_request_id="11111111-2222-3333-4444-555555555555")


def close(lifespan: Lifespan) -> None:
    """With a last turn of the loop, as ``asyncio.run`` ends one: AnyIO's worker threads hear there that they may end.

    Where no shut-down of the application turns it, they would wait for ever, and this process for them.
    """
    lifespan.stop()
    lifespan.loop.run_until_complete(lifespan.loop.shutdown_default_executor())
    lifespan.loop.close()


@pytest.fixture
def deploy() -> Iterator[Callable[..., Send]]:
    """Makes a Lambda handler of an application, guarded where an operation is given."""
    lifespans: list[Lifespan] = []

    def make(app: FastAPI, operation: str | None = None, base_path: str = "") -> Send:
        if operation:
            install_guard(app, Operation.parse(operation))
        lifespan = Lifespan(app, asyncio.new_event_loop())
        lifespans.append(lifespan)
        lifespan.start()
        adapter = Adapter(app, lifespan, base_path)
        return lambda event: adapter(event, CONTEXT)

    yield make
    for lifespan in lifespans:
        close(lifespan)


@pytest.fixture
def event_loop() -> Iterator[None]:
    """A current loop for code of the user's that asks for one."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)
    loop.close()


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Iterator[Daemon]:
    """The daemon of X-Ray that the environment names."""
    listening = Daemon()
    monkeypatch.setenv("AWS_XRAY_DAEMON_ADDRESS", f"127.0.0.1:{listening.port}")
    yield listening
    listening.close()
