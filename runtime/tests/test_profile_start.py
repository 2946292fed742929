"""Where the time of a start goes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fastapi
import pytest

from .conftest import rest_event

RUNTIME = Path(__file__).resolve().parent.parent

APP = """
import threading
import shelf
import often
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel

class Item(BaseModel):
    name: str
    def work(self):
        return often.work()

router = APIRouter()

@router.get("/items/{item_id}")
def read(item_id: str) -> str:
    return [shelf.find(item_id) for _ in range(1)][0]

app = FastAPI()
app.include_router(router)
thread = threading.Thread(target=lambda: __import__("elsewhere"))
thread.start()
thread.join()
try:
    import nowhere
except ImportError:
    pass
import botocore.session
botocore.session.get_session().create_client("sts", region_name="eu-west-1")
"""


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """The shim, and the packages of this environment by a path that its ``.pth`` file adds."""
    task = tmp_path / "task"
    shutil.copytree(RUNTIME / "cdk_fastapi_runtime", task / "cdk_fastapi_runtime")
    (task / "packages.pth").write_text(f"{Path(fastapi.__file__).parents[1]}\n")
    (task / "shelf.py").write_text("def find(item_id): return item_id\n")
    (task / "often.py").write_text("def work(): return 1\n")
    (task / "elsewhere.py").write_text("")
    (task / "shop.py").write_text(APP)
    return task


def _profile(bundle: Path, request: Any) -> subprocess.CompletedProcess[str]:
    result = str(bundle.parent / "result.json")
    argv = [sys.executable, str(RUNTIME / "profile_start.py"), result, json.dumps(request), str(bundle)]
    environment = {**os.environ, "CDK_FASTAPI_APP": "shop:app"}
    return subprocess.run(argv, cwd=bundle, capture_output=True, text=True, check=False, env=environment)


def _spans(span: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield span["kind"], span["name"]
    for inner in span["inside"]:
        yield from _spans(inner)


def test_records_each_part_of_a_start(bundle: Path) -> None:
    done = _profile(bundle, rest_event("/items/1"))
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads((bundle.parent / "result.json").read_text())
    spans = set(_spans(found["start"]))
    assert {
        ("import", "shop"),
        ("import", "shelf"),
        ("import", "pydantic.main"),
        ("model", "Item"),
        ("routes", "include_router"),
        ("client", "sts"),
        ("lifespan", "lifespan"),
        ("preparation", "preparation"),
        ("request", "first request"),
    } <= spans
    # Of another thread.
    assert ("import", "elsewhere") not in spans
    assert found["status"] == 200
    assert (found["places"]["shelf"], found["places"]["shop"]) == ("shelf.py", "shop.py")
    # The endpoint alone names one of them, the class the other.
    assert found["alone"]["shelf"] == "read"
    assert "often" not in found["alone"]
    assert found["start"]["cpu"] > 0
    assert found["interpreter"] > 0


def test_no_request_is_made_where_none_is_given(bundle: Path) -> None:
    done = _profile(bundle, None)
    assert done.returncode == 0
    assert json.loads((bundle.parent / "result.json").read_text())["status"] is None


def test_what_does_not_start_gives_its_traceback(bundle: Path) -> None:
    (bundle / "shop.py").write_text("raise SystemExit('no')\n")
    done = _profile(bundle, None)
    assert done.returncode == 1
    assert done.stderr.rstrip().endswith("SystemExit: no")
