"""The handler module: what the environment asks for, and errors of the initialization."""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import snapshot_restore_py
from awslambdaric.lambda_runtime_hooks_runner import run_after_restore, run_before_snapshot

from cdk_fastapi_runtime.entry.entrypoint import EntrypointError
from cdk_fastapi_runtime.entry.start import current_loop
from cdk_fastapi_runtime.gateway.adapter import Adapter

from .conftest import CONTEXT, close, rest_event

APP = """
from fastapi import FastAPI
app = FastAPI()

@app.get("/items/{item_id}")
def read(item_id: str):
    return item_id

@app.get("/items/{item_id}/secret")
def secret(item_id: str):
    return "secret"

def create_app():
    return app
"""

Start = Callable[..., Any]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Imports the handler module as Lambda does, with a module ``main`` of this source beside it."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr("signal.signal", lambda *arguments: None)
    started: list[Any] = []

    def make(source: str = APP, **environment: str) -> Any:
        (tmp_path / "main.py").write_text(source)
        for module in ("main", "cdk_fastapi_runtime.handler"):
            monkeypatch.delitem(sys.modules, module, raising=False)
        for name, value in {"CDK_FASTAPI_APP": "main:app", **environment}.items():
            monkeypatch.setenv(name, value)
        handler = importlib.import_module("cdk_fastapi_runtime.handler").handler
        started.append(handler)
        return handler

    yield make
    for handler in started:
        if isinstance(handler, Adapter):
            close(handler._lifespan)
    current_loop().close()
    asyncio.set_event_loop(None)


def ask(handler: Any, path: str) -> Any:
    answer = handler(rest_event(path), CONTEXT)
    return json.loads(answer["body"]) if answer["statusCode"] == 200 else answer["statusCode"]


@pytest.mark.parametrize("entrypoint", ["main:app", "main:create_app"])
def test_serves_the_whole_application(start: Start, entrypoint: str) -> None:
    handler = start(CDK_FASTAPI_APP=entrypoint)
    assert [ask(handler, path) for path in ("/items/1", "/items/1/secret")] == ["1", "secret"]


def test_serves_one_operation(start: Start) -> None:
    handler = start(CDK_FASTAPI_OPERATION="GET /items/{item_id}")
    assert [ask(handler, path) for path in ("/items/1", "/items/1%2Fsecret")] == ["1", 404]


def test_refuses_what_a_route_must_not_lead_to(start: Start) -> None:
    handler = start(CDK_FASTAPI_ROUTE_REFUSALS="/items/{item_id}\tGET /items/{item_id}/secret")
    event = rest_event("/items/1%2Fsecret", resource="/items/{item_id}")
    assert handler(event, CONTEXT)["statusCode"] == 404
    assert ask(handler, "/items/1/secret") == "secret"


def test_knows_the_base_path(start: Start) -> None:
    event = rest_event("/v1/items/1")
    event["requestContext"].update({"path": "/v1/items/1", "domainName": "api.example.com"})
    assert start(CDK_FASTAPI_BASE_PATH="v1")(event, CONTEXT)["statusCode"] == 200


def test_respects_a_handler_of_the_modules_own(start: Start) -> None:
    source = APP + "def handler(event, context):\n    return {'mine': event}\n"
    assert start(source)({"x": 1}, SimpleNamespace()) == {"mine": {"x": 1}}


@pytest.mark.usefixtures("event_loop")
def test_guards_the_modules_own_handler(start: Start) -> None:
    source = APP + "from mangum import Mangum\nhandler = Mangum(app, text_mime_types=['application/json'])\n"
    handler = start(source, CDK_FASTAPI_OPERATION="GET /items/{item_id}")
    assert type(handler).__name__ == "Mangum"
    assert [ask(handler, path) for path in ("/items/1", "/items/1%2Fsecret")] == ["1", 404]


