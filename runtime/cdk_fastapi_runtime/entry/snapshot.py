"""SnapStart under the web adapter: its two requests call the functions that ``snapshot_restore_py`` was given.

Lambda's Python runtime calls them itself, but it does not run here. What is registered with it therefore works in
functions of both kinds.

@see https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html
"""

from __future__ import annotations

import importlib
import random
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

BEFORE = "AWS_LWA_SNAPSTART_BEFORE_CHECKPOINT_PATH"
AFTER = "AWS_LWA_SNAPSTART_AFTER_RESTORE_PATH"

Hook = Callable[[], None]


def snapshot_hooks(environ: Mapping[str, str]) -> dict[str, Hook]:
    """What each of the adapter's paths does; empty without SnapStart."""
    hooks = {BEFORE: before_checkpoint, AFTER: after_restore}
    return {environ[name]: hook for name, hook in hooks.items() if environ.get(name)}


def before_checkpoint() -> None:
    """Calls what was registered, the last first, as Lambda's runtime does."""
    for function, arguments, keywords in reversed(_registered("get_before_snapshot")):
        function(*arguments, **keywords)


def after_restore() -> None:
    """Gives every environment randomness of its own, and calls what was registered."""
    random.seed()
    for function, arguments, keywords in _registered("get_after_restore"):
        function(*arguments, **keywords)


def _registered(registry: str) -> list[tuple[Callable[..., None], tuple[Any, ...], dict[str, Any]]]:
    module = _registry()
    return list(getattr(module, registry)()) if module else []


def _registry() -> ModuleType | None:
    try:
        # Part of Lambda's runtimes, not of the bundle.
        return importlib.import_module("snapshot_restore_py")
    except ImportError:
        return None
