"""Starts the process of a function: ``launch.py PARENT PATHS -m MODULE [ARGUMENT …]``, or a program in its place.

The process ends with its parent, and root gets no more rights in the directory of the code than any other user, so that
it is read-only as on Lambda. ``PATHS`` are more directories of modules, after all others.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import runpy
import signal
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1
_PR_CAPBSET_DROP = 24
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Data(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def main(arguments: Sequence[str]) -> None:
    parent, paths, *command = arguments
    if sys.platform == "linux":  # pragma: no branch
        libc = ctypes.CDLL(None)
        end_with_parent(libc, int(parent))
        respect_modes(libc)
    if command[0] != "-m":
        os.execv(command[0], command)  # noqa: S606 # the program is this package's own choice
    _, module, *rest = command
    # This script's own directory is no place for modules of the function.
    with contextlib.suppress(ValueError):
        sys.path.remove(os.path.dirname(os.path.abspath(__file__)))
    sys.path.extend(path for path in paths.split(os.pathsep) if path)
    sys.argv = [module, *rest]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def end_with_parent(libc: ctypes.CDLL, parent: int) -> None:
    """Has the kernel end this process with its parent, and ends it at once where that is gone already."""
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)


def respect_modes(libc: ctypes.CDLL) -> None:
    """Takes from root, and from what it starts, the right to write to files that are read-only; others have none."""
    libc.prctl(_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE, 0, 0, 0)
    header, data = _Header(_CAPABILITY_VERSION_3, 0), (_Data * 2)()
    libc.capget(ctypes.byref(header), data)
    data[0].effective &= ~(1 << _CAP_DAC_OVERRIDE)
    data[0].permitted &= ~(1 << _CAP_DAC_OVERRIDE)
    data[0].inheritable &= ~(1 << _CAP_DAC_OVERRIDE)
    libc.capset(ctypes.byref(header), data)


if __name__ == "__main__":
    main(sys.argv[1:])
