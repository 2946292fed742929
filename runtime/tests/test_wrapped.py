"""What is wrapped around a FastAPI application, and the application in it."""

from __future__ import annotations

import functools
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Mount, Router
from starlette.testclient import TestClient

from cdk_fastapi_runtime.entry.wrapped import MOST, applications_inside, is_asgi, wrappers_of

APP = FastAPI()
OTHER = FastAPI()


class Wrapper:
    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None: ...


class Slotted:
    __slots__ = ("inner",)

    def __init__(self, app: Any) -> None:
        self.inner = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None: ...

    async def serve(self, scope: Any, receive: Any, send: Any) -> None: ...


class OneSlot:
    __slots__ = "only"

    def __init__(self, app: Any) -> None:
        self.only = app

    async def __call__(self, *arguments: Any) -> None: ...


async def by_name(scope: Any, receive: Any, send: Any) -> None:
    functools.partial(print, scope["type"])
    await APP(scope, receive, send)


async def with_default(scope: Any, receive: Any, send: Any, app: Any = APP) -> None:
    await app(scope, receive, send)


NAMED = Wrapper(APP)


async def by_wrapper(scope: Any, receive: Any, send: Any) -> None:
    await NAMED(scope, receive, send)


def decorated(app: Any) -> Any:
    async def inner(scope: Any, receive: Any, send: Any) -> None:
        await app(scope, receive, send)

    return inner


def kept(function: Any) -> Any:
    @functools.wraps(function)
    def outer(*arguments: Any) -> Any:
        return function(*arguments)

    return outer


def empty_cell() -> Any:
    async def inner(scope: Any, receive: Any, send: Any) -> None:
        await late(scope, receive, send)

    if not MOST:
        late = APP
    return inner


async def partial(app: Any, scope: Any, receive: Any, send: Any) -> None: ...


WRAPPED = [
    Wrapper(APP),
    Wrapper(Wrapper(APP)),
    Slotted(APP),
    OneSlot(APP),
    Slotted(APP).serve,
    Wrapper({"default": [APP]}),
    CORSMiddleware(APP),
    by_name,
    with_default,
    by_wrapper,
    decorated(APP),
    kept(by_name),
    functools.partial(partial, APP),
    functools.partial(partial, Wrapper(APP)),
]


@pytest.mark.parametrize("wrapper", WRAPPED)
def test_the_application_inside_is_found(wrapper: Any) -> None:
    assert is_asgi(wrapper)
    assert applications_inside(wrapper) == [APP]


@pytest.mark.parametrize(
    "wrapper",
    [
        Wrapper(None),
        Wrapper(Starlette(routes=[Mount("/api", APP)])),
        Wrapper(Router(routes=[Mount("/", APP)])),
        empty_cell(),
    ],
)
def test_what_does_not_lead_to_one_directly_holds_none(wrapper: Any) -> None:
    assert applications_inside(wrapper) == []


def test_several_are_all_found_and_an_endless_structure_ends() -> None:
    assert set(map(id, applications_inside(Wrapper([APP, OTHER])))) == {id(APP), id(OTHER)}
    loop: list[Any] = []
    loop.extend([loop, APP])
    assert applications_inside(Wrapper(loop)) == [APP]
    assert applications_inside(Wrapper([[[]] for _ in range(2 * MOST)])) == []


@pytest.mark.parametrize(
    "candidate",
    [
        Wrapper,
        functools,
        3,
        None,
        "app",
        lambda: APP,
        lambda a=1, b=2, c=3: APP,
        lambda event, context: None,
        TestClient,
    ],
)
def test_what_is_no_application(candidate: Any) -> None:
    assert not is_asgi(candidate)


def test_of_the_names_of_a_module_the_outermost_wrappers_are_told() -> None:
    inner = Wrapper(APP)
    names = {
        "app": APP,
        "inner": inner,
        "outer": Wrapper(inner),
        "other": Wrapper(OTHER),
        "root": Starlette(),
        "client": TestClient(APP),
        "make": lambda: APP,
        "x": 1,
    }
    assert wrappers_of(APP, names.items()) == ["outer"]
