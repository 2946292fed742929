"""Asks the application everything: ``python -m tests.sameness FILE``; ``CDK_FASTAPI_EAGER_ROUTES=1`` as FastAPI is.

Writes what it answered, and how many of its routes were waiting when it began.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from pathlib import Path
from typing import Any

from cdk_fastapi_runtime.start.initialization import Initialization, _install

warnings.simplefilter("default")
initialization = Initialization(os.environ)
if os.environ.get("CDK_FASTAPI_EAGER_ROUTES") != "1":
    assert _install() is None, _install()

from fastapi.testclient import TestClient  # noqa: E402

from cdk_fastapi_runtime.guard.operation_guard import Operation  # noqa: E402
from cdk_fastapi_runtime.start.preparation import prepare  # noqa: E402
from cdk_fastapi_runtime.start.unbuilt import Unbuilt  # noqa: E402

from . import application  # noqa: E402

ID = "12345678-1234-5678-1234-567812345678"
MACHINE = {"id": ID, "parts": [{"name": "a", "made_of": [{"name": "b"}], "whole": {"id": ID}}]}
SAW, DRILL = {"kind": "saw", "teeth": 3}, {"kind": "drill", "bits": [1]}

REQUESTS: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/machines", {"json": MACHINE}),
    ("POST", "/machines", {"json": {**MACHINE, "builtOn": "x", "more": 1}}),
    ("POST", "/machines", {"json": {"id": ID, "parts": [{"name": "a"}] * 3}}),
    ("POST", "/machines?refuse=true", {"json": MACHINE}),
    ("POST", "/again/t/machines", {"json": MACHINE, "headers": {"x-caller": "me"}}),
    ("GET", f"/machines/{ID}?tags=a&tags=b&size=large", {}),
    ("GET", f"/machines/{ID}?tags=a&tags=b&tags=c&size=none", {}),
    ("GET", "/machines/none", {}),
    ("PUT", "/machines/tools", {"json": {"tool": SAW, "weight": 2}}),
    ("PUT", "/machines/tools", {"json": {"tool": DRILL}}),
    ("PUT", "/machines/tools", {"json": {"tool": {"kind": "axe"}, "weight": 0}}),
    ("PATCH", "/machines/tools", {"json": {"tools": {"a": SAW}, "point": {"x": 1, "machine": MACHINE}}}),
    ("PATCH", "/machines/tools", {"json": {"tools": {"a": DRILL}, "point": {}}}),
    ("DELETE", "/machines/1", {}),
    ("HEAD", "/machines/1", {}),
    ("OPTIONS", "/again/t/machines", {}),
    ("GET", "/v2/noted/query?a=1", {}),
    ("GET", "/v2/noted/query?a=b", {}),
    ("GET", "/text/a/b", {}),
    ("GET", "/several", {}),
    ("POST", "/several", {}),
    ("PUT", "/several", {}),
    ("GET", "/machines/more/inner/3/deep", {"headers": {"x-caller": "me"}}),
    ("GET", "/again/t/machines/more/inner/3/deep", {}),
    ("GET", "/machines/more/inner/x/deep", {}),
    ("POST", "/form", {"data": {"a": "1"}, "files": {"file": ("name.txt", b"x")}}),
    ("POST", "/form", {"data": {"a": "b"}}),
    ("POST", "/background", {"cookies": {"flavor": "plain"}}),
    ("GET", "/me", {"headers": {"authorization": "Bearer token"}}),
    ("GET", "/filter?text=a&limit=3&sizes=1", {}),
    ("GET", "/filter?limit=x", {}),
    ("GET", "/counter?start=2&step=3", {}),
    ("GET", "/stream", {}),
    ("GET", "/returns-response", {}),
    ("GET", "/fails", {}),
    ("GET", "/where", {}),
    ("GET", "/instance?a=4", {}),
    ("GET", "/partial?name=me", {}),
    ("GET", "/method/a?times=2", {}),
    ("GET", "/method/b?times=x", {}),
    ("GET", "/wrapped?greeting=hi", {}),
    ("GET", "/wrapped", {}),
    ("GET", "/builtin", {}),
    ("POST", "/reused/Saw", {"json": SAW}),
    ("POST", "/reused/Saw", {"json": DRILL}),
    ("POST", "/reused/Drill", {"json": DRILL}),
    ("POST", "/callback", {"json": MACHINE}),
    ("GET", "/lists", {}),
    ("GET", "/changed", {}),
    ("GET", "/in/changed", {}),
    ("GET", "/own?item=1", {}),
    ("POST", "/postponed/apple?wanted=abc", {"json": {"seeds": 1, "next": {"seeds": 2}}}),
    ("POST", "/postponed/pear?wanted=abc", {"json": {"color": "green"}}),
    ("POST", "/postponed/pear", {"json": {"seeds": 1}}),
    ("GET", "/postponed/limited?limit=4", {}),
    ("GET", "/postponed/limited?limit=x", {}),
    ("POST", "/in/postponed/apple?wanted=abc", {"json": {"seeds": 1}}),
    ("POST", "/in/postponed/pear?wanted=abcd", {"json": {"color": "red"}}),
    ("GET", "/in/postponed/limited?limit=x", {}),
    ("GET", "/mounted/inside?a=2", {}),
    ("GET", "/late", {}),
    ("GET", "/none", {}),
    ("GET", "/several/", {}),
    ("GET", "/openapi.json", {}),
]


def ask() -> dict[str, Any]:
    app = application.app
    routes = [(type(each).__name__, getattr(each, "path", None), getattr(each, "name", None)) for each in app.routes]
    answers: list[Any] = []
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        prepare(app.router.routes, [Operation("GET", "/machines/{machine_id}"), Operation("GET", "/form")], {})
        for method, path, options in REQUESTS:
            client.cookies.clear()
            client.cookies.update(options.pop("cookies", {}))
            response = client.request(method, path, **options)
            answers.append([method, path, response.status_code, sorted(response.headers.items()), response.text])
        with client.websocket_connect("/machines/more/inner/1/socket", headers={"x-caller": "me"}) as socket:
            answers.append(socket.receive_text())
        app.dependency_overrides[application.caller] = lambda: "overridden"
        answers.append(client.get("/machines/more/inner/3/deep").text)
        app.dependency_overrides.clear()
        app.add_api_route("/afterwards", lambda: "added after the start")
        answers.append(client.get("/afterwards").text)
    return {
        "answers": answers,
        "document": app.openapi(),
        "routes": routes,
        "seen": [str(each) for each in application.seen],
        "paths": [app.url_path_for("read_machine", machine_id="1"), app.url_path_for("several")],
    }


def main() -> None:
    waiting = sum(Unbuilt.of(route) is not None for route in application.app.routes)
    initialization.end()
    asked = ask()
    Path(sys.argv[1]).write_text(json.dumps({"waiting": waiting, "asked": asked}, indent=1))


main()
