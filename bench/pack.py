"""Packs directories as a deployment does, and unpacks them as Lambda does.

`python pack.py zip DIRECTORY ZIP` writes a zip with the fixed time and the compression of the CDK's asset publishing.
`python pack.py unzip ZIP DIRECTORY` gives every file that time and takes the right to write from it.
"""

import os
import sys
import zipfile
from pathlib import Path
from time import mktime

FIXED_TIME = (1980, 1, 1, 0, 0, 0)


def pack(directory: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in sorted(path for path in directory.rglob("*") if path.is_file()):
            info = zipfile.ZipInfo(file.relative_to(directory).as_posix(), FIXED_TIME)
            info.external_attr = file.stat().st_mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, file.read_bytes())


def unpack(archive: Path, directory: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(directory)
    fixed = mktime((*FIXED_TIME, 0, 0, 0))
    paths = sorted(directory.rglob("*"), reverse=True)
    for path in [*paths, directory]:
        os.utime(path, (fixed, fixed))
        path.chmod(0o555 if path.is_dir() else 0o444)


def main() -> None:
    command, source, target = sys.argv[1:]
    {"zip": pack, "unzip": unpack}[command](Path(source), Path(target))


if __name__ == "__main__":
    main()
