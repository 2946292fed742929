"""Completes the wheel that jsii-pacmak has built: ``python finish_wheel.py dist/python``.

Adds a launcher of our own for the command, for ``python -m cdk_fastapi`` as well, and the skill for coding agents; makes
links of the description absolute, since PyPI shows it alone; has a map that jsii copies refuse changes, which would be lost.
"""

from __future__ import annotations

import base64
import hashlib
import re
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
REPOSITORY = "https://github.com/cdk-fastapi/cdk-fastapi"
LAUNCHER = "_cdk_fastapi_launcher"
COMMAND = f"#!python\nfrom {LAUNCHER} import main\n\nmain()\n"
# `python -m` imports the package first, and that starts jsii.
PACKAGE_START = f"""import sys as _sys
if "-m" in (_argv := list(_sys.orig_argv)) and _argv[_argv.index("-m") + 1 : _argv.index("-m") + 2] == ["cdk_fastapi"]:
    from {LAUNCHER} import main as _main
    _main()
"""
MAIN = f'"""``python -m cdk_fastapi``: see ``{LAUNCHER}``."""\n\nfrom {LAUNCHER} import main\n\nmain()\n'
READS_APIS = 'jsii.get(self, "apis")'
SETS_APIS = 'jsii.set(self, "apis", value)'
SKILL = ".agents/skills/cdk-fastapi/SKILL.md"


def main() -> None:
    wheels = sorted(Path(sys.argv[1]).glob("*.whl"))
    if len(wheels) != 1:
        sys.exit(f"one wheel is expected in {sys.argv[1]}, got: {len(wheels)}; run `npx projen package:python`")
    finish(wheels[0])


def finish(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        infos = archive.infolist()
        files = {info.filename: archive.read(info) for info in infos}
    if f"{LAUNCHER}.py" in files:
        return
    date = infos[0].date_time
    record = next(name for name in files if name.endswith(".dist-info/RECORD"))
    details = record.removesuffix("RECORD")
    command = next(name for name in files if name.endswith(".data/scripts/cdk-fastapi"))
    files[command] = COMMAND.encode()
    files[f"{LAUNCHER}.py"] = (HERE / f"{LAUNCHER}.py").read_bytes()
    files["cdk_fastapi/__main__.py"] = MAIN.encode()
    files[f"cdk_fastapi/{SKILL}"] = (ROOT / SKILL).read_bytes()
    files["cdk_fastapi/_frozen.py"] = (HERE / "_frozen.py").read_bytes()
    files["cdk_fastapi/__init__.py"] = with_frozen_map(with_start(files["cdk_fastapi/__init__.py"].decode())).encode()
    files[f"{details}METADATA"] = with_absolute_links(files[f"{details}METADATA"].decode()).encode()
    files[f"{details}top_level.txt"] = f"{LAUNCHER}\ncdk_fastapi\n".encode()
    del files[record]
    lines = [f"{name},sha256={digest(content)},{len(content)}" for name, content in files.items()]
    files[record] = "\n".join([*lines, f"{record},,", ""]).encode()
    scratch = wheel.with_suffix(".part")
    with zipfile.ZipFile(scratch, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, date)
            info.compress_type = zipfile.ZIP_DEFLATED
            # With the bits of a regular file, without which pip makes nothing executable.
            info.external_attr = (0o100755 if name == command else 0o100644) << 16
            archive.writestr(info, content)
    scratch.replace(wheel)


def with_start(text: str) -> str:
    """After ``from __future__``, which has to come first."""
    future = "from __future__ import annotations\n"
    before, found, after = text.partition(future)
    return f"{before}{found}{PACKAGE_START}{after}" if found else f"{PACKAGE_START}{text}"


def with_frozen_map(text: str) -> str:
    """What jsii-pacmak has generated for `RuntimeConfigValues.apis`, which is a map of texts in both directions."""
    for generated, ours in (
        (READS_APIS, f"FrozenMap({READS_APIS})"),
        (SETS_APIS, 'jsii.set(self, "apis", dict(value))'),
    ):
        if text.count(generated) != 1:
            sys.exit(
                f"one `{generated}` is expected in the package that jsii-pacmak generates, got: {text.count(generated)}"
            )
        text = text.replace(generated, ours)
    return text.replace("\nimport jsii\n", "\nimport jsii\nfrom ._frozen import FrozenMap\n", 1)


def with_absolute_links(text: str) -> str:
    def absolute(match: re.Match[str]) -> str:
        kind = "raw" if match[1] == "!" else "blob"
        return f"{match[1]}[{match[2]}]({REPOSITORY}/{kind}/main/{match[3]})"

    return re.sub(r"(!?)\[([^\]]*)\]\((?!\w+:|#)([^)\s]+)\)", absolute, text)


def digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


main()
