"""SnapStart under the web adapter: its two requests call the functions that ``snapshot_restore_py`` was given.

Lambda's Python runtime calls them itself, but it does not run here. What is registered with it therefore works in
functions of both kinds.

@see https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html
"""

from __future__ import annotations

import importlib
import random
from collections.abc import Callable, Mapping
from functools import partial
from types import ModuleType

BEFORE = "AWS_LWA_SNAPSTART_BEFORE_CHECKPOINT_PATH"
AFTER = "AWS_LWA_SNAPSTART_AFTER_RESTORE_PATH"

Hook = Callable[[], None]


def snapshot_hooks(environ: Mapping[str, str]) -> dict[str, Callable[[], list[Hook]]]:
    """What is to be called at each of the adapter's paths, one after the other; empty without SnapStart."""
    hooks = {BEFORE: before_checkpoint, AFTER: after_restore}
    return {environ[name]: hook for name, hook in hooks.items() if environ.get(name)}


def before_checkpoint() -> list[Hook]:
    """What was registered, the last first, as Lambda's runtime calls it."""
    return _registered("get_before_snapshot")[::-1]


def after_restore() -> list[Hook]:
    """What gives every environment randomness of its own, and what was registered."""
    return [random.seed, *_registered("get_after_restore")]


def _registered(registry: str) -> list[Hook]:
    module = _registry()
    found = getattr(module, registry)() if module else []
    return [partial(function, *arguments, **keywords) for function, arguments, keywords in found]


def _registry() -> ModuleType | None:
    try:
        # Part of Lambda's runtimes, not of the bundle.
        return importlib.import_module("snapshot_restore_py")
    except ImportError:
        return None
