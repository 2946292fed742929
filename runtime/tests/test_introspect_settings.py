"""Which variables an application is read with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cdk_fastapi_introspect.settings import Settings

INTROSPECT = Path(__file__).resolve().parent.parent / "introspect.py"
APP = "import os\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.get('/')\ndef root() -> str: return ''\n"
STARLETTE = "from starlette.config import Config\nconfig = Config('.env')\n"
BY_HAND = (
    "for line in open('.env'):\n    name, _, value = line.strip().partition('=')\n"
    "    os.environ.setdefault(name.removeprefix('export '), value)\n"
)
PYDANTIC = "from pydantic_settings import BaseSettings, SettingsConfigDict\nfrom pydantic import AliasChoices, Field\n"


def _read(project: Path, source: str, env: str = "", **shell: str) -> dict[str, str | None]:
    (project / "main.py").write_text(APP + source)
    (project / ".env").write_text(env)
    argv = [sys.executable, str(INTROSPECT), "--out", "out.json", "--settings", "settings.json"]
    done = subprocess.run(
        [*argv, "--entrypoint", "main:app"],
        cwd=project,
        env={**os.environ, **shell},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((project / "settings.json").read_text())
    return {each["name"]: each.get("file") and Path(each["file"]).name for each in found}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", {}),
        (STARLETTE + "config('TOKEN')\n", {"TOKEN": ".env"}),
        (STARLETTE + "def later(): return config('URL')\n", {"URL": ".env"}),
        (STARLETTE, {"TOKEN": ".env", "URL": ".env", "OTHER": ".env"}),
        (BY_HAND + "os.environ['TOKEN'], os.getenv('URL')\n", {"TOKEN": ".env", "URL": ".env"}),
        (BY_HAND + "COPY, TOKEN = dict(os.environ), 1\n", {"TOKEN": ".env"}),
        ("open('.env', 'a').close()\nos.environ.get('TOKEN')\n", {}),
        ("open(0, closefd=False)\nos.environb.get(b'TOKEN')\nimport http\nhttp.__file__ = None\n", {}),
    ],
)
def test_of_a_file(tmp_path: Path, source: str, expected: dict[str, str | None]) -> None:
    assert _read(tmp_path.resolve(), source, "# comment\nTOKEN=1\nexport URL='2'\nOTHER=3\n") == expected


def test_of_the_process(tmp_path: Path) -> None:
    source = (
        STARLETTE + "os.environ.get('MINE')\nconfig('ASKED', default='')\nos.environ['OWN'] = '1'\nos.environ['OWN']\n"
        "import shutil\nshutil.get_terminal_size()\nos.environ.get('ABSENT')\n"
    )
    assert _read(tmp_path.resolve(), source, MINE="1", ASKED="2", COLUMNS="80") == {"ASKED": None, "MINE": None}


def test_settings_of_pydantic(tmp_path: Path) -> None:
    pytest.importorskip("pydantic_settings")
    source = (
        PYDANTIC + "class S(BaseSettings):\n    model_config = SettingsConfigDict(env_file='.env', env_prefix='my_')\n"
        "    token: str = ''\n    url: str = Field('', validation_alias=AliasChoices('THE_URL', 'url'))\n"
        "class N(BaseSettings):\n    model_config = SettingsConfigDict(env_nested_delimiter='__')\n"
        "    db: dict[str, str] = {}\n"
    )
    env = "MY_TOKEN=1\nTHE_URL=2\nUNUSED=3\n"
    assert _read(tmp_path.resolve(), source, env) == {"MY_TOKEN": ".env", "THE_URL": ".env"}
    assert _read(tmp_path.resolve(), source, env, my_token="x", DB__HOST="y") == {
        "DB__HOST": None,
        "MY_TOKEN": ".env",
        "THE_URL": ".env",
        "my_token": None,
    }


def test_settings_of_pydantic_1(tmp_path: Path) -> None:
    source = (
        "from pydantic.v1 import BaseSettings\nclass S(BaseSettings):\n    token: str = ''\n"
        "    class Config:\n        env_file = ('.env', 'missing.env')\n        env_prefix = 'my_'\n"
    )
    assert _read(tmp_path.resolve(), source, "MY_TOKEN=1\nUNUSED=3\n") == {"MY_TOKEN": ".env"}


def test_files_that_are_opened_to_be_read(tmp_path: Path) -> None:
    # In this process: nothing measures what an audit hook runs.
    (tmp_path / "a.env").write_text("A=1\n")
    (tmp_path / ".env.test").write_text("B=2\n")
    (tmp_path / "settings.ini").write_text("[settings]\nC: 3\n")
    settings = Settings(tmp_path)
    for event, argument, mode in [
        ("open", f"{tmp_path}/a.env", "r"),
        ("open", os.fsencode(tmp_path / ".env.test"), None),
        ("open", f"{tmp_path}/settings.ini", "w"),
        ("open", f"{tmp_path}/.env.missing", "r"),
        ("open", 3, "r"),
        ("import", "os", None),
    ]:
        settings._audit(event, (argument, mode, 0))
    found = [(each.name, Path(each.file or "").name) for each in settings.used() if each.file]
    assert found == [("A", "a.env"), ("B", ".env.test")]


def test_what_cannot_be_told_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "settings.json").mkdir()
    (tmp_path / "main.py").write_text(APP)
    argv = [
        sys.executable,
        str(INTROSPECT),
        "--out",
        "out.json",
        "--settings",
        "settings.json",
        "--entrypoint",
        "main:app",
    ]
    assert subprocess.run(argv, cwd=tmp_path, check=False).returncode == 0
