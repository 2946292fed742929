"""The request in an event: the only module that reads headers, host, scheme, query and body of events.

Three forms: 1.0 of REST APIs, which HTTP APIs can be told to use, and of load balancers; 2.0 of HTTP APIs and function
URLs. The path is read in ``location.py``.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_plus, urlencode

from starlette.types import Scope

from .forwarded import scheme_of, server_of

_NEEDS_NO_ENCODING = re.compile(r"[\w.~-]*", re.ASCII).fullmatch

Event = Mapping[str, Any]
Header = tuple[bytes, bytes]


def is_request(event: object) -> bool:
    """Whether an event is a request, and not a schedule's, a queue's or a test's."""
    if not isinstance(event, dict):
        return False
    return "httpMethod" in event or (event.get("version") == "2.0" and "http" in request_context(event))


def is_format_two(event: Event) -> bool:
    """Whether an event has the payload format 2.0."""
    return event.get("version") == "2.0"


def is_of_load_balancer(event: Event) -> bool:
    """Whether an Application Load Balancer sent an event: there is neither stage nor base path."""
    return "elb" in request_context(event)


def request_context(event: Event) -> Mapping[str, Any]:
    """The gateway's request context; empty for test events without one."""
    context = event.get("requestContext")
    return context if isinstance(context, dict) else {}


def http_scope(event: Event) -> Scope:
    """The ASGI scope, without the path and the state of the lifespan."""
    context = request_context(event)
    if is_format_two(event):
        headers = _headers_of_format_two(event)
        method = context["http"]["method"]
        query_string = _encode(event.get("rawQueryString") or "")
        source_ip = context["http"].get("sourceIp")
    else:
        headers = _headers_of_format_one(event)
        method = event["httpMethod"]
        query_string = _query_of_format_one(event)
        source_ip = (context.get("identity") or {}).get("sourceIp") or _last_hop(event, headers)
    by_name = dict(headers)
    scheme = scheme_of(by_name)
    return {
        "type": "http",
        # There is no connection that could close before the response: from 2.4 on Starlette does not wait for it.
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": scheme,
        "query_string": query_string,
        "headers": headers,
        "client": (source_ip, 0) if source_ip else None,
        "server": server_of(by_name, scheme, context.get("domainName")),
    }


def request_body(event: Event) -> bytes:
    """The body.

    Raises:
        ValueError: it is not base64, although the event says so.
    """
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return _encode(body)
    try:
        return binascii.a2b_base64(body, strict_mode=True)
    except ValueError as error:
        raise ValueError(f"`isBase64Encoded` is true and `body` is not base64: {error}") from None


def _headers_of_format_one(event: Event) -> list[Header]:
    several: Mapping[str, Any] = event.get("multiValueHeaders") or {}
    found = [(_name(name), _encode(value)) for name, values in several.items() for value in values or ()]
    single: Mapping[str, Any] = event.get("headers") or {}
    if single.keys() != several.keys():
        found += [(_name(name), _encode(value)) for name, value in single.items() if name not in several]
    return found


def _headers_of_format_two(event: Event) -> list[Header]:
    headers: Mapping[str, Any] = event.get("headers") or {}
    found = [(_name(name), _encode(value)) for name, value in headers.items()]
    cookies = event.get("cookies")
    if cookies:
        found = [header for header in found if header[0] != b"cookie"]
        # One header of the client's, which the gateway has split.
        found.append((b"cookie", _encode("; ".join(cookies))))
    return found


def _query_of_format_one(event: Event) -> bytes:
    query: Mapping[str, Any] = event.get("multiValueQueryStringParameters") or event.get("queryStringParameters") or {}
    if not query:
        return b""
    pairs = [(name, _text(value)) for name, values in query.items() for value in _values(values)]
    if is_of_load_balancer(event):
        # Alone among the senders of this format it leaves names and values as they came.
        pairs = [(unquote_plus(name), unquote_plus(value)) for name, value in pairs]
    if _NEEDS_NO_ENCODING("".join(map("".join, pairs))):
        # Nearly every query, and `urlencode` takes its time.
        return "&".join([f"{name}={value}" for name, value in pairs]).encode()
    return urlencode(pairs).encode()


def _values(values: Any) -> Iterable[Any]:
    return values if isinstance(values, list) else [values]


def _last_hop(event: Event, headers: Iterable[Header]) -> str | None:
    """The caller of a load balancer, which writes the address that it saw behind those that it was told of."""
    if not is_of_load_balancer(event):
        return None
    hops = [value for name, value in headers if name == b"x-forwarded-for"]
    return hops[-1].rpartition(b",")[2].strip().decode("latin-1") if hops else None


@lru_cache(maxsize=256)
def _name(name: str) -> bytes:
    return _encode(name.lower())


def _encode(value: Any) -> bytes:
    return (value if isinstance(value, str) else _text(value)).encode("utf-8", "replace")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
