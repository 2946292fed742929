"""Runs a program and writes the CPU seconds of it and of all processes it has waited for.

`python cpu.py RESULT PROGRAM [ARGUMENT]...`: Node.js can tell this of itself only.
"""

import json
import os
import sys
import time


def main() -> int:
    result, *argv = sys.argv[1:]
    began = time.monotonic()
    pid = os.posix_spawnp(argv[0], argv, os.environ)
    _, status, usage = os.wait4(pid, 0)
    with open(result, "w", encoding="utf-8") as file:
        json.dump({"user": usage.ru_utime, "system": usage.ru_stime, "wall": time.monotonic() - began}, file)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
