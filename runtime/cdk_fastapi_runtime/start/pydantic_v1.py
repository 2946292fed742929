"""FastAPI asks of every annotation whether it is a model of pydantic 1, and imports all of ``pydantic.v1`` to know.

There are no such models while nobody has imported it.
"""

from __future__ import annotations

import sys
from typing import Any


def install_pydantic_v1_check() -> None:
    """Changes FastAPI in this process, in the versions (0.128 and newer) that ask."""
    try:
        from fastapi._compat import shared

        original = shared.is_pydantic_v1_model_class
    except (ImportError, AttributeError):
        return

    def is_pydantic_v1_model_class(cls: Any) -> bool:
        return "pydantic.v1" in sys.modules and original(cls)

    shared.is_pydantic_v1_model_class = is_pydantic_v1_model_class
