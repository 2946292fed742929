"""Log records that know their request."""

from __future__ import annotations

import logging

from .request import current_request

_REPORTED = "_reported_by_observability"


class RequestKeys(logging.Filter):
    """Gives each record the keys of its request; a key that the record has already stays."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = current_request()
        if request is not None:
            for name, value in request.keys().items():
                record.__dict__.setdefault(name, value)
        return True


class Unreported(logging.Filter):
    """Drops a server's record of an exception that has already been logged with its request."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not (record.exc_info and hasattr(record.exc_info[1], _REPORTED))


def mark_reported(error: BaseException) -> None:
    """Says that this exception has been logged."""
    setattr(error, _REPORTED, True)


def silence_servers() -> None:
    """Lets servers pass over exceptions that have been logged."""
    for name in ("uvicorn.error", "mangum.http", "cdk_fastapi_runtime"):
        logger = logging.getLogger(name)
        if not any(isinstance(existing, Unreported) for existing in logger.filters):
            logger.addFilter(Unreported())
