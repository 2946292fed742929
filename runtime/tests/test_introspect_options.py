"""What is wrapped around an application, and the metadata of the project itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

INTROSPECT = Path(__file__).resolve().parent.parent / "introspect.py"
APP = "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/')\ndef root() -> str: return ''\n"
WRAPPER = (
    "class Outer:\n    def __init__(self, app): self.app = app\n"
    "    async def __call__(self, scope, receive, send): ...\nsecured = Outer(app)\n"
)


def _run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, str(INTROSPECT), "--out", str(project / "out.json"), *arguments]
    return subprocess.run(argv, cwd=project, capture_output=True, text=True, check=False)


def test_what_is_wrapped_around_the_application_is_a_fact_of_it(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(APP + WRAPPER)
    assert _facts(tmp_path, "main:app")["wrapped"] == ["secured"]
    assert "wrapped" not in _facts(tmp_path, "main:secured")
    # A class and a function of the module take an application too, and hold none.
    (tmp_path / "main.py").write_text(APP + WRAPPER.replace("secured = Outer(app)\n", "def wrap(a): return Outer(a)\n"))
    assert "wrapped" not in _facts(tmp_path, "main:app")


def _facts(project: Path, entrypoint: str) -> dict[str, Any]:
    assert _run(project, "--entrypoint", entrypoint).returncode == 0
    return json.loads((project / "out.json").read_text())["x-cdk-fastapi"]  # type: ignore[no-any-return]


def test_the_metadata_of_the_project_is_there(tmp_path: Path) -> None:
    info = tmp_path / "metadata" / "my_api-7.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-api\nVersion: 7\n")
    (tmp_path / "main.py").write_text(
        "import importlib.metadata as m\n" + APP.replace("FastAPI()", "FastAPI(version=m.version('my-api'))")
    )
    done = _run(tmp_path, "--entrypoint", "main:app", "--metadata", str(tmp_path / "metadata"))
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "out.json").read_text())["info"]["version"] == "7"
