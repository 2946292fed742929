"""Log records as one line of JSON each, with the request they belong to.

Beside the web adapter nobody prepares logging, as Lambda's Python runtime does for a handler: records of the
application would be lost, and every line of a traceback would be an event of its own.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

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
    name = environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
    # Lambda has one more level than Python, and its Python runtime takes it for the lowest.
    level = logging.getLevelNamesMapping().get("DEBUG" if name == "TRACE" else name)
    root.setLevel(logging.WARNING if level is None else level)


class JsonFormatter(logging.Formatter):
    """One line of JSON for each record, by the names of Lambda's Python runtime.

    Args:
        observed: by the names of Powertools for AWS instead, with all that the record was given.
        end: what is written behind a line.
    """

    def __init__(self, *, observed: bool = False, end: str = "") -> None:
        super().__init__()
        self._observed = observed
        self._end = end
        self._service = os.environ.get("POWERTOOLS_SERVICE_NAME")

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "message": record.getMessage().strip(),
            "logger": record.name,
            **(self._powertools(record) if self._observed else self._lambda()),
        }
        if record.exc_info and record.exc_info[0]:
            name, trace = ("exception_name", "exception") if self._observed else ("errorType", "stackTrace")
            line[name] = record.exc_info[0].__name__
            line[trace] = self.formatException(record.exc_info)
        return json.dumps({name: value for name, value in line.items() if value is not None}, default=str) + self._end

    def _lambda(self) -> dict[str, Any]:
        return {"requestId": REQUEST_ID.get(), "correlationId": CORRELATION_ID.get()}

    def _powertools(self, record: logging.LogRecord) -> dict[str, Any]:
        return {
            "location": f"{record.funcName}:{record.lineno}",
            "service": self._service,
            **{name: value for name, value in vars(record).items() if name not in _STANDARD},
        }
