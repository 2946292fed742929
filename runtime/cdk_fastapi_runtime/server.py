"""The application as a server for the Lambda Web Adapter: ``python -m cdk_fastapi_runtime.server``, by ``run.sh``.

It reads the variables of ``entry/start.py``, and ``AWS_LWA_PORT`` or ``PORT`` as the adapter does. The adapter begins
with the first request once the port is open, which is after the application's lifespan has started; whatever fails
before ends the process, and so the initialization.
"""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Mapping
from pathlib import Path

from .start.initialization import Initialization
from .start.site_directory import use_site_directories

# Before everything else: packages may change how modules are imported.
use_site_directories()

# Before the imports below, which import FastAPI.
INITIALIZATION = Initialization(os.environ)

from .entry.json_log import install_logging
from .entry.main_thread import MainThread
from .entry.start import load_application, start
from .gateway.web_adapter import WebAdapterGateway
from .telemetry.stages import after_start

HEADER_LIMIT = 128 * 1024
"""Bytes of a request's head: a gateway takes 10 KB, and the adapter adds the request context with its claims."""

KEEP_ALIVE = 3600
"""Seconds. The adapter closes idle connections itself: one that this side closes meanwhile would cost a request."""


def main(environ: Mapping[str, str]) -> None:
    """Serves until Lambda ends the environment."""
    install_logging(environ)
    gateway = build(environ)
    # After the application, whose logging would disable the server's loggers if they existed.
    import uvicorn

    server = uvicorn.Server(
        uvicorn.Config(
            gateway,
            host="127.0.0.1",
            port=int(environ.get("AWS_LWA_PORT") or environ.get("PORT") or "8080"),
            log_config=None,
            access_log=False,
            lifespan="off",
            proxy_headers=False,
            server_header=False,
            ws="none",
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=1,
            h11_max_incomplete_event_size=HEADER_LIMIT,
        )
    )
    logging.getLogger("uvicorn.error").addFilter(_NotOfTheServer())
    # The server ends well and then raises its signal again, which would end the process before the shut-down.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    # The port is not open yet.
    INITIALIZATION.end()
    gateway.thread.serve(server.serve())
    gateway.lifespan.stop()


def build(environ: Mapping[str, str]) -> WebAdapterGateway:
    """The application that the environment asks for, started, as the server is to run it."""
    loaded = load_application(environ)
    lifespan = start(loaded, environ)
    app = loaded.entrypoint.app
    flusher = after_start(app, environ)
    at_end = flusher.flush_async if flusher else None
    return WebAdapterGateway(app, lifespan, MainThread(loaded.loop), environ, served=loaded.served, at_end=at_end)


class _NotOfTheServer(logging.Filter):
    """Drops what the server says of its own start and end; applications use its logger for their records."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING or "uvicorn" not in Path(record.pathname).parts


if __name__ == "__main__":
    main(os.environ)
