"""Observability for an application that knows nothing of it, with ``CDK_FASTAPI_OBSERVABILITY=1``."""

from __future__ import annotations

import json
import logging
import os
import time
from typing import Any

from fastapi import FastAPI

from ..observability import Metrics, RequestKeys, Tracer, observe
from . import json_log

_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


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
        if of_lambda or handler.formatter is None or isinstance(handler.formatter, json_log.JsonFormatter):
            # Lambda's handler writes what it is given and no line end.
            handler.setFormatter(JsonFormatter("\n" if of_lambda else ""))
        handler.addFilter(RequestKeys())
    observe(app, logger=logging.getLogger("cdk_fastapi"), metrics=Metrics(), tracer=Tracer())


class JsonFormatter(logging.Formatter):
    """One line of JSON for each record, by the names that Powertools for AWS uses."""

    def __init__(self, end: str = "") -> None:
        super().__init__()
        self._end = end
        self._service = os.environ.get("POWERTOOLS_SERVICE_NAME")

    def format(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line: dict[str, Any] = {
            "level": record.levelname,
            "location": f"{record.funcName}:{record.lineno}",
            "message": record.getMessage(),
            "timestamp": f"{moment}.{int(record.msecs):03d}Z",
            "logger": record.name,
            "service": self._service,
            **{name: value for name, value in vars(record).items() if name not in _STANDARD},
        }
        if record.exc_info and record.exc_info[0]:
            line["exception_name"] = record.exc_info[0].__name__
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps({name: value for name, value in line.items() if value is not None}, default=str) + self._end
