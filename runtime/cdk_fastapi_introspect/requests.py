"""The requests that each operation accepts, so that API Gateway can refuse others before a function starts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI, params
from fastapi.exception_handlers import request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from cdk_fastapi_runtime.routing.routes import leaves

from .accepted import Acceptance, Schema, refuses_blank


class Requests:
    """The requests that the documented operations of an application accept."""

    def __init__(self, app: FastAPI) -> None:
        self._acceptance = Acceptance()
        self._own_answer = (
            app.exception_handlers.get(RequestValidationError) is not request_validation_exception_handler
        )
        self._routes: dict[tuple[str, str], Any] = {}
        for route in leaves(app.router.routes):
            for method in getattr(route, "methods", None) or () if hasattr(route, "dependant") else ():
                if getattr(route, "include_in_schema", False):
                    self._routes.setdefault((method, route.path_format), route)

    def of(self, method: str, path: str) -> dict[str, Any]:
        """The facts of one operation; none where this version of FastAPI or pydantic keeps them elsewhere."""
        route = self._routes.get((method, path))
        try:
            return {} if route is None else {"accepts": accepted_request(route, self._acceptance)}
        except Exception:  # noqa: BLE001 what cannot be told is left to the application
            return {"accepts": {"left": "its schemas cannot be read"}}

    def facts(self) -> dict[str, Any]:
        """What all operations share."""
        return {
            **({"accepted": self._acceptance.definitions} if self._acceptance.definitions else {}),
            **({"ownValidationAnswer": True} if self._own_answer else {}),
        }


def accepted_request(route: Any, acceptance: Acceptance) -> dict[str, Any]:
    """The accepted body of a route and the parameters that it needs, or why a part is left to the application."""
    if type(getattr(route, "original_route", route)) is not APIRoute:
        return {"left": "its route class reads requests in its own way"}
    body, left = _body(route, acceptance)
    query, header = (
        _required(list(_parameters(route.dependant, place))) for place in ("query_params", "header_params")
    )
    return {
        **({"body": body} if body is not None else {}),
        **({"left": left} if left else {}),
        **({"query": query} if query else {}),
        **({"header": header} if header else {}),
    }


def _body(route: Any, acceptance: Acceptance) -> tuple[Schema | None, str | None]:
    field = route.body_field
    if field is None:
        return None, None
    if isinstance(field.field_info, params.Form):
        return None, "its body is a form"
    if getattr(field.field_info, "media_type", "application/json") != "application/json":
        return None, "its body is not `application/json`"
    if not field.field_info.is_required():
        return None, "its body may be left out"
    kinds = acceptance.kinds(field._type_adapter.core_schema)
    # Without a media type the application may take the bytes themselves for a text.
    if not kinds.keys() <= {"object", "array"}:
        return None, "its body may be more than an object or a list"
    return acceptance.render(kinds), None


def _parameters(dependant: Any, place: str) -> Iterator[Any]:
    yield from getattr(dependant, place)
    for dependency in dependant.dependencies:
        yield from _parameters(dependency, place)


def _required(fields: list[Any]) -> list[str]:
    return sorted(
        {
            field.alias
            for field in fields
            if field.field_info.is_required() and refuses_blank(field._type_adapter.core_schema)
        }
    )
