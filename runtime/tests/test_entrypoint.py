"""``pkg.main:app`` and everything it can go wrong with."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cdk_fastapi_runtime.entry.entrypoint import EntrypointError, load, load_app

Write = Callable[[str, str], None]

APP = "from fastapi import FastAPI\napp = FastAPI(title='mine')\n"


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Writes a module of a project that is on the search path, and forgets it afterwards."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)

    def make(name: str, source: str) -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)

    yield make
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def test_loads_an_application_of_a_package(write: Write) -> None:
    write("shop/__init__.py", "")
    write("shop/main.py", APP)
    assert load_app("shop.main:app").title == "mine"


def test_loads_an_attribute_of_an_attribute(write: Write) -> None:
    write("nested.py", APP + "class Container:\n    inner = app\n")
    assert load_app("nested:Container.inner").title == "mine"


def test_calls_a_factory(write: Write) -> None:
    write("factory.py", "from fastapi import FastAPI\ndef create_app(debug=False): return FastAPI(title='made')\n")
    assert load_app("factory:create_app").title == "made"


@pytest.mark.parametrize("entrypoint", ["main", ":app", "main:", ""])
def test_refuses_what_is_not_module_and_attribute(entrypoint: str) -> None:
    with pytest.raises(EntrypointError, match=r"`entrypoint` must be written as module:attribute.*got: ") as caught:
        load(entrypoint)
    assert caught.value.code == "attribute-not-found"


@pytest.mark.parametrize("module", ["absent", "absent.main", "present.absent"])
def test_names_the_missing_module(write: Write, module: str) -> None:
    write("present/__init__.py", "")
    with pytest.raises(EntrypointError, match=f"got: {module}:app, and there is no module") as caught:
        load(f"{module}:app")
    assert caught.value.code == "module-not-found"


@pytest.mark.parametrize("missing", ["absent_dependency", "package.absent"])
def test_leaves_a_missing_module_of_the_users_module_alone(write: Write, missing: str) -> None:
    write("package/__init__.py", "")
    write("package/main.py", f"import {missing}\n")
    with pytest.raises(ModuleNotFoundError, match=missing):
        load("package.main:app")


def test_leaves_an_error_of_the_users_module_alone(write: Write) -> None:
    write("broken.py", "raise ZeroDivisionError('mine')")
    with pytest.raises(ZeroDivisionError, match="mine"):
        load("broken:app")


def test_names_the_missing_attribute_and_what_there_is(write: Write) -> None:
    write("other.py", APP.replace("app =", "api ="))
    with pytest.raises(EntrypointError, match="other has no attribute app: its FastAPI applications are api") as caught:
        load("other:app")
    assert caught.value.code == "attribute-not-found"


def test_names_the_missing_attribute_of_an_empty_module(write: Write) -> None:
    write("empty.py", "")
    with pytest.raises(EntrypointError, match=r"empty has no attribute app$"):
        load("empty:app")


@pytest.mark.parametrize(
    ("source", "described"),
    [
        ("app = 5", "an object of type int"),
        ("def app(settings): ...", "a function with required arguments"),
        ("async def app(): ...", "an async function"),
        ("def app(): return 'text'", "a function that returned an object of type str"),
        ("class app: ...", "an object of type type"),
        ("from starlette.applications import Starlette\napp = Starlette()", "an object of type Starlette"),
    ],
)
def test_says_what_it_found_instead(write: Write, source: str, described: str) -> None:
    write("wrong.py", source)
    with pytest.raises(EntrypointError, match=f"got: wrong:app, which is {described}") as caught:
        load("wrong:app")
    assert caught.value.code == "not-fastapi"


@pytest.mark.parametrize(
    "source",
    [
        "def handler(event, context): return 'mine'",
        "from mangum import Mangum\nhandler = Mangum(app, lifespan='off')",
        "handler = lambda *arguments: 'mine'",
    ],
)
@pytest.mark.usefixtures("event_loop")
def test_finds_the_modules_own_handler(write: Write, source: str) -> None:
    write("own.py", APP + source)
    entrypoint = load("own:app")
    assert entrypoint.handler is entrypoint.module.handler


@pytest.mark.parametrize(
    "source",
    [
        "",
        "handler = 'text'",
        "handler = app",
        "class handler:\n    def __init__(self, event, context): ...",
        "async def handler(event, context): ...",
        "def handler(): ...",
        "handler = type",
        "@app.get('/')\ndef handler(a: int, b: int): ...",
        "@app.exception_handler(404)\ndef handler(request, error): ...",
    ],
)
def test_takes_nothing_else_for_a_handler(write: Write, source: str) -> None:
    write("none.py", APP + source)
    assert load("none:app").handler is None


WRAPPED = (
    "from fastapi import FastAPI\ninner = FastAPI(title='mine')\n"
    "class Outer:\n"
    "    def __init__(self, app): self.app = app\n"
    "    async def __call__(self, scope, receive, send): await self.app(scope, receive, send)\n"
    "app = Outer(inner)\n"
    "def make(): return Outer(inner)\n"
)


@pytest.mark.parametrize("attribute", ["app", "make"])
def test_what_is_wrapped_around_an_application_is_served_and_the_application_read(write: Write, attribute: str) -> None:
    write("wrapped_app.py", WRAPPED)
    found = load(f"wrapped_app:{attribute}")
    assert found.app.title == "mine"
    assert type(found.served).__name__ == "Outer"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("from starlette.applications import Starlette\napp = Starlette()", "whose routes are not described"),
        ("app = Outer(None)", "no FastAPI application was found"),
        ("app = Outer([FastAPI(), FastAPI()])", "2 FastAPI applications were found"),
    ],
)
def test_a_wrapper_that_cannot_be_seen_through_is_refused(write: Write, line: str, reason: str) -> None:
    write("opaque.py", f"{WRAPPED}{line}\n")
    with pytest.raises(EntrypointError, match=reason) as caught:
        load("opaque:app")
    assert caught.value.code == "not-fastapi"
