"""One HTTP request and its answer: bodies with a length or in chunks, read and written as they come."""

from __future__ import annotations

import contextlib
import json
import select
import socket
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler
from typing import Any


class BrokenBodyError(Exception):
    """The sender went away in the middle of its body."""


class Exchange(BaseHTTPRequestHandler):
    """What both APIs need of HTTP/1.1 and ``http.server`` does not have."""

    protocol_version = "HTTP/1.1"
    # Small chunks must leave at once.
    disable_nagle_algorithm = True

    def chunks(self) -> Iterator[bytes]:
        """The request's body; trailers are in ``self.trailers`` afterwards."""
        self.trailers: dict[str, str] = {}
        if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
            yield self._exactly(int(self.headers.get("Content-Length") or 0))
            return
        while True:
            line = self.rfile.readline()
            try:
                size = int(line.partition(b";")[0], 16)
            except ValueError:
                raise BrokenBodyError from None
            if size == 0:
                break
            yield self._exactly(size)
            self._exactly(2)
        while (line := self.rfile.readline()) not in (b"\r\n", b""):
            name, _, value = line.decode("latin-1").partition(":")
            self.trailers[name.strip().lower()] = value.strip()

    def body(self) -> bytes:
        return b"".join(self.chunks())

    def is_connected(self) -> bool:
        """Whether the other side still waits for the answer."""
        readable, _, _ = select.select([self.connection], [], [], 0)
        try:
            return not readable or bool(self.connection.recv(1, socket.MSG_PEEK))
        except OSError:
            return False

    def answer(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer_json(self, status: int, content: Any, headers: Mapping[str, str] | None = None) -> None:
        self.answer(status, json.dumps(content).encode(), {"Content-Type": "application/json", **(headers or {})})

    def begin_chunks(self, headers: Mapping[str, str]) -> None:
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def write_chunk(self, chunk: bytes) -> None:
        if chunk:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))

    def end_chunks(self, trailers: Mapping[str, str]) -> None:
        lines = "".join(f"{name}: {value}\r\n" for name, value in trailers.items())
        self.wfile.write(f"0\r\n{lines}\r\n".encode("latin-1"))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the name is http.server's
        """Nothing: the log belongs to the function."""

    def _exactly(self, size: int) -> bytes:
        # The web adapter writes small pieces and waits for each to be acknowledged, which Linux puts off for 40 ms.
        with contextlib.suppress(AttributeError):
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        data = self.rfile.read(size)
        if len(data) < size:
            raise BrokenBodyError
        return data
