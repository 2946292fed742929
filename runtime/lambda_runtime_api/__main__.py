"""The command line: ``python -m lambda_runtime_api``."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import FrameType

from .function import Definition, Function, watch_parent
from .server import Server


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    server = Server(options.port, options.timeout)
    port = server.server_address[1]
    log = options.log.open("ab") if options.log else None
    if options.directory:
        server.function = Function(_definition(options), port, server.broker, server.extensions, log)

    def shut_down(_signum: int = 0, _frame: FrameType | None = None) -> None:
        # Not in the thread that serves, which would wait for itself.
        threading.Thread(target=server.shutdown).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, shut_down)
    watch_parent(shut_down)
    print(json.dumps({"port": port}), flush=True)
    if server.function is not None:
        server.function.ensure_running()
    try:
        server.serve_forever(0.1)
    finally:
        if server.function is not None:
            server.function.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lambda_runtime_api", description="A small Lambda on this machine.")
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    parser.add_argument("--timeout", type=float, default=30.0, help="seconds an invocation may take")
    parser.add_argument("--directory", type=Path, help="the bundle; absent, the runtime is started by somebody else")
    parser.add_argument("--handler", default="cdk_fastapi_runtime.handler.handler")
    parser.add_argument("--env", action="append", default=[], metavar="K=V", help="a variable of the function")
    parser.add_argument("--python", default=sys.executable, help="the interpreter, whose environment has awslambdaric")
    parser.add_argument("--memory", type=int, default=1024, help="MB, as the function is told")
    parser.add_argument("--log", type=Path, help="the file for what the function prints; default: standard error")
    parser.add_argument(
        "--extension", action="append", default=[], metavar="FILE", help="an external extension to start"
    )
    parser.add_argument(
        "--bootstrap", nargs=argparse.REMAINDER, help="the runtime's command in place of awslambdaric; comes last"
    )
    return parser


def _definition(options: argparse.Namespace) -> Definition:
    python = [options.python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    version = subprocess.run(python, check=True, capture_output=True, text=True).stdout.strip()
    return Definition(
        directory=options.directory.resolve(),
        handler=options.handler,
        command=options.bootstrap or [options.python, "-m", "awslambdaric", options.handler],
        extensions=[os.path.abspath(path) for path in options.extension],
        environment=dict(pair.split("=", 1) for pair in options.env),
        execution_environment=f"AWS_Lambda_python{version}",
        memory=options.memory,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
