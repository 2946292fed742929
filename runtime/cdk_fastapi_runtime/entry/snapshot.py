"""SnapStart: the hooks that ``snapshot_restore_py`` was given.

Lambda's Python runtime calls them itself, but it does not run under the web adapter, whose two requests stand for it.
What is registered with it therefore works in functions of both kinds.

@see https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html
"""

from __future__ import annotations

import asyncio
import importlib
import random
import sys
from collections.abc import Callable, Mapping
from functools import partial
from types import ModuleType
from typing import Any

_PACKAGE = "snapshot_restore_py"

BEFORE = "AWS_LWA_SNAPSTART_BEFORE_CHECKPOINT_PATH"
AFTER = "AWS_LWA_SNAPSTART_AFTER_RESTORE_PATH"

Hook = Callable[[], None]


def snapshot_hooks(environ: Mapping[str, str]) -> dict[str, Callable[[], list[Hook]]]:
    """The functions to call at each of the adapter's paths, in order; empty without SnapStart."""
    hooks = {BEFORE: before_checkpoint, AFTER: after_restore}
    return {environ[name]: hook for name, hook in hooks.items() if environ.get(name)}


def before_checkpoint() -> list[Hook]:
    """The registered functions, the last one first, as Lambda's runtime calls them."""
    return _registered("get_before_snapshot")[::-1]


def after_restore() -> list[Hook]:
    """A new seed for the random generator of each environment, then the registered functions."""
    return [random.seed, *_registered("get_after_restore")]


def keep_current_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Has each hook that Lambda's own runtime will call leave this loop as the current one.

    ``asyncio.run`` leaves none, and the next hook may ask for it.
    """
    # Nothing is registered where nobody has imported it.
    module = sys.modules.get(_PACKAGE)
    for registry in (module.get_before_snapshot(), module.get_after_restore()) if module else ():
        registry[:] = [
            (_KeepingLoop(loop, function), arguments, keywords) for function, arguments, keywords in registry
        ]


class _KeepingLoop:
    def __init__(self, loop: asyncio.AbstractEventLoop, function: Callable[..., Any]) -> None:
        self._loop = loop
        self._function = function

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        try:
            return self._function(*arguments, **keywords)
        finally:
            asyncio.set_event_loop(self._loop)


def _registered(registry: str) -> list[Hook]:
    module = _registry()
    found = getattr(module, registry)() if module else []
    return [partial(function, *arguments, **keywords) for function, arguments, keywords in found]


def _registry() -> ModuleType | None:
    try:
        # Part of Lambda's runtimes, not of the bundle.
        return importlib.import_module(_PACKAGE)
    except ImportError:
        return None
