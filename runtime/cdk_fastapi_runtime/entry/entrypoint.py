"""Loads the FastAPI application of ``pkg.main:app``, and the user's own Lambda handler."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.types import ASGIApp

from ..routing.paths import endpoints
from .wrapped import applications_inside, is_asgi

LambdaHandler = Callable[[Any, Any], Any]


class EntrypointError(Exception):
    """The entrypoint does not name a FastAPI application; ``code`` is one of three causes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Entrypoint:
    """The result of loading an entrypoint; ``handler`` is the module's own Lambda handler, if it has one."""

    app: FastAPI
    served: ASGIApp
    """What answers requests: the application, or what is wrapped around it."""
    module: ModuleType
    handler: LambdaHandler | None


def load_app(entrypoint: str) -> FastAPI:
    """The FastAPI application of ``pkg.main:app`` or of the factory ``pkg.main:create_app``."""
    return load(entrypoint).app


def load(entrypoint: str) -> Entrypoint:
    """Imports the module and finds the application; exceptions of the module itself are not caught."""
    module_name, separator, attribute = entrypoint.partition(":")
    if not module_name or not separator or not attribute:
        raise EntrypointError(
            "attribute-not-found",
            f"`entrypoint` must be written as module:attribute, such as pkg.main:app, got: {entrypoint}",
        )
    module = _import(module_name, entrypoint)
    app, served = _application(_attribute(module, attribute, entrypoint), entrypoint, module)
    return Entrypoint(app, served, module, _own_handler(module, app))


def _import(name: str, entrypoint: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        # A module that the user's module imports and that is missing is the user's error, with the user's traceback.
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise
        raise EntrypointError(
            "module-not-found",
            f"`entrypoint` must name a module that can be imported, got: {entrypoint}, "
            f"and there is no module {error.name}: "
            "name the module as Python imports it from the project's directory or from its src directory",
        ) from None


def _attribute(module: ModuleType, path: str, entrypoint: str) -> Any:
    found: Any = module
    for name in path.split("."):
        try:
            found = getattr(found, name)
        except AttributeError:
            raise EntrypointError(
                "attribute-not-found",
                f"`entrypoint` must name an attribute of its module, got: {entrypoint}, "
                f"and {module.__name__} has no attribute {path}{_candidates(module)}",
            ) from None
    return found


def _candidates(module: ModuleType) -> str:
    names = sorted(name for name, value in vars(module).items() if isinstance(value, FastAPI))
    return f": its FastAPI applications are {', '.join(names)}" if names else ""


def _application(found: Any, entrypoint: str, module: ModuleType) -> tuple[FastAPI, ASGIApp]:
    """The FastAPI application and what is served: the same, or what is wrapped around it.

    A handler of the module's own has called the factory already. What it answers with is the application then: another
    one would have the guards, and get no request.
    """
    described = f"an object of type {type(found).__name__}"
    if inspect.isroutine(found) and not is_asgi(found):
        if inspect.iscoroutinefunction(found):
            described = "an async function"
        elif not _callable_with(found, 0):
            described = "a function with required arguments"
        else:
            found = _behind_handler(module) or found()
            described = f"a function that returned an object of type {type(found).__name__}"
    if isinstance(found, FastAPI):
        return found, found
    if is_asgi(found):
        return _inside(found, entrypoint, described), found
    raise EntrypointError(
        "not-fastapi",
        "`entrypoint` must name a FastAPI application, what is wrapped around one, or a function without required "
        f"arguments that returns either, got: {entrypoint}, which is {described}",
    )


def _behind_handler(module: ModuleType) -> Any:
    """What the module's handler answers with: a Mangum says so; of a function it is the module's only application."""
    handler: Any = getattr(module, "handler", None)
    if type(handler).__module__.startswith("mangum."):
        return handler.app
    applications = [value for value in vars(module).values() if isinstance(value, FastAPI)]
    return applications[0] if inspect.isfunction(handler) and len(applications) == 1 else None


def _inside(wrapper: Any, entrypoint: str, described: str) -> FastAPI:
    inside = [] if isinstance(wrapper, Starlette) else applications_inside(wrapper)
    if len(inside) == 1:
        return inside[0]
    if isinstance(wrapper, Starlette):
        reason = "whose routes are not described, also where a FastAPI application is mounted in it"
    elif not inside:
        reason = "in which no FastAPI application was found: keep it as an attribute of the wrapper"
    else:
        reason = f"in which {len(inside)} FastAPI applications were found"
    raise EntrypointError(
        "not-fastapi",
        "`entrypoint` must lead to one FastAPI application whose operations are read, "
        f"got: {entrypoint}, which is {described}, {reason}; or name the FastAPI application itself",
    )


def _own_handler(module: ModuleType, app: FastAPI) -> LambdaHandler | None:
    handler: LambdaHandler | None = getattr(module, "handler", None)
    if not callable(handler) or inspect.isclass(handler) or isinstance(handler, FastAPI):
        return None
    if inspect.iscoroutinefunction(handler) or not _callable_with(handler, 2):
        return None
    # A route or an exception handler may be called `handler` too, and takes requests, not events.
    if (
        any(endpoint is handler for endpoint in endpoints(app.router.routes))
        or handler in app.exception_handlers.values()
    ):
        return None
    return handler


def _callable_with(function: Callable[..., Any], count: int) -> bool:
    try:
        inspect.signature(function).bind(*[None] * count)
    except (TypeError, ValueError):
        return False
    return True
