"""Scheme, host and port of a request from its headers, with defaults for malformed values."""

from __future__ import annotations

from collections.abc import Mapping

_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}


def scheme_of(headers: Mapping[bytes, bytes]) -> str:
    """The scheme: that of ``X-Forwarded-Proto`` if it is known, as in uvicorn, else ``https``."""
    said = headers.get(b"x-forwarded-proto", b"").decode("latin-1").strip()
    return said if said in _PORTS else "https"


def server_of(headers: Mapping[bytes, bytes], scheme: str, domain_name: str | None) -> tuple[str, int]:
    """Host and port; without the header ``Host``, the name by which the gateway was asked."""
    host = headers.get(b"host", b"").decode("latin-1")
    # A port has five digits at most, and what follows the last colon of an IPv6 address in brackets is none.
    name, _, port = host.rpartition(":")
    if name and len(port) <= 5 and port.isascii() and port.isdigit():
        return name, int(port)
    return host or domain_name or "localhost", _PORTS[scheme]
