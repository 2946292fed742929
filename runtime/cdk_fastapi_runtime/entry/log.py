"""The logger of this package."""

from __future__ import annotations

import logging

NAME = "cdk_fastapi_runtime"


def logger() -> logging.Logger:
    """The logger, enabled: ``dictConfig`` disables by default whatever logger it finds and does not name.

    What failed has to be in the log whenever and however the application sets up its logging.
    """
    found = logging.getLogger(NAME)
    found.disabled = False
    return found
