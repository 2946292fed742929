"""A receiver of OTLP over HTTP, mostly an extension in the same environment.

@see https://opentelemetry.io/docs/specs/otlp/#otlphttp
"""

from __future__ import annotations

import gzip
import http.client
import ssl
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from ..entry.log import logger
from .flusher import FIRST_PAUSE, LONGEST_PAUSE, SECONDS

KEPT = 4 * 1024 * 1024
"""Bytes that wait for a collector that is away; what is older is given up."""

_AGAIN = {408, 429, 502, 503, 504}
"""With these the receiver asks for the same body later; with all others it never takes it."""


@dataclass(frozen=True)
class Settings:
    """The settings of an exporter in OpenTelemetry's variables."""

    headers: Mapping[str, str]
    seconds: float
    compressed: bool
    certificate: str | None


class Collector:
    """One connection, kept. A freeze may have broken it, so what fails on it is tried once on a new one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._connections: dict[str, http.client.HTTPConnection] = {}
        self._waiting: deque[tuple[str, bytes]] = deque()
        self._pause = FIRST_PAUSE
        self._try_again = 0.0

    def send(self, url: str, body: bytes) -> bool:
        """Sends the body and what waits before it; false where it has to wait or was refused."""
        with self._lock:
            self._waiting.append((url, gzip.compress(body, 1) if self._settings.compressed else body))
            while sum(len(each) for _, each in self._waiting) > KEPT:
                self._waiting.popleft()
            if time.monotonic() < self._try_again:
                return False
            taken = True
            while self._waiting:
                problem = self._try(*self._waiting[0])
                if problem is not None and problem.later:
                    self._is_away(problem.text)
                    return False
                self._waiting.popleft()
                taken = problem is None
                if problem is not None:
                    logger().warning("The receiver of OpenTelemetry's data refuses it: %s", problem.text)
            self._pause = FIRST_PAUSE
            return taken

    def close(self) -> None:
        """Closes what is open; again does nothing."""
        with self._lock:
            while self._connections:
                self._connections.popitem()[1].close()

    def _is_away(self, text: str) -> None:
        if self._pause == FIRST_PAUSE:
            logger().warning("OpenTelemetry's data waits for its receiver: %s", text)
        self._try_again = time.monotonic() + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE)

    def _try(self, url: str, body: bytes) -> _Problem | None:
        place = urlsplit(url)
        kept = place.netloc in self._connections
        try:
            return self._post(place, body)
        except TimeoutError as error:
            self._close(place)
            return _Problem(f"{url}: {error or 'no answer'}", later=True)
        except (OSError, http.client.HTTPException) as error:
            self._close(place)
            if kept:
                return self._try(url, body)
            return _Problem(f"{url}: {error or type(error).__name__}", later=True)

    def _post(self, place: SplitResult, body: bytes) -> _Problem | None:
        connection = self._connections.get(place.netloc)
        if connection is None:
            connection = self._connections[place.netloc] = self._connect(place)
        path = f"{place.path}?{place.query}" if place.query else place.path
        connection.request("POST", path, body, dict(self._headers()))
        response = connection.getresponse()
        response.read()
        if response.status < 300:
            return None
        return _Problem(f"{place.geturl()}: {response.status} {response.reason}", later=response.status in _AGAIN)

    def _headers(self) -> Mapping[str, str]:
        encoding = {"content-encoding": "gzip"} if self._settings.compressed else {}
        return {**self._settings.headers, "content-type": "application/x-protobuf", **encoding}

    def _connect(self, place: SplitResult) -> http.client.HTTPConnection:
        host, seconds = place.hostname or "localhost", self._settings.seconds
        if place.scheme == "https":
            context = ssl.create_default_context(cafile=self._settings.certificate)
            return http.client.HTTPSConnection(host, place.port, timeout=seconds, context=context)
        return http.client.HTTPConnection(host, place.port, timeout=seconds)

    def _close(self, place: SplitResult) -> None:
        connection = self._connections.pop(place.netloc, None)
        # None if the connection could not be made, for example because of an invalid certificate.
        if connection is not None:
            connection.close()


@dataclass(frozen=True)
class _Problem:
    text: str
    later: bool


def settings_of(environ: Mapping[str, str]) -> Settings:
    """By the variables of OpenTelemetry that hold for all signals."""
    from opentelemetry.util.re import parse_env_headers

    certificate = environ.get("OTEL_EXPORTER_OTLP_CERTIFICATE") or None
    return Settings(
        headers=parse_env_headers(environ.get("OTEL_EXPORTER_OTLP_HEADERS", ""), liberal=True),
        seconds=_seconds(environ.get("OTEL_EXPORTER_OTLP_TIMEOUT")),
        compressed=environ.get("OTEL_EXPORTER_OTLP_COMPRESSION", "").lower() == "gzip",
        certificate=certificate if certificate is None or Path(certificate).is_file() else None,
    )


def _seconds(text: str | None) -> float:
    try:
        return min(float(text or SECONDS), 10 * SECONDS) if float(text or SECONDS) > 0 else SECONDS
    except ValueError:
        return SECONDS


def url_of(environ: Mapping[str, str], signal: str) -> str | None:
    """Where a signal goes: ``traces``, ``metrics`` or ``logs``; none where it is switched off."""
    name = signal.upper()
    if environ.get(f"OTEL_{name}_EXPORTER", "otlp").strip().lower() == "none":
        return None
    own = environ.get(f"OTEL_EXPORTER_OTLP_{name}_ENDPOINT")
    base = environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or "http://localhost:4318"
    return own or f"{base.rstrip('/')}/v1/{signal}"
