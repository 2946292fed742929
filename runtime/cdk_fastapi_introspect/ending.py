"""Ends the process: writes one file completely, then exits without waiting for threads of the application."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any, NoReturn

from .problem import Problem
from .watch import Watch

PROBLEM_EXIT = 3


class Ending:
    """Writes the document or the problem, whichever comes first, and leaves."""

    def __init__(self, out: Path, entry: Path) -> None:
        self._out = out
        self._error = out.with_name(f"{out.name}.error")
        self._progress = out.with_name(f"{out.name}.progress")
        self._watch = Watch(entry, self._progress, self._say)
        # Reentrant: the signal handler runs in the thread that may be writing already.
        self._once = threading.RLock()
        for stale in (self._out, self._error, self._progress):
            stale.unlink(missing_ok=True)

    def with_document(self, document: str) -> NoReturn:
        with self._once:
            self._progress.unlink(missing_ok=True)
            _write(self._out, document)
            _leave(0)

    def with_problem(self, problem: Problem) -> NoReturn:
        with self._once:
            self._progress.unlink(missing_ok=True)
            _write(self._error, json.dumps(problem.as_dict()))
            _leave(PROBLEM_EXIT)

    def after(self, seconds: float) -> None:
        """Ends with the position of the main thread when the time is over."""
        self._watch.run(seconds, self.with_problem)

    def on_sigterm(self) -> None:
        """The same when the caller loses patience; waiting in sleep, socket or lock gives way to a signal."""
        message = "the application was stopped before it finished loading"
        signal.signal(signal.SIGTERM, lambda _signum, _frame: self.with_problem(self._watch.problem(message)))

    def _say(self, path: Path, text: str) -> None:
        with self._once:
            _write(path, text)


def _write(path: Path, text: str) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def _leave(status: int) -> NoReturn:
    for stream in (sys.stdout, sys.stderr):
        # The application may have replaced the stream.
        with contextlib.suppress(Exception):
            stream.flush()
    os._exit(status)


def dumps(document: dict[str, Any]) -> str:
    """JSON as JavaScript reads it: no NaN."""
    return json.dumps(document, allow_nan=False)
