"""The small programs around the process of a function on this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lambda_runtime_api import guardian, launch

LAUNCH = Path(launch.__file__)
GUARDIAN = Path(guardian.__file__)
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Linux has the calls")


def _launch(*arguments: str, parent: int | None = None, **options: object) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, str(LAUNCH), str(os.getpid() if parent is None else parent), *arguments]
    return subprocess.run(argv, capture_output=True, text=True, timeout=30, **options)  # type: ignore[call-overload,no-any-return]


def test_a_module_runs_as_if_it_were_the_program(tmp_path: Path) -> None:
    (tmp_path / "shown.py").write_text("import sys, more\nprint(__name__, sys.argv[1:], more.NAME)\n")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "more.py").write_text("NAME = 'more'\n")
    # A module of this package's name would be found first if its directory stayed on the path.
    (tmp_path / "broker.py").write_text("NAME = 'the function'\n")
    done = _launch(str(tmp_path / "more"), "-m", "shown", "a", env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert done.stdout == "__main__ ['a'] more\n", done.stderr


def test_another_program_runs_in_its_place() -> None:
    assert _launch("", sys.executable, "-c", "print('ran')").stdout == "ran\n"


@LINUX
def test_a_process_whose_parent_is_gone_ends_before_it_begins(tmp_path: Path) -> None:
    (tmp_path / "shown.py").write_text("print('ran')\n")
    parent = 1 if os.getpid() != 1 else 2
    done = _launch("", "-m", "shown", parent=parent, env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert (done.returncode, done.stdout) == (1, "")


@LINUX
def test_files_that_are_read_only_are_so_for_root_too(tmp_path: Path) -> None:
    (tmp_path / "writes.py").write_text(
        "import pathlib, subprocess, sys\n"
        "place = pathlib.Path(__file__).parent\n"
        "try:\n    (place / 'written').write_text('')\nexcept PermissionError:\n    print('refused')\n"
        "program = 'import pathlib, sys; pathlib.Path(sys.argv[1], \"by-a-child\").touch()'\n"
        "child = subprocess.run([sys.executable, '-c', program, str(place)], capture_output=True)\n"
        "print('refused' if child.returncode else 'wrote')\n"
    )
    tmp_path.chmod(0o555)
    try:
        environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
        done = _launch("", "-m", "writes", env=environment)
        assert done.stdout == "refused\nrefused\n", done.stderr
    finally:
        tmp_path.chmod(0o755)


def test_the_guardian_ends_what_is_left_when_its_pipe_closes(tmp_path: Path) -> None:
    owned = tmp_path / "owned" / "deep"
    owned.mkdir(parents=True)
    (owned / "file").touch()
    owned.chmod(0o555)
    (tmp_path / "owned").chmod(0o555)
    sleeping = [sys.executable, "-c", "import time; time.sleep(60)"]
    left = subprocess.Popen(sleeping, start_new_session=True)
    forgotten = subprocess.Popen(sleeping, start_new_session=True)
    watching = subprocess.Popen([sys.executable, str(GUARDIAN)], stdin=subprocess.PIPE, text=True)
    assert watching.stdin is not None
    watching.stdin.write(f"+ {left.pid}\n+ {forgotten.pid}\n- {forgotten.pid}\n{tmp_path / 'owned'}\nnothing\n")
    watching.stdin.flush()
    watching.stdin.close()
    watching.wait(10)
    try:
        assert left.wait(10) == -signal.SIGKILL
        assert forgotten.poll() is None
        assert not (tmp_path / "owned").exists()
    finally:
        forgotten.kill()
        forgotten.wait()


def test_a_group_that_is_gone_already_is_no_error(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""], start_new_session=True)
    gone.wait()
    guardian.guard([f"+ {gone.pid}\n", f"{tmp_path / 'never'}\n"])
