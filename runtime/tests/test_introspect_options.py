"""What was found and not named, and the metadata of the project itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

INTROSPECT = Path(__file__).resolve().parent.parent / "introspect.py"
APP = "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/')\ndef root() -> str: return ''\n"
WRAPPER = (
    "class Outer:\n    def __init__(self, app): self.app = app\n"
    "    async def __call__(self, scope, receive, send): ...\nsecured = Outer(app)\n"
)


def _run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, str(INTROSPECT), "--out", str(project / "out.json"), *arguments]
    return subprocess.run(argv, cwd=project, capture_output=True, text=True, check=False)


def test_a_wrapper_beside_an_application_that_was_found_has_to_be_named(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(APP + WRAPPER)
    assert _run(tmp_path, "--entrypoint", "main:app", "--discovered").returncode == 3
    problem = json.loads((tmp_path / "out.json.error").read_text())
    assert problem["code"] == "wrapped"
    assert "secured of the same module" in problem["message"]
    assert "main:secured" in problem["message"]
    # Whoever names the application means it.
    assert _run(tmp_path, "--entrypoint", "main:app").returncode == 0
    assert _run(tmp_path, "--entrypoint", "main:secured", "--discovered").returncode == 0


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
