"""Reads a FastAPI application and writes its OpenAPI document with route facts.

    PYTHONHASHSEED=0 python introspect.py --entrypoint pkg.main:app --out FILE [--timeout SECONDS] [--settings FILE]

Run it with the interpreter of the project's environment, in the project's entry directory. The application's lifespan
does not run. What the application prints goes to standard error; standard output stays empty.

- Exit 0: ``FILE`` holds the document, written atomically.
- Exit 3: ``FILE.error`` holds one JSON object: ``code`` (``module-not-found``, ``attribute-not-found``,
  ``not-fastapi``, ``import-raised``, ``exit-called``, ``no-routes``, ``openapi-raised``, ``timeout``),
  ``message``, ``traceback`` (its last lines) and ``location`` (``file:line``, relative to the entry directory where it
  lies there).
- ``--settings`` names a file that gets the variables which the application takes, see ``settings.py``.
- Exit 2: wrong arguments. Any other status: the application ended the process itself.

Both files are removed at the start, and only one of them is written. After ``--timeout``, and on SIGTERM, the problem
says where the application is, whether it ``waits``, and on which modules its time was ``spent``. ``FILE.progress`` says
so meanwhile: it stays where native code holds the interpreter and the process has to be ended.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import NoReturn

HERE = Path(__file__).resolve().parent

# These lie beside this file. Once they are found, this directory leaves the search path, where it would hide modules of
# the project; the submodules are found through their package. No bytecode is written, since bundles get copies of them.
_writes_no_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
sys.path.insert(0, str(HERE))
importlib.import_module("cdk_fastapi_runtime")
from cdk_fastapi_introspect.ending import Ending, dumps  # noqa: E402
from cdk_fastapi_introspect.problem import Problem, from_exception  # noqa: E402
from cdk_fastapi_introspect.settings import Settings  # noqa: E402

sys.dont_write_bytecode = _writes_no_bytecode


def main(arguments: list[str]) -> NoReturn:
    parser = argparse.ArgumentParser(
        description="Writes the OpenAPI document of a FastAPI application with route facts."
    )
    parser.add_argument("--entrypoint", required=True, help="such as pkg.main:app; also a factory")
    parser.add_argument("--out", required=True, type=Path, help="the file to write")
    parser.add_argument("--metadata", type=Path, help="a directory with the metadata of the project itself")
    parser.add_argument("--timeout", type=float, help="seconds that the application may take to load")
    parser.add_argument("--settings", type=Path, help="the file for the variables that the application takes")
    options = parser.parse_args(arguments)

    entry = Path.cwd().resolve()
    ending = Ending(options.out.resolve(), entry)
    ending.on_sigterm()
    if options.timeout is not None:
        ending.after(options.timeout)
    settings = Settings(entry)
    _prepare(entry, options.entrypoint, options.metadata)
    settings.watch()
    document = _read(options.entrypoint, ending, entry)
    # Optional, so a failure here does not refuse the application.
    with contextlib.suppress(Exception):
        if options.settings is not None:
            options.settings.write_text(json.dumps([each.as_dict() for each in settings.used()]), encoding="utf-8")
    ending.with_document(document)


def _prepare(entry: Path, entrypoint: str, metadata: Path | None) -> None:
    # Below Python, since native code and child processes print too.
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    sys.argv = sys.argv[:1]
    # boto3 refuses to make a client without it, and AWS_REGION alone does not do.
    os.environ.setdefault("AWS_DEFAULT_REGION", os.environ.get("AWS_REGION", "us-east-1"))

    package = entrypoint.partition(":")[0].partition(".")[0]
    paths = [str(entry)]
    if (entry / "src" / package).is_dir() or (entry / "src" / f"{package}.py").is_file():
        paths.append(str(entry / "src"))
    # Before those of the environment, which may be those of an earlier version.
    paths.extend([str(metadata)] if metadata else [])
    sys.path[:] = paths + [path for path in sys.path if Path(path or ".").resolve() != HERE and path not in paths]


def _read(entrypoint: str, ending: Ending, entry: Path) -> str:
    try:
        importlib.import_module("fastapi")
        entrypoints = _own_module("cdk_fastapi_runtime.entry.entrypoint")
    except ImportError as error:
        message = f"the interpreter cannot import FastAPI: {error}: {sys.executable}"
        ending.with_problem(from_exception("import-raised", message, error, entry))
    try:
        found = entrypoints.load(entrypoint)
    except entrypoints.EntrypointError as error:
        ending.with_problem(Problem(error.code, str(error)))
    except SystemExit as error:
        message = f"the application called sys.exit({error.code!r}) while it was imported"
        ending.with_problem(from_exception("exit-called", message, error, entry))
    except BaseException as error:  # noqa: BLE001 whatever it raises is the answer
        message = f"the application raised {type(error).__name__} while it was imported: {error}"
        ending.with_problem(from_exception("import-raised", message, error, entry))

    documents = _own_module("cdk_fastapi_introspect.document")
    if not documents.has_routes(found):
        message = (
            f"the application {entrypoint} has no routes once it is imported: "
            "routes that are added in its lifespan cannot be deployed"
        )
        ending.with_problem(Problem("no-routes", message))
    try:
        return dumps(documents.describe(found, entrypoint))
    except BaseException as error:  # noqa: BLE001 the same
        message = f"the application's openapi() raised {type(error).__name__}: {error}"
        ending.with_problem(from_exception("openapi-raised", message, error, entry))


def _own_module(name: str) -> ModuleType:
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        return importlib.import_module(name)
    finally:
        sys.dont_write_bytecode = before


if __name__ == "__main__":
    main(sys.argv[1:])
