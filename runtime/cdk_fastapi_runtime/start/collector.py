"""The garbage collector waits until the initialization is over.

Objects of an initialization stay: modules, classes, routes. The collector would traverse them repeatedly and
free next to nothing.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping


class PausedCollector:
    """Pauses the collector until ``resume``; an application that sets it up itself has the last word."""

    def __init__(self) -> None:
        self._thresholds = gc.get_threshold()
        # Not `gc.disable`: whether the application disabled it could not be told afterwards.
        gc.set_threshold(0)

    def resume(self, environ: Mapping[str, str]) -> None:
        """Starts the collector again, for objects that are made from now on."""
        # Nobody waits for an initialization before a snapshot or for provisioned concurrency, and its garbage would
        # stay in every environment.
        if environ.get("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand") != "on-demand":
            gc.collect()
        # Before the thresholds, which would have it look through everything at once.
        gc.freeze()
        if gc.get_threshold()[0] == 0:
            gc.set_threshold(*self._thresholds)