@pytest.mark.usefixtures("event_loop")
@pytest.mark.parametrize(
    ("handler", "adapted"),
    [
        ("Mangum(app)", True),
        ("Mangum(app, lifespan='on')", True),
        ("Mangum(app, lifespan='off')", True),
        ("Mangum(app, lifespan='off', text_mime_types=['application/json'])", False),
        ("Mangum(app, text_mime_types=['application/json'])", False),
        ("Mangum(lambda scope, receive, send: app(scope, receive, send))", False),
        ("type('Mine', (Mangum,), {})(app)", False),
    ],
)
def test_a_mangum_with_no_option_but_its_lifespan_is_replaced(start: Start, handler: str, adapted: bool) -> None:
    made = start(f"{APP}\nfrom mangum import Mangum\nhandler = {handler}\n")
    assert isinstance(made, Adapter) == adapted
    assert ask(made, "/items/1") == "1"


FACTORY = """
from fastapi import FastAPI
from mangum import Mangum

class Wrapper:
    def __init__(self, app):
        self.app = app
    async def __call__(self, scope, receive, send):
        await self.app(scope, receive, send)

def create_app():
    app = FastAPI()
    app.add_api_route("/items/{item_id}", lambda item_id: item_id)
    app.add_api_route("/items/{item_id}/secret", lambda item_id: "secret")
    return app
"""


@pytest.mark.usefixtures("event_loop")
@pytest.mark.parametrize(
    ("handler", "adapted"),
    [
        ("handler = Mangum(create_app())", True),
        ("handler = Mangum(Wrapper(create_app()))", True),
        ("app = create_app()\nhandler = Mangum(app, text_mime_types=['application/json'])", False),
        ("app = create_app()\nown = Mangum(app)\ndef handler(event, context): return own(event, context)", False),
        ("def other(event, context): ...", True),
    ],
)
def test_guards_the_application_that_a_handler_has_got_from_the_factory(
    start: Start, handler: str, adapted: bool
) -> None:
    source = f"{FACTORY}\n{handler}\n"
    made = start(source, CDK_FASTAPI_APP="main:create_app", CDK_FASTAPI_OPERATION="GET /items/{item_id}")
    assert isinstance(made, Adapter) == adapted
    assert [made(rest_event(path), CONTEXT)["statusCode"] for path in ("/items/1", "/items/1%2Fsecret")] == [200, 404]


