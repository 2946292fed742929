"""Which handler a function has: the one that the application's module brings, or the one of this package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .entrypoint import Entrypoint, LambdaHandler


@dataclass(frozen=True)
class HandlerChoice:
    """The module's own handler where it is used, and whether ours runs the application's lifespan."""

    own: LambdaHandler | None
    lifespan: bool


def choose_handler(entrypoint: Entrypoint) -> HandlerChoice:
    """Uses a handler that the user has written, but replaces a ``Mangum(app)``.

    This package's handler does the same, and also knows stage, base path and spelling of the API's paths.
    """
    own: Any = entrypoint.handler
    # Compared by name, so that Mangum is not imported if the module has not imported it.
    if own is None or not type(own).__module__.startswith("mangum."):
        return HandlerChoice(own, lifespan=own is None)
    if _is_plain_mangum(own, entrypoint.served):
        return HandlerChoice(None, lifespan=own.lifespan != "off")
    return HandlerChoice(own, lifespan=False)


def _is_plain_mangum(handler: Any, app: Any) -> bool:
    """Whether a Mangum has this application and no options but its lifespan."""
    from mangum import Mangum

    return type(handler) is Mangum and vars(handler) == vars(Mangum(app, lifespan=handler.lifespan))
