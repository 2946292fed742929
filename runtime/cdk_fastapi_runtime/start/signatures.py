"""What functions declare when a route is registered with them, kept until FastAPI builds the route.

A text annotation means what its names mean then: after ``for Model in models: @app.post(...)`` they mean something
else. The same goes for a function whose annotations are changed between two registrations.
"""

from __future__ import annotations

import inspect
import operator
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import FunctionType, MethodType
from typing import Any
from weakref import WeakKeyDictionary

Function = Callable[..., Any]


@dataclass(eq=False)
class Declaration:
    """The signature of a function as FastAPI reads it, and the functions that it depends on."""

    signature: inspect.Signature
    state: tuple[object, ...]
    written: list[Any]
    dependencies: list[tuple[Function, Declaration]] = field(default_factory=list)
    returned: Any = None
    has_returned: bool = False

    def collect(self, into: dict[int, inspect.Signature]) -> None:
        """Adds the signatures of everything that this depends on."""
        for function, declaration in self.dependencies:
            if id(function) not in into:
                into[id(function)] = declaration.signature
                declaration.collect(into)


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
        self._known: WeakKeyDictionary[Function, Declaration] = WeakKeyDictionary()
        self._built = threading.local()

    def declare(self, function: Function) -> Declaration:
        """What the function declares now."""
        state = _state(function)
        known = self._known.get(function) if state is not None else None
        if known is None or not _same(known.state, state):
            signature = self._read(function)
            written = [each for parameter in signature.parameters.values() for each in self._depends_of(parameter)]
            known = Declaration(signature, state or (), written)
        # They may have changed although the function has not.
        dependencies = self.depended(known.written)
        if [declaration for _, declaration in dependencies] != [declaration for _, declaration in known.dependencies]:
            known = replace(known, dependencies=dependencies)
        if state is not None:
            self._known[function] = known
        return known

    def depended(self, depends: Iterable[Any]) -> list[tuple[Function, Declaration]]:
        """What the functions among these dependencies declare; a class is read when the route is built."""
        functions = [each.dependency for each in depends if isinstance(each.dependency, FunctionType | MethodType)]
        return [(function, self.declare(function)) for function in functions]

    def returned(self, function: Function, declaration: Declaration) -> Any:
        """The return annotation of the function that declares this."""
        if not declaration.has_returned:
            declaration.returned = self._read_returned(function)
            declaration.has_returned = True
        return declaration.returned

    @contextmanager
    def as_declared(self, signatures: Mapping[int, inspect.Signature], returned: Mapping[int, Any]) -> Iterator[None]:
        """FastAPI reads these signatures meanwhile, by the ``id`` of their functions."""
        before = getattr(self._built, "now", None)
        self._built.now = (signatures, returned)
        try:
            yield
        finally:
            self._built.now = before

    def get_typed_signature(self, call: Function) -> inspect.Signature:
        """In place of FastAPI's own."""
        now = getattr(self._built, "now", None)
        known: inspect.Signature | None = now[0].get(id(call)) if now else None
        return self._read(call) if known is None else known

    def get_typed_return_annotation(self, call: Function) -> Any:
        """In place of FastAPI's own."""
        now = getattr(self._built, "now", None)
        return now[1][id(call)] if now and id(call) in now[1] else self._read_returned(call)

    def _depends_of(self, parameter: inspect.Parameter) -> list[Any]:
        annotation = getattr(parameter.annotation, "__value__", parameter.annotation)
        written = (parameter.default, *getattr(annotation, "__metadata__", ()))
        return [each for each in written if isinstance(each, self._depends)]


def _state(function: Function) -> tuple[object, ...] | None:
    """What makes the function's signature; nothing where that is not in the function alone, or said as text."""
    if type(function) is not FunctionType or function.__dict__:
        return None
    annotations, keywords = function.__annotations__, function.__kwdefaults__ or {}
    if any(isinstance(annotation, str) for annotation in annotations.values()):
        return None
    return (
        function.__code__,
        function.__defaults__,
        *keywords,
        *keywords.values(),
        *annotations,
        *annotations.values(),
    )


def _same(before: tuple[object, ...], now: tuple[object, ...] | None) -> bool:
    return now is not None and len(before) == len(now) and all(map(operator.is_, before, now))
