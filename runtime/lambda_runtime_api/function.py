"""The execution environment: the runtime's process and its extensions, started, watched and ended together."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from .broker import Broker
from .extensions import Extensions
from .invocation import Failure

NAME = "function"
REGION = "us-east-1"
ARN = f"arn:aws:lambda:{REGION}:123456789012:function:{NAME}"

INIT_LIMIT = 60.0
"""Seconds that the initialization may take. Lambda allows ten; a busy machine needs more."""

_GRACE = 2.0


@dataclass(frozen=True)
class Definition:
    """What runs, where, and with which variables."""

    directory: Path
    handler: str
    command: Sequence[str]
    extensions: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    execution_environment: str = "AWS_Lambda_python"
    memory: int = 1024

    def variables(self, port: int) -> dict[str, str]:
        """The environment as Lambda makes it; nothing of this process's own but the way to programs."""
        return {
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EXECUTION_ENV": self.execution_environment,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory),
            "AWS_LAMBDA_FUNCTION_NAME": NAME,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{NAME}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "local",
            "AWS_REGION": REGION,
            "LAMBDA_TASK_ROOT": str(self.directory),
            "LANG": "en_US.UTF-8",
            "PATH": os.pathsep.join([os.path.dirname(self.command[0]), "/usr/local/bin", "/usr/bin", "/bin"]),
            # A function's directory is read-only on Lambda; this is the same without changing its mode.
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(self.directory),
            "TZ": ":UTC",
            "_HANDLER": self.handler,
            **self.environment,
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
        }


class Function:
    """At most one environment at a time; a new one replaces one that crashed or was killed, as on Lambda."""

    def __init__(
        self, definition: Definition, port: int, broker: Broker, extensions: Extensions, log: IO[bytes] | None = None
    ) -> None:
        self._definition = definition
        self._variables = definition.variables(port)
        self._broker = broker
        self._extensions = extensions
        self._log = log
        self._lock = threading.RLock()
        self._processes: list[subprocess.Popen[bytes]] = []
        self._stopped = False

    def ensure_running(self) -> None:
        """Starts an environment where there is none."""
        with self._lock:
            if self._processes or self._stopped or self._broker.is_broken:
                return
            self._broker.initialized.clear()
            for argv in [*([path] for path in self._definition.extensions), list(self._definition.command)]:
                self._processes.append(self._start(argv))
            threading.Thread(target=self._watch, args=(self._processes[-1],), daemon=True).start()

    def kill(self) -> None:
        """Ends the environment at once; the next invocation gets a new one."""
        with self._lock:
            self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ends the environment as Lambda does: SHUTDOWN to extensions, SIGTERM, and SIGKILL to what is left."""
        with self._lock:
            self._stopped = True
            self._extensions.announce({"eventType": "SHUTDOWN", "shutdownReason": "spindown", "deadlineMs": 0})
            self._end(signal.SIGTERM)

    def _start(self, argv: Sequence[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            argv,
            cwd=self._definition.directory,
            env=self._variables,
            stdin=subprocess.DEVNULL,
            stdout=self._log or 2,
            stderr=self._log or 2,
            # A group of its own, so that what the function starts ends with it.
            start_new_session=True,
        )

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        self._wait_for_init(process)
        status = process.wait()
        with self._lock:
            if process not in self._processes:
                return  # ended by kill or stop, which say so themselves
            self._end(signal.SIGKILL)
        described = f"signal: {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
        failure = Failure.of("Runtime.ExitError", f"Runtime exited with error: {described}")
        if self._broker.initialized.is_set():
            self._broker.fail_running(failure)
        else:
            self._broker.fail_initialization(failure)

    def _wait_for_init(self, process: subprocess.Popen[bytes]) -> None:
        waited = 0.0
        while process.poll() is None and not self._broker.initialized.wait(0.1):
            waited += 0.1
            if waited > INIT_LIMIT:
                message = f"The initialization did not finish within {INIT_LIMIT:g} seconds"
                self._broker.fail_initialization(Failure.of("Sandbox.Timedout", message))
                self.kill()

    def _end(self, number: int) -> None:
        processes, self._processes = self._processes, []
        for process in processes:
            _signal_group(process, number)
        for process in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_GRACE)
            # Also what the process has left behind in its group.
            _signal_group(process, signal.SIGKILL)
            process.wait()
        self._extensions.forget()


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def watch_parent(when_gone: Callable[[], None]) -> None:
    """Calls back when the process that started this one has ended, so that nothing is left running."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            threading.Event().wait(0.5)
        when_gone()

    threading.Thread(target=watch, daemon=True).start()
