"""Imports the handler of a finished bundle as Lambda would, up to the application's lifespan, and prints nothing.

    python -I -S verify_start.py BUNDLE [DIRECTORY …]

A failure is reported by its traceback on standard error. Modules come from the bundle, from the directories of its
layer and from Python itself alone.
"""

from __future__ import annotations

import importlib
import os
import site
import sys
import traceback


def main(*directories: str) -> None:
    # What Python has beside its modules; its directories of packages stay out.
    site.setquit()
    site.setcopyright()
    site.sethelper()
    sys.path[:0] = directories
    sys.argv = [""]
    os.dup2(2, 1)
    try:
        importlib.import_module("cdk_fastapi_runtime.start.site_directory").use_site_directories()
        importlib.import_module("cdk_fastapi_runtime.start.initialization").Initialization(os.environ)
        importlib.import_module("cdk_fastapi_runtime.entry.entrypoint").load(os.environ["CDK_FASTAPI_APP"])
        importlib.import_module("cdk_fastapi_runtime.gateway.adapter")
    except BaseException:  # noqa: BLE001 whatever it raises is the answer
        traceback.print_exc()
        _leave(1)
    _leave(0)


def _leave(status: int) -> None:
    # No thread or exit handler of the application delays the end.
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main(*sys.argv[1:])
