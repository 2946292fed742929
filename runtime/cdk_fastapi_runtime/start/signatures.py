"""What functions declare when a route is registered with them, kept until FastAPI builds the route.

A text annotation means what its names mean then: after ``for Model in models: @app.post(...)`` they mean something
else. The same goes for a function whose annotations are changed between two registrations.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType, FunctionType, MethodType
from typing import Annotated, Any, NamedTuple, get_origin

Function = Callable[..., Any]

_NOTHING: tuple[Mapping[int, inspect.Signature], Mapping[int, Any]] = ({}, {})


class Plain(NamedTuple):
    """What makes the signature of a function: reading it waits as well."""

    of: Any
    code: CodeType
    defaults: tuple[Any, ...] | None
    keywords: dict[str, Any]
    annotations: dict[str, Any]

    def function(self) -> Function:
        """A function with this signature."""
        made = FunctionType(self.code, self.of.__globals__, self.of.__name__, self.defaults, self.of.__closure__)
        made.__kwdefaults__, made.__annotations__ = self.keywords, self.annotations
        return made


@dataclass(eq=False, slots=True)
class Declaration:
    """A function as it was at a registration, with the functions that it depends on."""

    function: Function
    plain: Plain | None
    signature: inspect.Signature | None
    dependencies: list[Declaration] = field(default_factory=list)


class Signatures:
    """Stands in for the functions of FastAPI that read signatures.

    Args:
        utils: the module ``fastapi.dependencies.utils``
        params: the module ``fastapi.params``
    """

    def __init__(self, utils: Any, params: Any) -> None:
        self._read = utils.get_typed_signature
        self._read_returned = utils.get_typed_return_annotation
        self._depends = params.Depends
        self._declared = threading.local()

    def declare(self, function: Function) -> Declaration:
        """What the function declares now."""
        plain = _plain(function)
        if plain is None:
            signature: inspect.Signature = self._read(function)
            defaults = [parameter.default for parameter in signature.parameters.values()]
            annotations = [parameter.annotation for parameter in signature.parameters.values()]
            declaration = Declaration(function, None, signature)
        else:
            defaults = [*(plain.defaults or ()), *plain.keywords.values()]
            annotations = [*plain.annotations.values()]
            declaration = Declaration(function, plain, None)
        written = [*defaults, *(each for annotation in annotations for each in _metadata(annotation))]
        declaration.dependencies = self.depended(each for each in written if isinstance(each, self._depends))
        return declaration

    def depended(self, depends: Iterable[Any]) -> list[Declaration]:
        """What the functions among these dependencies declare; a class is read when the route is built."""
        functions = (each.dependency for each in depends)
        return [self.declare(each) for each in functions if isinstance(each, FunctionType | MethodType)]

    def returned(self, declaration: Declaration) -> Any:
        """The return annotation, as FastAPI reads it."""
        if declaration.plain is not None:
            return declaration.plain.annotations.get("return")
        return self._read_returned(declaration.function)

    def signatures(self, declarations: Iterable[Declaration]) -> dict[int, inspect.Signature]:
        """The signatures of these and of all that they depend on, by the ``id`` of their functions."""
        found: dict[int, inspect.Signature] = {}
        for declaration in declarations:
            if id(declaration.function) not in found:
                as_it_was = declaration.plain.function() if declaration.plain else declaration.function
                found[id(declaration.function)] = declaration.signature or self._read(as_it_was)
                found = {**self.signatures(declaration.dependencies), **found}
        return found

    @contextmanager
    def as_declared(self, signatures: Mapping[int, inspect.Signature], returned: Mapping[int, Any]) -> Iterator[None]:
        """FastAPI reads these signatures and return annotations meanwhile, by the ``id`` of their functions."""
        before = getattr(self._declared, "now", _NOTHING)
        self._declared.now = (signatures, returned)
        try:
            yield
        finally:
            self._declared.now = before

    def get_typed_signature(self, call: Function) -> inspect.Signature:
        """In place of FastAPI's own."""
        known: inspect.Signature | None = getattr(self._declared, "now", _NOTHING)[0].get(id(call))
        return self._read(call) if known is None else known

    def get_typed_return_annotation(self, call: Function) -> Any:
        """In place of FastAPI's own."""
        returned = getattr(self._declared, "now", _NOTHING)[1]
        return returned[id(call)] if id(call) in returned else self._read_returned(call)


def _plain(function: Function) -> Plain | None:
    """Nothing where the signature is not in the function alone, or partly text."""
    if not isinstance(function, FunctionType) or function.__dict__:
        return None
    annotations = function.__annotations__
    if any(isinstance(annotation, str) for annotation in annotations.values()):
        return None
    return Plain(
        function, function.__code__, function.__defaults__, dict(function.__kwdefaults__ or {}), dict(annotations)
    )


def _metadata(annotation: Any) -> tuple[Any, ...]:
    annotation = getattr(annotation, "__value__", annotation)
    return annotation.__metadata__ if get_origin(annotation) is Annotated else ()
