"""The start of a function of either kind: from the environment to an application that is guarded, observed and started.

- ``CDK_FASTAPI_APP``: the entrypoint, such as ``pkg.main:app``; also a factory.
- ``CDK_FASTAPI_OPERATION``: the operation that this function serves, such as ``GET /items/{item_id}``, or several, one
  per line; absent, the function serves the whole application.
- ``CDK_FASTAPI_ROUTE_REFUSALS``: the operations that requests of some routes must not reach, see ``route_guard``.
- ``CDK_FASTAPI_BASE_PATH``: the base path of a custom domain.
- ``CDK_FASTAPI_OBSERVABILITY``: ``1`` adds logs, metrics and traces, see ``observability``.
- ``CDK_FASTAPI_TELEMETRY``: ``opentelemetry`` sets OpenTelemetry up, see ``telemetry``; what an application has set up
  itself is flushed without it.
- ``CDK_FASTAPI_EAGER_ROUTES``: ``1`` has all routes and models built at start, see ``start``.
- ``CDK_FASTAPI_CORS_ALLOW_ORIGINS`` and its companions: see ``middleware/cors.py``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.types import ASGIApp

from ..guard.operation_guard import Operation, install_guard
from ..middleware.cors import install_cors, wrap_in_cors
from ..middleware.first_byte import install_first_byte
from ..start.preparation import prepare
from ..telemetry.stages import before_import, before_start
from .entrypoint import Entrypoint, load
from .lifespan import Lifespan


@dataclass(frozen=True)
class Loaded:
    """An application with its wrappers, the operations that it may serve, and its event loop."""

    entrypoint: Entrypoint
    served: ASGIApp
    """What answers requests: the application, or what is wrapped around it."""
    operations: Sequence[Operation]
    loop: asyncio.AbstractEventLoop


def load_application(environ: Mapping[str, str]) -> Loaded:
    """The application that the environment names."""
    # Modules that ask for the current event loop when they are imported get the one that will serve requests.
    ours = asyncio.new_event_loop()
    asyncio.set_event_loop(ours)
    before_import(environ)
    entrypoint = load(environ.get("CDK_FASTAPI_APP", ""))
    loop = current_loop()
    if loop is not ours:
        ours.close()
    app = entrypoint.app
    # A path has a single slash behind the root path, so the root path must not end in one.
    app.root_path = app.root_path.rstrip("/")
    operations = Operation.parse_all(environ.get("CDK_FASTAPI_OPERATION", ""))
    if operations:
        install_guard(app, *operations)
    refusals = environ.get("CDK_FASTAPI_ROUTE_REFUSALS")
    if refusals:
        # Imported here, so that a cold start imports only the modules that it uses.
        from ..guard.route_guard import install_route_guard

        install_route_guard(app, refusals)
    install_first_byte(app)
    if environ.get("CDK_FASTAPI_OBSERVABILITY") == "1":
        from .observed import install_observability

        install_observability(app)
    install_cors(app, environ)
    before_start(app, entrypoint.served, environ)
    # What is wrapped around it answers some requests itself.
    served = app if entrypoint.served is app else wrap_in_cors(entrypoint.served, environ)
    return Loaded(entrypoint, served, operations, loop)


def start(loaded: Loaded, environ: Mapping[str, str], *, lifespan: bool = True) -> Lifespan:
    """Starts the application's lifespan, unless it is off, and prepares what the first request needs."""
    app = loaded.entrypoint.app
    started = Lifespan(loaded.served, loaded.loop)
    if lifespan:
        started.start()
    # After the lifespan, which may add routes.
    prepare(app.router.routes, loaded.operations, environ)
    return started


def current_loop() -> asyncio.AbstractEventLoop:
    """The current event loop, which may be one of the application's own; a new one where it is closed or unset."""
    try:
        loop = asyncio.get_event_loop()
    except RuntimeError:
        # `asyncio.run` leaves none behind.
        loop = asyncio.new_event_loop()
    if loop.is_closed():
        loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    return loop
