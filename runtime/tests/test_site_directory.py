"""Files of packages that Python reads at start in an environment."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cdk_fastapi_runtime.start import site_directory
from cdk_fastapi_runtime.start.site_directory import LARGEST, read_path_files, use_site_directories


def test_lines_are_paths_and_code_as_in_an_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "more").mkdir()
    (tmp_path / "b.pth").write_text("more\nabsent\n")
    (tmp_path / "a.pth").write_text("import sys; sys.site_directory_ran = True\n")
    read_path_files(str(tmp_path))
    assert str(tmp_path / "more") in sys.path
    assert str(tmp_path / "absent") not in sys.path
    assert vars(sys).pop("site_directory_ran") is True


@pytest.mark.parametrize("content", [b"PK\x03\x04\x00\x00", b"\x80\x02\x8a\xff", b"x" * (LARGEST + 1)])
def test_weights_of_a_model_are_not_read(tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.pth").write_bytes(content)
    monkeypatch.setattr(site_directory.site, "addpackage", lambda *_: pytest.fail("read"))
    read_path_files(str(tmp_path))


def test_a_directory_that_is_not_there_and_a_broken_link_are_passed_over(tmp_path: Path) -> None:
    read_path_files(str(tmp_path / "absent"))
    (tmp_path / "layer.zip").write_bytes(b"PK")
    read_path_files(str(tmp_path / "layer.zip"))
    read_path_files(str(tmp_path / ("long" * 100)))
    (tmp_path / "broken.pth").symlink_to("nowhere")
    (tmp_path / ".hidden.pth").write_text("import sys; raise SystemExit\n")
    read_path_files(str(tmp_path))


def test_the_bundle_and_layers_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(site_directory, "read_path_files", read.append)
    monkeypatch.setattr(sys, "path", ["/opt/python", "/var/runtime"])
    use_site_directories()
    assert read == [str(Path(site_directory.__file__).parents[2]), "/opt/python"]


def test_layers_may_lie_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    read: list[str] = []
    monkeypatch.setattr(site_directory, "read_path_files", read.append)
    monkeypatch.setenv("CDK_FASTAPI_LAYERS", str(tmp_path))
    monkeypatch.setattr(sys, "path", [f"{tmp_path}/python", f"{tmp_path}er/python", "/opt/python"])
    use_site_directories()
    assert read[1:] == [f"{tmp_path}/python"]
