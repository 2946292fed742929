"""The Lambda handler, ``cdk_fastapi_runtime.handler.handler``.

It reads the environment and does all the work of the start, so that every failure is an error of the initialization:

- ``CDK_FASTAPI_APP``: the entrypoint, such as ``pkg.main:app``; also a factory.
- ``CDK_FASTAPI_OPERATION``: the operation that this function serves, such as ``GET /items/{item_id}``, or several, one
  per line; absent, the function serves the whole application.
- ``CDK_FASTAPI_BASE_PATH``: the base path of a custom domain.
- ``CDK_FASTAPI_OBSERVABILITY``: ``1`` adds logs, metrics and traces, see ``observability``.
- ``CDK_FASTAPI_EAGER_ROUTES``: ``1`` has all routes and models built at start, see ``start``.
- ``CDK_FASTAPI_CORS_ALLOW_ORIGINS`` and its companions: see ``cors.py``.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Mapping, Sequence

from .start.initialization import Initialization

# Before the imports below, which import FastAPI.
INITIALIZATION = Initialization(os.environ)

from .entry.entrypoint import Entrypoint, LambdaHandler, load
from .guard.operation_guard import Operation, install_guard
from .middleware.cors import install_cors
from .start.preparation import prepare


def build(environ: Mapping[str, str]) -> LambdaHandler:
    """The handler that the environment asks for: the module's own, else one made for its application."""
    entrypoint = load(environ.get("CDK_FASTAPI_APP", ""))
    operations = Operation.parse_all(environ.get("CDK_FASTAPI_OPERATION", ""))
    handler = _serve(entrypoint, operations, environ)
    prepare(entrypoint.app.router.routes, operations, environ)
    return handler


def _serve(entrypoint: Entrypoint, operations: Sequence[Operation], environ: Mapping[str, str]) -> LambdaHandler:
    if operations:
        install_guard(entrypoint.app, *operations)
    if environ.get("CDK_FASTAPI_OBSERVABILITY") == "1":
        # Only here, as with Mangum: a cold start pays for what it uses.
        from .entry.observed import install_observability

        install_observability(entrypoint.app)
    install_cors(entrypoint.app, environ)
    own = entrypoint.handler
    # A bundle whose module has its own handler need not contain Mangum.
    if own is not None and not type(own).__module__.startswith("mangum."):
        return own
    from .gateway.adapter import adapt, is_plain_mangum

    if own is not None and not is_plain_mangum(own, entrypoint.app):
        return own
    return adapt(entrypoint.app, environ.get("CDK_FASTAPI_BASE_PATH", ""))


try:
    handler = build(os.environ)
except ImportError:
    # The runtime reports an ImportError by its message alone, and calls this module the culprit.
    traceback.print_exc()
    raise
INITIALIZATION.end()
