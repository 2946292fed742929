"""The FastAPI application inside another ASGI application: middleware around it, or a function that calls it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterable, Iterator
from types import FunctionType, MethodType, ModuleType
from typing import Any

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Router

MOST = 1000
"""Objects that are looked at: what holds more than this is not a wrapper."""


def is_asgi(candidate: Any) -> bool:
    """Whether something is called with scope, receive and send; a function that takes nothing as well makes an app."""
    if inspect.isclass(candidate) or not _takes(candidate, 3):
        return False
    return not (inspect.isroutine(candidate) and _takes(candidate, 0))


def applications_inside(wrapper: Any) -> list[FastAPI]:
    """Every FastAPI application that a wrapper leads to without a router between: those serve other paths."""
    return [part for part in _inside(wrapper) if isinstance(part, FastAPI)]


def layers(served: Any, app: FastAPI) -> list[Any]:
    """What stands around an application, from what is served on; nothing where that is the application itself."""
    return [] if served is app else [served, *(part for part in _inside(served) if not isinstance(part, FastAPI))]


def _inside(wrapper: Any) -> Iterator[Any]:
    """What may lead to an application, and applications, each once."""
    seen = {id(wrapper)}
    waiting = [wrapper]
    while waiting and len(seen) < MOST:
        for part in _parts(waiting.pop()):
            if id(part) in seen:
                continue
            seen.add(id(part))
            if isinstance(part, FastAPI):
                yield part
            elif _may_lead_on(part):
                yield part
                waiting.append(part)


def chain_to(served: Any, app: FastAPI) -> list[Any]:
    """What is around an application, from the outside in; nothing where the application itself is served."""
    chain: list[Any] = []
    waiting = [served]
    while waiting and len(chain) < MOST:
        part = waiting.pop(0)
        if part is app or any(part is each for each in chain):
            continue
        chain.append(part)
        waiting.extend(inner for inner in _parts(part) if inner is not app and _may_lead_on(inner))
    return chain


def wrappers_of(app: FastAPI, candidates: Iterable[tuple[str, Any]]) -> list[str]:
    """Names of what wraps an application and is itself wrapped by nothing of the same candidates."""
    wrapping = [
        (name, each)
        for name, each in candidates
        if not isinstance(each, (FastAPI, Starlette, Router)) and is_asgi(each) and applications_inside(each) == [app]
    ]
    inner = [id(part) for _, each in wrapping for part in _parts(each)]
    return [name for name, each in wrapping if id(each) not in inner]


def _takes(candidate: Any, count: int) -> bool:
    try:
        inspect.signature(candidate).bind(*[None] * count)
    except (TypeError, ValueError):
        return False
    return True


def _may_lead_on(part: Any) -> bool:
    if isinstance(part, (Starlette, Router, BaseRoute, ModuleType, type)):
        return False
    if isinstance(part, (list, tuple, dict, functools.partial, FunctionType, MethodType)):
        return True
    return callable(part)


def _parts(whole: Any) -> Iterator[Any]:
    if isinstance(whole, (list, tuple)):
        yield from whole
    elif isinstance(whole, dict):
        yield from whole.values()
    elif isinstance(whole, functools.partial):
        yield whole.func
        yield from whole.args
        yield from whole.keywords.values()
    elif isinstance(whole, MethodType):
        yield whole.__self__
        yield whole.__func__
    elif isinstance(whole, FunctionType):
        yield from _parts_of_function(whole)
    else:
        yield from vars(whole).values() if hasattr(whole, "__dict__") else ()
        for kind in type(whole).__mro__:
            for name in _slots(kind):
                yield getattr(whole, name, None)


def _parts_of_function(function: FunctionType) -> Iterator[Any]:
    for name in function.__code__.co_names:
        named = function.__globals__.get(name)
        # Any other function that it names is code of the module and does not lead to an application.
        if isinstance(named, FastAPI) or (not inspect.isroutine(named) and is_asgi(named)):
            yield named
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:
            continue
    yield from function.__defaults__ or ()
    yield vars(function).get("__wrapped__")


def _slots(kind: type) -> tuple[str, ...]:
    slots = vars(kind).get("__slots__", ())
    return (slots,) if isinstance(slots, str) else tuple(slots)
