"""Records how the main thread spends its time while it imports the application."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import NoReturn

from .problem import Problem, from_frame, is_ours

INTERVAL = 0.05
SAID_EVERY = 0.5
MODULES = 5
BUSY = 0.1
"""Share of a processor: below it a process that stands in one place waits."""


class Watch:
    """Looks at the main thread several times a second, until the time is over.

    Native code that holds the interpreter stops this thread too: whoever started the process then finds in ``said``, a
    file, when and where it was seen last.
    """

    def __init__(self, entry: Path, said: Path, say: Callable[[Path, str], None]) -> None:
        self._entry = entry
        self._said = said
        self._say = say
        self._begin = time.monotonic()
        self._place: tuple[str, int] | None = None
        self._stands_since = self._begin
        self._cpu_then = 0.0
        self._seconds: Counter[str] = Counter()

    def run(self, seconds: float, end: Callable[[Problem], NoReturn]) -> None:
        """Watches in a thread of its own, which ends the process with a problem when the time is over."""
        threading.Thread(target=self._until_over, args=(seconds, end), daemon=True).start()

    def problem(self, message: str) -> Problem:
        """The problem of an application that took too long: what it was seen to do, and on what the time went."""
        frame = main_frame()
        if self._place is None:
            return from_frame("timeout", message, frame, self._entry)
        self._look(frame)
        stood = time.monotonic() - self._stands_since
        waits = stood > 1 and time.process_time() - self._cpu_then < stood * BUSY
        doing = f"it waits, in one place for {stood:.0f} seconds" if waits else "it is slow, at work until the end"
        return from_frame("timeout", f"{message}: {doing}", frame, self._entry, waits=waits, spent=self._spent())

    def _until_over(self, seconds: float, end: Callable[[Problem], NoReturn]) -> None:
        said = 0.0
        while (elapsed := time.monotonic() - self._begin) < seconds:
            self._look(main_frame())
            if elapsed - said >= SAID_EVERY:
                said = elapsed
                place = from_frame("", "", main_frame(), self._entry).location
                self._say(self._said, json.dumps({"seconds": elapsed, "location": place, "spent": self._spent()}))
            time.sleep(min(INTERVAL, seconds - elapsed))
        end(self.problem(f"the application did not finish loading within {seconds:g} seconds"))

    def _look(self, frame: FrameType) -> None:
        now = time.monotonic()
        place = (frame.f_code.co_filename, frame.f_lineno or 0)
        if place != self._place:
            self._place, self._stands_since, self._cpu_then = place, now, time.process_time()
        module = _importing(frame)
        if module is not None:
            self._seconds[module] += INTERVAL  # type: ignore[assignment]

    def _spent(self) -> str:
        total = sum(self._seconds.values())
        scale = (time.monotonic() - self._begin) / total if total else 0
        return ", ".join(f"{name} {seconds * scale:.1f} s" for name, seconds in self._seconds.most_common(MODULES))


def main_frame() -> FrameType:
    """Where the main thread is, under the code of a signal handler of ours."""
    frame = sys._current_frames()[threading.main_thread().ident or 0]
    while is_ours(frame.f_code.co_filename) and frame.f_back is not None:
        frame = frame.f_back
    return frame


def _importing(frame: FrameType | None) -> str | None:
    """The innermost module that is being executed."""
    while frame is not None:
        if frame.f_code.co_name == "<module>" and not is_ours(frame.f_code.co_filename):
            return str(frame.f_globals.get("__name__"))
        frame = frame.f_back
    return None
