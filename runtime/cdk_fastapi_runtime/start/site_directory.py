"""Makes the bundle a site directory, so that ``.pth`` files of packages work as in an environment.

Python reads those files in its own directories at start. ``/var/task`` is none, and neither is what Lambda adds to the
search path for layers.
"""

from __future__ import annotations

import os
import site
import sys
from pathlib import Path

LAYERS = "CDK_FASTAPI_LAYERS"
"""Names the directory of layers where it is not ``/opt``: on a machine that is not Lambda."""

LARGEST = 64 * 1024
"""Bytes. Weights of a model are called ``.pth`` too, and are neither small nor text."""


def use_site_directories() -> None:
    """Reads the ``.pth`` files beside this package, and those of layers."""
    own = str(Path(__file__).resolve().parents[2])
    root = os.environ.get(LAYERS, "/opt") + "/"
    layers = [path for path in sys.path if path.startswith(root) and path != own]
    for directory in [own, *layers]:
        read_path_files(directory)


def read_path_files(directory: str) -> None:
    """Does what the ``.pth`` files of a directory say, in the order of their names, as Python does."""
    try:
        with os.scandir(directory) as files:
            names = sorted(file.name for file in files if file.name.endswith(".pth") and not file.name.startswith("."))
    except OSError:
        return
    for name in names:
        if _is_text(Path(directory, name)):
            site.addpackage(directory, name, None)


def _is_text(file: Path) -> bool:
    try:
        if file.stat().st_size > LARGEST:
            return False
        return "\0" not in file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return False
