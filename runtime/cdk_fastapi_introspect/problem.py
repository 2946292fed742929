"""Problems of reading the application, as data."""

from __future__ import annotations

import importlib
import os
import traceback
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any

_LINES = 20
_OURS = str(Path(__file__).resolve().parent.parent) + os.sep


@dataclass(frozen=True)
class Problem:
    """One problem; ``location`` is the innermost line of the project itself, else the innermost line."""

    code: str
    message: str
    traceback: str = ""
    location: str = ""
    waits: bool = False
    """Whether an application that takes too long stands still."""
    spent: str = ""
    """On which modules its time went."""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def from_exception(code: str, message: str, error: BaseException, entry: Path) -> Problem:
    """The problem behind an exception, without the frames of this tool and of the import machinery."""
    formatted = traceback.TracebackException.from_exception(error)
    _forget_ours(formatted)
    lines = "".join(formatted.format()).splitlines()
    places = [(frame.filename, frame.lineno or 0) for frame in formatted.stack]
    if isinstance(error, SyntaxError) and error.filename:
        places.append((error.filename, error.lineno or 0))
    return Problem(code, message, "\n".join(lines[-_LINES:]), _innermost(places, entry))


def from_frame(
    code: str, message: str, frame: FrameType, entry: Path, *, waits: bool = False, spent: str = ""
) -> Problem:
    """The problem of a thread that stands where ``frame`` says."""
    stack = [place for place in traceback.extract_stack(frame) if not is_ours(place.filename)]
    lines = "".join(traceback.format_list(stack)).splitlines()
    places = [(place.filename, place.lineno or 0) for place in stack]
    return Problem(code, message, "\n".join(lines[-_LINES:]), _innermost(places, entry), waits, spent)


def _innermost(places: list[tuple[str, int]], entry: Path) -> str:
    own = [place for place in places if _is_in(place[0], entry)]
    for filename, line in reversed(own or places):
        shown = os.path.relpath(filename, entry) if _is_in(filename, entry) else filename
        return f"{shown}:{line}"
    return ""


def _is_in(filename: str, entry: Path) -> bool:
    # A virtual environment usually lies inside the project, and is not the project.
    return filename.startswith(f"{entry}{os.sep}") and "site-packages" not in filename


def is_ours(filename: str) -> bool:
    return filename.startswith((_OURS, "<frozen importlib", "<frozen runpy")) or filename == importlib.__file__


def _forget_ours(formatted: traceback.TracebackException) -> None:
    for chained in _chain(formatted):
        kept = [frame for frame in chained.stack if not is_ours(frame.filename)]
        chained.stack = traceback.StackSummary.from_list(kept)


def _chain(formatted: traceback.TracebackException | None) -> Iterator[traceback.TracebackException]:
    while formatted is not None:
        yield formatted
        formatted = formatted.__cause__ or formatted.__context__
