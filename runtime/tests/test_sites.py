"""The directories of files that an application serves."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import APIRouter, Depends, FastAPI
from starlette.staticfiles import StaticFiles

from cdk_fastapi_introspect.sites import sites


@pytest.fixture(autouse=True)
def _directories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("dist", "static"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").touch()
    monkeypatch.chdir(tmp_path)


def test_mounted_files_are_sites_and_other_mounts_are_not() -> None:
    class Own(StaticFiles):
        pass

    app = FastAPI()
    app.mount("/static", StaticFiles(directory="static"))
    app.mount("/pages", StaticFiles(directory="static", html=True))
    app.mount("/own", Own(directory="static"))
    app.mount("/packages", StaticFiles(packages=[("fastapi", ".")]))
    app.mount("/inner", FastAPI())
    assert sites(app) == [
        {"path": "/static", "directory": "static", "fallback": "none", "index": False, "guarded": False},
        {"path": "/pages", "directory": "static", "fallback": "404.html", "index": True, "guarded": False},
    ]


def test_front_ends_are_sites_with_the_prefixes_of_their_routers() -> None:
    app = FastAPI()
    if not hasattr(app, "frontend"):
        pytest.skip("this FastAPI has no front ends")
    app.frontend("/", directory="dist")
    inner = APIRouter(prefix="/inner", dependencies=[Depends(lambda: None)])
    inner.frontend("/", directory=Path("dist").absolute(), fallback=None)
    app.include_router(inner, prefix="/v1")
    assert sites(app) == [
        {"path": "/", "directory": "dist", "fallback": "auto", "index": True, "guarded": False},
        {"path": "/v1/inner", "directory": "dist", "fallback": "none", "index": True, "guarded": True},
    ]
