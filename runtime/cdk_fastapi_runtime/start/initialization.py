"""The steps before FastAPI and the application are imported, and at the end of the initialization."""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping

from .collector import PausedCollector
from .tried import unknown_code, untried

logger = logging.getLogger("cdk_fastapi_runtime")


class Initialization:
    """Begins when it is made, before FastAPI is imported."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._collector: PausedCollector | None = PausedCollector()
        if environ.get("CDK_FASTAPI_EAGER_ROUTES") == "1":
            return
        reason = _install()
        if reason is not None:
            logger.debug("Routes and models are built at start, because this was not tried with %s", reason)

    def end(self) -> None:
        """The function is ready; again does nothing."""
        if self._collector is not None:
            self._collector.resume(self._environ)
            self._collector = None


@functools.cache
def _install() -> str | None:
    """Has routes and models wait, or says what of this environment was not tried; once in a process."""
    reason = untried()
    if reason is not None:
        return reason
    from .deferred_models import install_deferred_models

    # Before FastAPI's own models, which describe OpenAPI documents.
    install_deferred_models()
    from fastapi import params, routing
    from fastapi.dependencies import utils

    from .lazy_routes import install_lazy_routes
    from .pydantic_v1 import install_pydantic_v1_check

    reason = unknown_code(routing)
    if reason is None:
        install_pydantic_v1_check()
        install_lazy_routes(routing, utils, params)
    return reason
