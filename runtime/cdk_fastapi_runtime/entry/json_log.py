"""Log records as one line of JSON each, with the request they belong to.

Beside the web adapter nobody prepares logging, as Lambda's Python runtime does for a handler: records of the
application would be lost, and every line of a traceback would be an event of its own.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime

REQUEST_ID: ContextVar[str | None] = ContextVar("cdk_fastapi_request_id", default=None)
"""Lambda's request id, in the tasks and threads that work for the request."""

CORRELATION_ID: ContextVar[str | None] = ContextVar("cdk_fastapi_correlation_id", default=None)
"""What the caller sent as ``x-correlation-id``."""


def install_logging(environ: Mapping[str, str]) -> None:
    """Gives the root logger a handler, before the application is imported; its own handlers stay its own."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    level = logging.getLevelNamesMapping().get(environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper())
    root.setLevel(logging.WARNING if level is None else level)


class JsonFormatter(logging.Formatter):
    """The names that Lambda's Python runtime has for its own JSON records."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "message": record.getMessage().strip(),
            "logger": record.name,
            "requestId": REQUEST_ID.get(),
            "correlationId": CORRELATION_ID.get(),
        }
        if record.exc_info and record.exc_info[0]:
            line["errorType"] = record.exc_info[0].__name__
            line["stackTrace"] = self.formatException(record.exc_info)
        return json.dumps({name: value for name, value in line.items() if value is not None})
