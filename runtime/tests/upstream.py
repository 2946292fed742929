"""Runs FastAPI's own tests with and without lazy routes: ``python tests/upstream.py [VERSION ...]``.

The only difference may be an error that comes when a route is used instead of when it is registered. About ten minutes
for a version; needs uv in the path or in this interpreter's environment. ``matrix.py`` runs our own tests.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

VERSIONS = ["0.115.14", "0.128.8", "0.137.2", "0.150.0", "0.165.0"]

RUNTIME = Path(__file__).parent.parent

_TOOLS = """
    a2wsgi anyio[trio] coverage dirty-equals flask httpx httpx2 inline-snapshot orjson pwdlib[argon2] pydantic-settings
    pyjwt pytest pytest-timeout pytest-xdist python-jose passlib python-multipart pyyaml
    sqlmodel strawberry-graphql typer ujson
"""
TOOLS = _TOOLS.split()
OF_THEIR_TIME = ["anyio[trio]<4.10"]
"""What versions before 0.137 do not work with any more."""

PLUGIN = """
from cdk_fastapi_runtime.start.initialization import Initialization, _install
assert _install() is None, _install()
Initialization({}).end()
"""

Outcomes = dict[str, str]


def run(*argv: str | Path, cwd: Path, **environment: str) -> int:
    return subprocess.run(list(map(str, argv)), cwd=cwd, env={**os.environ, **environment}, check=False).returncode


def outcomes(python: Path, tests: Path, report: Path, *, lazy: bool) -> Outcomes:
    """Each test and what it failed with, empty where it passed."""
    path = os.pathsep.join([str(report.parent), str(RUNTIME)])
    plugin = ["-p", "lazy_plugin"] if lazy else []
    run(
        *(python, "-m", "pytest", "-q", "tests", "-p", "no:cacheprovider", "--timeout", "120", "--junitxml", report),
        *plugin,
        cwd=tests,
        PYTHONPATH=path if lazy else "",
        PYTHONDONTWRITEBYTECODE="1",
    )
    return {
        f"{case.get('classname')}::{case.get('name')}": "".join(
            child.get("message", "failed") for child in case if child.tag in ("failure", "error")
        )
        for case in ET.parse(report).iter("testcase")
    }


def compare(version: str, uv: list[str]) -> bool:
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        python = directory / "env" / "bin" / "python"
        (directory / "lazy_plugin.py").write_text(PLUGIN)
        run(*uv, "venv", "-q", "--python", sys.executable, directory / "env", cwd=directory)
        tools = [*TOOLS, *(OF_THEIR_TIME if version < "0.137" else [])]
        run(*uv, "pip", "install", "-q", "--python", python, "pip", f"fastapi[all]=={version}", *tools, cwd=directory)
        download = ("download", "-q", "--no-deps", "--no-binary", "fastapi", "-d", directory, f"fastapi=={version}")
        run(python, "-m", "pip", *download, cwd=directory)
        with tarfile.open(directory / f"fastapi-{version}.tar.gz") as archive:
            archive.extractall(directory, filter="data")
        tests = directory / f"fastapi-{version}"
        # The package that is installed is the one that is tested.
        shutil.rmtree(tests / "fastapi")
        eager = outcomes(python, tests, directory / "eager.xml", lazy=False)
        lazy = outcomes(python, tests, directory / "lazy.xml", lazy=True)
    moved = [name for name, failure in lazy.items() if not eager.get(name) and "DID NOT RAISE" in failure]
    wrong = {name: failure for name, failure in lazy.items() if failure and not eager.get(name) and name not in moved}
    missing = eager.keys() - lazy.keys()
    counts = f"{len(moved)} errors moved, {len(wrong)} different, {len(missing)} missing"
    print(f"FastAPI {version}: {len(eager)} tests, {counts}")
    for name, failure in wrong.items():
        print(f"  {name}: {failure.splitlines()[0]}")
    for name in moved:
        print(f"  moved: {name}")
    return not wrong and not missing and len(eager) > 1000


def main(versions: list[str]) -> int:
    uv = ["uv"] if shutil.which("uv") else [sys.executable, "-m", "uv"]
    same = [compare(version, uv) for version in versions]
    return 0 if all(same) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or VERSIONS))
