"""A copy of a function with other globals."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any


def with_names(function: Any, module: Any, **names: object) -> Callable[..., Any]:
    """The function of the module, with other values for some of its names; all others stay what they are there."""
    made = FunctionType(
        function.__code__, _Names(vars(module), names), function.__name__, function.__defaults__, function.__closure__
    )
    made.__kwdefaults__ = function.__kwdefaults__
    return made


class _Names(dict[str, Any]):
    def __init__(self, module: dict[str, Any], names: dict[str, object]) -> None:
        # The interpreter looks for the built-in functions here, and asks for nothing that is missing.
        super().__init__(names, __builtins__=module["__builtins__"])
        self._module = module

    def __missing__(self, name: str) -> Any:
        return self._module[name]
