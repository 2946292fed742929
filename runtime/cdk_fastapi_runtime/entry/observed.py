"""Observability for an application that knows nothing of it, with ``CDK_FASTAPI_OBSERVABILITY=1``."""

from __future__ import annotations

import logging

from fastapi import FastAPI

from ..observability import Metrics, RequestKeys, Tracer, observe
from .json_log import JsonFormatter


def install_observability(app: FastAPI) -> None:
    """Observes the application, and has log records written as JSON; one that observes itself is left alone.

    Handlers that the application has given a format keep it, and get the keys of the request as attributes of records.
    """
    if getattr(app.state, "observed", False):
        return
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.StreamHandler())
    for handler in root.handlers:
        of_lambda = type(handler).__module__.startswith("awslambdaric.")
        if of_lambda or handler.formatter is None or isinstance(handler.formatter, JsonFormatter):
            # Lambda's logging handler adds no line end.
            handler.setFormatter(JsonFormatter(observed=True, end="\n" if of_lambda else ""))
        handler.addFilter(RequestKeys())
    observe(app, logger=logging.getLogger("cdk_fastapi"), metrics=Metrics(), tracer=Tracer())
