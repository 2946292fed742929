"""Starts a finished bundle as Lambda would and measures where the time is spent.

    python -I -S profile_start.py RESULT REQUEST BUNDLE [DIRECTORY …]

RESULT is the file for the answer, as JSON: spans within spans, each with its kind, its name, and milliseconds of the
clock and of the processor. REQUEST is the event of the first request as JSON, or ``null``. Modules come from the bundle
and from Python itself alone, and from the directories of its layer.
"""

from __future__ import annotations

import functools
import time

INTERPRETER = time.process_time()

import importlib
import json
import os
import site
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, ModuleType, SimpleNamespace
from typing import Any


class Span:
    """A measured span of time, with the spans within it."""

    def __init__(self, kind: str, name: str) -> None:
        self.kind, self.name = kind, name
        self.began = (time.perf_counter(), time.process_time())
        self.taken = (0.0, 0.0)
        self.inside: list[Span] = []

    def end(self) -> None:
        self.taken = (time.perf_counter() - self.began[0], time.process_time() - self.began[1])

    def document(self) -> dict[str, Any]:
        wall, cpu = (round(seconds * 1000, 3) for seconds in self.taken)
        inside = [span.document() for span in self.inside]
        return {"kind": self.kind, "name": self.name, "ms": wall, "cpu": cpu, "inside": inside}


class Recorder:
    """The spans of the main thread; work of others is within what waits for it."""

    def __init__(self) -> None:
        self.whole = Span("start", "start")
        self._open = [self.whole]
        self._thread = threading.get_ident()

    @contextmanager
    def span(self, kind: str, name: str) -> Iterator[None]:
        if threading.get_ident() != self._thread:
            yield
            return
        span = Span(kind, name)
        self._open[-1].inside.append(span)
        self._open.append(span)
        try:
            yield
        finally:
            span.end()
            self._open.pop()

    def record(self, owner: Any, attribute: str, kind: str, name: Callable[..., str]) -> None:
        """Records each call of a function, which stays the same for all who look at it."""
        called = getattr(owner, attribute)

        @functools.wraps(called)
        def recorded(*args: Any, **kwargs: Any) -> Any:
            with self.span(kind, name(*args, **kwargs)):
                return called(*args, **kwargs)

        setattr(owner, attribute, recorded)

    def record_imports(self) -> None:
        """By the function that Python calls for each module that is not loaded yet, as ``-X importtime`` does."""
        frozen: Any = sys.modules["_frozen_importlib"]
        find_and_load = frozen._find_and_load

        def recorded(name: str, import_: Any) -> Any:
            with self.span("import", name):
                module = find_and_load(name, import_)
            self._loaded(name)
            return module

        frozen._find_and_load = recorded

    def _loaded(self, name: str) -> None:
        """Records what is done with a module, from its loading on."""
        module: Any = sys.modules.get(name)
        if name == "fastapi.routing":
            self.record(module.APIRouter, "add_api_route", "routes", lambda _router, path, *_, **__: path)
            self.record(module.APIRouter, "include_router", "routes", lambda *_, **__: "include_router")
        elif name == "pydantic._internal._model_construction":
            self.record(module.ModelMetaclass, "__new__", "model", lambda _meta, model, *_, **__: model)
        elif name == "botocore.session":
            self.record(module.Session, "create_client", "client", lambda _self, service, *_, **__: str(service))
        elif name == "cdk_fastapi_runtime.entry.lifespan":
            self.record(module.Lifespan, "start", "lifespan", lambda *_: "lifespan")
        elif name == "cdk_fastapi_runtime.start.preparation":
            self.record(module, "prepare", "preparation", lambda *_: "preparation")


def main(result: str, request: str, *directories: str) -> None:
    # What Python has beside its modules; its directories of packages stay out.
    site.setquit()
    site.setcopyright()
    site.sethelper()
    sys.path[:0] = directories
    sys.argv = [""]
    os.dup2(2, 1)
    recorder = Recorder()
    recorder.record_imports()
    status = None
    try:
        handler = importlib.import_module("cdk_fastapi_runtime.handler").handler
        if request != "null":
            with recorder.span("request", "first request"):
                status = handler(json.loads(request), SimpleNamespace(aws_request_id="profile"))["statusCode"]
        recorder.whole.end()
    except BaseException:  # noqa: BLE001 whatever it raises is the answer
        traceback.print_exc()
        _leave(1)
    document = {
        "interpreter": round(INTERPRETER * 1000, 3),
        "status": status,
        "places": {name: file for name in list(sys.modules) if (file := _file(name, directories))},
        "alone": _named_once(directories[0]),
        "start": recorder.whole.document(),
    }
    Path(result).write_text(json.dumps(document), encoding="utf-8")
    _leave(0)


def _file(name: str, directories: tuple[str, ...]) -> str | None:
    """The file of a top-level module of the bundle, relative to its directory."""
    file = getattr(sys.modules[name], "__file__", None)
    if "." in name or not isinstance(file, str):
        return None
    return next((os.path.relpath(file, each) for each in directories if file.startswith(f"{each}{os.sep}")), None)


def _named_once(task: str) -> dict[str, str]:
    """Modules that the application's code imports and that one endpoint alone names, with that endpoint."""
    routes = _endpoints()
    found: dict[str, list[str]] = {}
    for function in routes:
        names = _names(function.__code__)
        for name, value in function.__globals__.items():
            if name.startswith("__") or not _is_of_task(function.__globals__, task):
                continue
            top = _top(value)
            if top is not None and name in names:
                found.setdefault(top, []).append(function.__qualname__)
    others = {top for module in _modules(task) for top in _named_elsewhere(vars(module), routes)}
    return {top: by[0] for top, by in found.items() if len(set(by)) == 1 and top not in others}


def _endpoints() -> list[Any]:
    from cdk_fastapi_runtime.routing.paths import endpoints

    entry: Any = importlib.import_module("cdk_fastapi_runtime.entry.entrypoint")
    routes = entry.load_app(os.environ["CDK_FASTAPI_APP"]).router.routes
    return [each for each in endpoints(routes) if hasattr(each, "__code__") and hasattr(each, "__globals__")]


def _named_elsewhere(namespace: dict[str, Any], endpoints: list[Any]) -> Iterator[str]:
    """What other functions and classes of a module name."""
    names: set[str] = set()
    for value in list(namespace.values()):
        functions = [value, *vars(value).values()] if isinstance(value, type) else [value]
        for code in (getattr(each, "__code__", None) for each in functions if not _is_in(each, endpoints)):
            names |= _names(code) if isinstance(code, CodeType) else set()
    yield from (top for name in names if (top := _top(namespace.get(name))) is not None)


def _is_in(value: Any, others: list[Any]) -> bool:
    # Not by `==`, which values of the application may define as they like.
    return any(value is each for each in others)


def _names(code: CodeType) -> set[str]:
    nested = [_names(constant) for constant in code.co_consts if isinstance(constant, CodeType)]
    return set(code.co_names).union(*nested)


def _modules(task: str) -> list[Any]:
    return [module for module in list(sys.modules.values()) if _is_of_task(vars(module), task)]


def _is_of_task(namespace: dict[str, Any], task: str) -> bool:
    file = namespace.get("__file__")
    return isinstance(file, str) and file.startswith(task)


def _top(value: Any) -> str | None:
    name = getattr(value, "__name__", None) if isinstance(value, ModuleType) else getattr(value, "__module__", None)
    return name.partition(".")[0] if isinstance(name, str) else None


def _leave(status: int) -> None:
    # No thread or exit handler of the application delays the end.
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main(*sys.argv[1:])
