"""Ends what a program has started when the program has ended, in whatever way: ``python guardian.py``.

Standard input is a pipe that the program holds. Each line names something that must not outlive it: ``+ PID`` a process
group, ``- PID`` one that has ended, ``/path`` a directory. When the pipe closes, all of them go.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Iterable
from pathlib import Path


def guard(lines: Iterable[str]) -> None:
    groups: set[int] = set()
    directories: set[str] = set()
    for line in lines:
        word = line.rstrip("\n")
        if word.startswith("/"):
            directories.add(word)
        elif word.startswith("+ "):
            groups.add(int(word[2:]))
        elif word.startswith("- "):
            groups.discard(int(word[2:]))
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
    for directory in directories:
        remove(directory)


def remove(directory: str) -> None:
    """Removes a tree whose directories are read-only."""
    for path, _, _ in os.walk(directory):
        with contextlib.suppress(OSError):
            Path(path).chmod(0o700)
    shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    guard(sys.stdin)
