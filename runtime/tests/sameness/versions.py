"""Asks the application with many versions: ``python -m tests.sameness.versions [FASTAPI[/PYDANTIC] ...]``.

Without arguments the newest of each minor version in ``start/tried.py``, with pydantic's newest, and pydantic's minor
versions with some of them. Needs uv in the path or in this interpreter's environment; about twenty minutes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from cdk_fastapi_runtime.start.tried import FASTAPI, PYDANTIC

RUNTIME = Path(__file__).parent.parent.parent
NEWEST_PYDANTIC = f"2.{PYDANTIC[1][1]}"


def versions() -> list[str]:
    minors = range(FASTAPI[0][1], FASTAPI[1][1] + 1)
    pairs = [(fastapi, pydantic) for fastapi in ("0.115", "0.128") for pydantic in range(8, PYDANTIC[1][1])]
    return [f"0.{minor}" for minor in minors] + [f"{fastapi}/2.{pydantic}" for fastapi, pydantic in pairs]


def ask(python: Path, answers: Path, **environment: str) -> Any:
    env = {
        **os.environ,
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONWARNINGS": "ignore",
        **environment,
    }
    argv = [python, "-m", "tests.sameness", answers]
    done = subprocess.run(argv, cwd=RUNTIME, env=env, check=False, capture_output=True, text=True)
    return json.loads(answers.read_text()) if done.returncode == 0 else {"waiting": 0, "asked": done.stderr[-600:]}


def compare(version: str, uv: list[str]) -> bool:
    fastapi, _, pydantic = version.partition("/")
    old = int(fastapi.split(".")[1]) < 137
    of_their_time = ["anyio<4.10", "python-multipart==0.0.12"] if old else ["python-multipart"]
    packages = [f"fastapi=={fastapi}.*", f"pydantic=={pydantic or NEWEST_PYDANTIC}.*", "httpx", *of_their_time]
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        python = directory / "env" / "bin" / "python"
        for argv in (
            ["venv", "-q", "--python", sys.executable, directory / "env"],
            ["pip", "install", "-q", "--python", python, *packages],
        ):
            done = subprocess.run([*uv, *argv], check=False, capture_output=True, text=True)
            if done.returncode != 0:
                # Not every minor version was released, and not every pair goes together.
                print(f"{version}: cannot be installed")
                return True
        eagerly = ask(python, directory / "eager.json", CDK_FASTAPI_EAGER_ROUTES="1")
        lazily = ask(python, directory / "lazy.json")
    same = isinstance(eagerly["asked"], dict) and lazily["asked"] == eagerly["asked"] and lazily["waiting"] > 15
    print(f"{version}: {'the same' if same else 'DIFFERENT'}, {lazily['waiting']} routes waited", flush=True)
    if not same:
        for side in (eagerly, lazily):
            print(side["asked"] if isinstance(side["asked"], str) else f"  {len(side['asked']['answers'])} answers")
    return same


def main(wanted: list[str]) -> int:
    uv = ["uv"] if shutil.which("uv") else [sys.executable, "-m", "uv"]
    same = [compare(version, uv) for version in wanted]
    return 0 if all(same) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or versions()))
