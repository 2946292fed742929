"""Stands in for the daemon of AWS X-Ray."""

from __future__ import annotations

import json
import socket
from typing import Any

TRACE = "Root=1-65f0c0de-0123456789abcdef01234567;Parent=53995c3f42cd8ad8;Sampled=1"
"""What Lambda says of a sampled invocation."""


class Daemon:
    """Stands in for the X-Ray daemon: what has arrived by UDP."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.3)
        self.port = self._socket.getsockname()[1]

    def arrived(self) -> dict[str, dict[str, Any]]:
        """Subsegments by name."""
        found = {}
        while True:
            try:
                head, _, body = self._socket.recvfrom(65_536)[0].partition(b"\n")
            except TimeoutError:
                return found
            assert json.loads(head) == {"format": "json", "version": 1}
            document = json.loads(body)
            found[document["name"]] = document

    def close(self) -> None:
        self._socket.close()
