"""Runs the tests with the FastAPI versions where something changed: ``python tests/matrix.py [VERSION ...]``.

Needs uv in the path or in this interpreter's environment. 0.115 is the oldest that is supported, 0.137.0 turned the
routes into a tree, 0.137.2 and 0.150 came after changes to it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

VERSIONS = ["0.115.0", "0.128.8", "0.136.3", "0.137.0", "0.137.2", "0.150.0"]

RUNTIME = Path(__file__).parent.parent


def run(*argv: str | Path, **environment: str) -> int:
    return subprocess.run(list(map(str, argv)), cwd=RUNTIME, env={**os.environ, **environment}, check=False).returncode


def test(version: str, uv: list[str]) -> bool:
    with tempfile.TemporaryDirectory() as directory:
        python = Path(directory, "bin", "python")
        # Before 0.137 Starlette imported the form parser by a name that it gave up after 0.0.12.
        parser = "python-multipart==0.0.12" if version == "0.115.0" else "python-multipart"
        tools = [
            f"fastapi=={version}",
            *(["anyio<4.10"] if version < "0.137" else []),
            parser,
            "awslambdaric",
            "httpx",
            "mangum",
            "pytest",
            "uvicorn",
        ]
        made = run(*uv, "venv", "-q", "--python", sys.executable, directory)
        made = made or run(*uv, "pip", "install", "-q", "--python", python, *tools)
        return not made and run(python, "-m", "pytest", "-q", PYTHONDONTWRITEBYTECODE="1") == 0


def main(versions: list[str]) -> int:
    uv = ["uv"] if shutil.which("uv") else [sys.executable, "-m", "uv"]
    passed = {version: test(version, uv) for version in versions}
    for version, good in passed.items():
        print(f"FastAPI {version}: {'passed' if good else 'failed'}")
    return 0 if all(passed.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or VERSIONS))
