"""The command ``cdk-fastapi`` of the wheel: Node.js runs the program that the wheel holds.

jsii's own launcher loads the whole library, and everything that it depends on, into a process of its own each time. Here
the packages are unpacked once into the cache, and Node.js takes the place of this process.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from importlib import metadata
from pathlib import Path, PurePosixPath

OLDEST_NODE = (20, 16)
INSTALL_NODE = "install it from https://nodejs.org, or name it in JSII_NODE"


def main() -> None:
    """Ends with the exit status of the program."""
    try:
        argv = [node(), str(packages() / "cdk-fastapi" / "bin" / "cdk-fastapi"), *sys.argv[1:]]
    except (OSError, RuntimeError) as error:
        sys.exit(f"error: {error}")
    if os.name == "nt":  # Windows starts a second process for `exec`, and the terminal goes on without waiting for it.
        with subprocess.Popen(argv) as process:
            while True:
                try:
                    sys.exit(process.wait())
                except KeyboardInterrupt:
                    continue  # Node.js has been told too, and ends as it wants to.
    os.execv(argv[0], argv)


def node() -> str:
    """The Node.js that jsii would use too."""
    named = os.environ.get("JSII_NODE")
    found = shutil.which(named or "node")
    if found is None:
        raise RuntimeError(
            f"cdk-fastapi needs Node.js {'.'.join(map(str, OLDEST_NODE))} or newer, got: {named or 'none on PATH'}; {INSTALL_NODE}"
        )
    return found


def packages() -> Path:
    """The directory ``node_modules`` with the packages of this environment, unpacked."""
    tarballs = sorted(tarballs_of("cdk-fastapi"))
    key = hashlib.sha256(json.dumps([[path.name, path.stat().st_size] for path in tarballs]).encode()).hexdigest()[:32]
    directory = cache_directory() / "command" / key
    if not directory.exists():
        unpack(tarballs, directory)
    return directory / "node_modules"


def tarballs_of(distribution: str) -> set[Path]:
    """The npm packages in a distribution and in everything that it requires."""
    found: set[Path] = set()
    seen: set[str] = set()
    waiting = [distribution]
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            installed = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # Required under other circumstances.
        found.update(
            Path(str(installed.locate_file(file))) for file in installed.files or [] if file.name.endswith(".jsii.tgz")
        )
        waiting += [match[0] for text in installed.requires or [] if (match := re.match(r"[\w.-]+", text))]
    return found


def unpack(tarballs: list[Path], directory: Path) -> None:
    """Whole or not at all: two commands may run at once, and one may be stopped."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    sys.stderr.write("cdk-fastapi: unpacking the program, once\n")
    scratch = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=directory.parent))
    try:
        for tarball in tarballs:
            with tarfile.open(tarball) as archive:
                manifest = archive.extractfile("package/package.json")
                if manifest is None:
                    raise RuntimeError(
                        f"a package of the wheel must hold package.json, got: {tarball}; install cdk-fastapi again"
                    )
                target = scratch / "node_modules" / json.load(manifest)["name"]
                target.parent.mkdir(parents=True, exist_ok=True)
                place = scratch / tarball.name
                if hasattr(tarfile, "data_filter"):
                    archive.extractall(place, filter="data")
                else:  # Python before 3.11.4
                    members = [member for member in archive.getmembers() if is_inside(member.name)]
                    archive.extractall(place, members)
                (place / "package").rename(target)
                place.rmdir()
        try:
            scratch.rename(directory)
        except OSError:
            if not directory.exists():
                raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def cache_directory() -> Path:
    """The cache folder of the library: ``src/cache/cache-directory.ts``."""
    own = os.environ.get("CDK_FASTAPI_CACHE")
    if own:
        return Path(own).resolve()
    xdg = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(xdg):
        return Path(xdg) / "cdk-fastapi"
    home = Path.home()
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "cdk-fastapi"
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "cdk-fastapi" / "Cache"
    return home / ".cache" / "cdk-fastapi"
