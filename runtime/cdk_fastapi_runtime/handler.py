"""The Lambda handler of a buffered function, ``cdk_fastapi_runtime.handler.handler``.

All the work of the start is done when this module is imported, so that every failure is an error of the initialization.
``entry/start.py`` names the variables that it reads.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Mapping

from .start.initialization import Initialization
from .start.site_directory import use_site_directories

# Before everything else: packages may change how modules are imported.
use_site_directories()

# Before the imports below, which import FastAPI.
INITIALIZATION = Initialization(os.environ)

from .entry.entrypoint import LambdaHandler
from .entry.own_handler import choose_handler
from .entry.snapshot import keep_current_loop
from .entry.start import load_application, start
from .gateway.adapter import Adapter
from .telemetry.stages import after_start


def build(environ: Mapping[str, str]) -> LambdaHandler:
    """The handler that the environment asks for: the module's own, else one made for its application."""
    loaded = load_application(environ)
    choice = choose_handler(loaded.entrypoint)
    lifespan = start(loaded, environ, lifespan=choice.lifespan)
    keep_current_loop(loaded.loop)
    app = loaded.entrypoint.app
    flusher = after_start(app, environ)
    if choice.own is None:
        if choice.lifespan:
            lifespan.stop_on_sigterm()
        base_path = environ.get("CDK_FASTAPI_BASE_PATH", "")
        chosen: LambdaHandler = Adapter(app, lifespan, base_path, served=loaded.served)
    else:
        chosen = choice.own
    if flusher is None:
        return chosen
    from .telemetry.after_answer import FlushingHandler

    return FlushingHandler(chosen, flusher)


try:
    handler = build(os.environ)
except ImportError:
    # The runtime reports an ImportError by its message alone, and calls this module the culprit.
    traceback.print_exc()
    raise
INITIALIZATION.end()
