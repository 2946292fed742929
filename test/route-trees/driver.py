"""Runs applications of random routes: ``python driver.py describe|deploy REQUEST ANSWER``, both files of JSON.

``describe`` reads each application as synth does, and asks it as uvicorn would. ``deploy`` starts each function as Lambda
would, from its variables, and gives it events. One process for all of them, because each has its own application.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import io
import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

RUNTIME = Path(__file__).resolve().parents[2] / "runtime"
sys.path[:0] = [str(RUNTIME), str(Path.cwd())]

from cdk_fastapi_introspect.document import describe  # noqa: E402
from cdk_fastapi_runtime.entry.entrypoint import load  # noqa: E402
from cdk_fastapi_runtime.entry.start import load_application, start  # noqa: E402
from cdk_fastapi_runtime.gateway.adapter import Adapter  # noqa: E402

CONTEXT = SimpleNamespace(aws_request_id="request", get_remaining_time_in_millis=lambda: 1000)


async def ask(app: Any, method: str, raw_path: str) -> dict[str, Any]:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "https",
        "path": unquote(raw_path), "raw_path": raw_path.encode(), "query_string": b"", "root_path": "",
        "headers": [(b"host", b"example.com")], "client": ("127.0.0.1", 1), "server": ("example.com", 443), "state": {},
    }  # fmt: skip
    await app(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return {"status": sent[0]["status"], "body": body.decode()}


def read(tree: dict[str, Any]) -> dict[str, Any]:
    entrypoint = load(f"{tree['module']}:app")

    async def answers() -> list[list[dict[str, Any]]]:
        # As sent, and with the other spelling of the end of the path.
        return [
            [await ask(entrypoint.app, method, each) for each in (path, path.rstrip("/") if path[-1:] == "/" else f"{path}/")]
            for method, path in tree["requests"]
        ]

    return {"document": describe(entrypoint, f"{tree['module']}:app"), "answers": asyncio.run(answers())}


def invoke(function: dict[str, Any]) -> list[dict[str, Any]]:
    sys.modules.pop(function["module"], None)
    variables = {"CDK_FASTAPI_APP": f"{function['module']}:app", **function["environment"]}
    loaded = load_application(variables)
    handler = Adapter(loaded.entrypoint.app, start(loaded, variables), "")
    with contextlib.redirect_stdout(io.StringIO()):
        answers = [handler(event, CONTEXT) for event in function["events"]]
    loaded.loop.close()
    return [{"status": answer["statusCode"], "body": answer.get("body", "")} for answer in answers if answer]


importlib.invalidate_caches()
work = {"describe": read, "deploy": invoke}[sys.argv[1]]
Path(sys.argv[3]).write_text(json.dumps([work(item) for item in json.loads(Path(sys.argv[2]).read_text())]))
# The loops of so many functions leave worker threads behind, for which the interpreter would wait.
os._exit(0)
