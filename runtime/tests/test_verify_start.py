"""A bundle that is imported as Lambda imports it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import fastapi
import pytest

RUNTIME = Path(__file__).resolve().parent.parent
APP = "from fastapi import FastAPI\napp = FastAPI()\n"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """The shim, and the packages of this environment by a path that its ``.pth`` file adds."""
    shutil.copytree(RUNTIME / "cdk_fastapi_runtime", tmp_path / "cdk_fastapi_runtime")
    (tmp_path / "packages.pth").write_text(f"{Path(fastapi.__file__).parents[1]}\n")
    return tmp_path


def _start(bundle: Path, *modules: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, str(RUNTIME / "verify_start.py"), str(bundle), *map(str, modules)]
    environment = {**os.environ, "CDK_FASTAPI_APP": "shop:app", **variables}
    return subprocess.run(argv, cwd=bundle, capture_output=True, text=True, check=False, env=environment)


def test_what_starts_says_nothing_of_its_own(bundle: Path) -> None:
    (bundle / "shop.py").write_text(APP + "print('hello')\n")
    done = _start(bundle)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "hello\n")


def test_what_does_not_start_gives_its_traceback(bundle: Path) -> None:
    (bundle / "shop.py").write_text("raise SystemExit('no')\n")
    done = _start(bundle)
    assert done.returncode == 1
    assert done.stderr.rstrip().endswith("SystemExit: no")


def test_packages_of_a_layer_with_path_files(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    layers = tmp_path_factory.mktemp("opt")
    modules = layers / "python"
    (modules / "more").mkdir(parents=True)
    (modules / "stock.py").write_text("ITEMS = 3\n")
    (modules / "more" / "prices.py").write_text("PRICE = 2\n")
    (modules / "more.pth").write_text("more\n")
    (bundle / "shop.py").write_text(APP + "import prices, stock\nprint(stock.ITEMS * prices.PRICE)\n")
    assert _start(bundle, modules, CDK_FASTAPI_LAYERS=str(layers)).stderr == "6\n"
    assert _start(bundle).returncode == 1
