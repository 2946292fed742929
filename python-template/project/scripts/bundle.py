"""Fills a directory with what Lambda needs: ``python scripts/bundle.py DIRECTORY [x86_64|aarch64]``.

The construct does this by itself. Use it to look at the bundle, or give the directory to ``PythonBundling.prebuilt``.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
MODULE = "my_api"


def main(arguments: list[str]) -> None:
    if not arguments or len(arguments) > 2:
        sys.exit("usage: python scripts/bundle.py DIRECTORY [x86_64|aarch64]")
    uv = os.environ.get("UV") or shutil.which("uv")  # `uv run` says where it is
    if uv is None:
        sys.exit("bundle.py needs uv: https://docs.astral.sh/uv/getting-started/installation/")
    target = Path(arguments[0]).resolve()
    platform = f"{arguments[1] if len(arguments) == 2 else 'x86_64'}-manylinux_2_28"
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    # Beside the target first, so that a failure leaves what was there.
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as fresh:
        bundle, requirements = Path(fresh) / "bundle", Path(fresh) / "requirements.txt"
        export = ["export", "--locked", "--no-dev", "--no-emit-project", "--quiet", "--output-file", str(requirements)]
        subprocess.run([uv, *export], cwd=PROJECT, check=True)
        install = ["pip", "install", "--quiet", "--target", str(bundle), "--requirements", str(requirements)]
        wheels = ["--python-platform", platform, "--python-version", python, "--only-binary", ":all:"]
        subprocess.run([uv, *install, *wheels], cwd=PROJECT, check=True)
        shutil.copytree(PROJECT / MODULE, bundle / MODULE, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.rmtree(target, ignore_errors=True)
        bundle.rename(target)


if __name__ == "__main__":
    main(sys.argv[1:])
