"""The regular expression of a route's path, compiled when the first request is compared with it."""

from __future__ import annotations

import re
from typing import Any

from starlette import routing

from .namesakes import with_names

_KEY = "_cdk_fastapi_pattern"


class _Uncompiled:
    """The module ``re``, except that ``compile`` returns its argument."""

    @staticmethod
    def compile(*expression: Any) -> tuple[Any, ...]:
        return expression

    def __getattr__(self, name: str) -> Any:
        return getattr(re, name)


compile_path = with_names(routing.compile_path, routing, re=_Uncompiled())
"""Starlette's own, with the expression and its flags instead of the pattern."""


class Pattern:
    """The expression as an attribute of the route's class, in effect until it is compiled."""

    @staticmethod
    def take(route: Any) -> None:
        """Stores the expression for the attribute."""
        state = vars(route)
        state[_KEY] = state.pop("path_regex")

    def __get__(self, route: Any, owner: type) -> Any:
        expression = vars(route).get(_KEY) if route is not None else None
        if expression is None:
            raise AttributeError(f"{owner.__name__!r} object has no attribute 'path_regex'")
        # Two threads may both compile it, which is harmless: the result is the same.
        return vars(route).setdefault("path_regex", re.compile(*expression))