def test_observes_where_the_environment_says_so(
    start: Start, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    assert ask(start(CDK_FASTAPI_OBSERVABILITY="0"), "/items/1") == "1"
    assert capsys.readouterr().out == ""
    assert ask(start(CDK_FASTAPI_OBSERVABILITY="1"), "/items/1") == "1"
    assert json.loads(capsys.readouterr().out)["route"] == "/items/{item_id}"


def test_an_import_error_shows_its_traceback(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ModuleNotFoundError, match="absent_dependency"):
        start("import absent_dependency")
    assert 'main.py", line 1' in capsys.readouterr().err


@pytest.mark.parametrize("environment", [{"CDK_FASTAPI_APP": "main:nothing"}, {"CDK_FASTAPI_APP": ""}])
def test_a_wrong_entrypoint_is_an_error_of_the_initialization(start: Start, environment: dict[str, str]) -> None:
    with pytest.raises(EntrypointError, match="`entrypoint` must"):
        start(**environment)


def test_a_wrong_operation_is_an_error_of_the_initialization(start: Start) -> None:
    with pytest.raises(ValueError, match="got: nonsense"):
        start(CDK_FASTAPI_OPERATION="nonsense")


ROOT = """
from fastapi import FastAPI, Request
app = FastAPI(root_path={root_path!r})

@app.get("/items/{{item_id}}")
def read(item_id: str, request: Request):
    return [item_id, request.scope["root_path"], str(request.url_for("read", item_id="2").path)]
"""


@pytest.mark.filterwarnings("ignore:The `root_path` parameter is deprecated")
@pytest.mark.parametrize("root_path", ["/prod", "/other", "/", ""])
def test_a_root_path_may_end_with_a_slash(start: Start, root_path: str) -> None:
    def seen(root_path: str) -> Any:
        return ask(start(ROOT.format(root_path=root_path), CDK_FASTAPI_OPERATION="GET /items/{item_id}"), "/items/1")

    without, with_slash = seen(root_path.rstrip("/")), seen(root_path.rstrip("/") + "/")
    assert with_slash == without
    assert without[0] == "1"


LOOPS = """
import asyncio
from fastapi import FastAPI
{at_import}
app = FastAPI()

@app.get("/items/{{item_id}}")
async def read(item_id: str):
    return "same" if loop is asyncio.get_running_loop() else "other"
"""


@pytest.mark.parametrize(
    ("at_import", "expected"),
    [
        ("loop = asyncio.get_event_loop()", "same"),
        ("loop = asyncio.new_event_loop()\nasyncio.set_event_loop(loop)", "same"),
        ("loop = asyncio.get_event_loop()\npool = loop.run_until_complete(asyncio.sleep(0))", "same"),
        ("loop = None\nasyncio.run(asyncio.sleep(0))", "other"),
        ("loop = asyncio.new_event_loop()\nasyncio.set_event_loop(loop)\nloop.close()", "other"),
    ],
)
@pytest.mark.parametrize("own", ["", "from mangum import Mangum\nhandler = Mangum(app)\n"])
def test_the_open_current_event_loop_of_a_module_is_used(start: Start, at_import: str, own: str, expected: str) -> None:
    assert ask(start(LOOPS.format(at_import=at_import) + own), "/items/1") == expected


@pytest.mark.parametrize(
    "hook",
    ["asyncio.run(reconnect())", "asyncio.get_event_loop().run_until_complete(reconnect())"],
)
def test_a_hook_of_a_snapshot_may_use_either_form(start: Start, hook: str) -> None:
    made = start(LOOPS.format(at_import="loop = asyncio.get_event_loop()"))

    async def reconnect() -> None:
        await asyncio.sleep(0)

    for _ in range(2):
        exec(hook, {"asyncio": asyncio, "reconnect": reconnect})
        assert ask(made, "/items/1") == "same"
        # For what is called outside of a request: `asyncio.run` leaves no current loop behind.
        assert asyncio.get_event_loop() is made._lifespan.loop


def test_the_hooks_of_lambdas_runtime_may_use_either_form_in_turn(start: Start) -> None:
    source = (
        LOOPS.format(at_import="loop = asyncio.get_event_loop()")
        + """
import snapshot_restore_py

async def reconnect():
    await asyncio.sleep(0)

@snapshot_restore_py.register_before_snapshot
@snapshot_restore_py.register_after_restore
def new():
    asyncio.run(reconnect())

def current(coroutine, *, again):
    for _ in range(again):
        asyncio.get_event_loop().run_until_complete(coroutine())

snapshot_restore_py.register_before_snapshot(current, reconnect, again=2)
snapshot_restore_py.register_after_restore(current, reconnect, again=2)
"""
    )
    made = start(source)
    try:
        # As Lambda's runtime does: those before the snapshot once, and from the last to the first.
        run_before_snapshot()
        for _ in range(2):
            run_after_restore()
            assert ask(made, "/items/1") == "same"
    finally:
        snapshot_restore_py.get_after_restore().clear()


@pytest.mark.parametrize(("lifespan", "started"), [("auto", True), ("on", True), ("off", False)])
def test_the_lifespan_of_a_plain_mangum(start: Start, lifespan: str, started: bool) -> None:
    source = f"""
from contextlib import asynccontextmanager
from fastapi import FastAPI
from mangum import Mangum
seen = []
@asynccontextmanager
async def lifespan(app):
    seen.append("started")
    yield
app = FastAPI(lifespan=lifespan)
app.add_api_route("/items/{{item_id}}/", lambda item_id: item_id)
handler = Mangum(app, lifespan={lifespan!r})
"""
    made = start(source)
    assert (sys.modules["main"].seen == ["started"]) == started
    # With the slash that the application declares: the handler is ours.
    assert ask(made, "/items/1") is not None
    assert isinstance(made, Adapter)
