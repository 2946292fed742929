"""Subsegments for AWS X-Ray, sent to the daemon that Lambda runs beside the function.

The names are those of Powertools for AWS. The X-Ray SDK behind it keeps the current segment by thread and reads one
variable of the process, so it mixes up requests at the same time; here both come from the request.

@see https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
"""

from __future__ import annotations

import functools
import inspect
import json
import os
import re
import secrets
import socket
import time
import traceback
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar, Token
from typing import Any, ParamSpec, TypeVar, cast, overload

from .aws_sdk import trace_aws_sdk
from .request import current_request

P = ParamSpec("P")
R = TypeVar("R")

MAX_DATAGRAM = 64_000
_NOT_IN_NAMES = re.compile(r"[^\w\s.:/%&#=+\\\-@]")
_NOT_IN_KEYS = re.compile(r"[^A-Za-z0-9_]")

_CURRENT: ContextVar[Subsegment | None] = ContextVar("subsegment", default=None)
"""Of all tracers: modules may have one each."""


class Subsegment:
    """A part of a request's work."""

    def __init__(self, name: str, namespace: str, trace_id: str | None, parent: str) -> None:
        self.id = secrets.token_hex(8)
        self.name = name
        self.trace_id = trace_id
        """None where the request is not sampled: then nothing is sent."""
        self.document: dict[str, Any] = {"id": self.id, "parent_id": parent, "start_time": time.time()}
        if namespace != "local":
            self.document["namespace"] = namespace

    def put_annotation(self, key: str, value: str | float | bool) -> None:
        """Adds a value that traces can be searched by; X-Ray takes letters, digits and ``_`` in keys."""
        self.document.setdefault("annotations", {})[_NOT_IN_KEYS.sub("_", key)] = value

    def put_metadata(self, key: str, value: Any, namespace: str = "default") -> None:
        """Adds any value."""
        self.document.setdefault("metadata", {}).setdefault(namespace, {})[key] = value

    def add_exception(self, error: BaseException) -> None:
        """Marks it as failed by this exception."""
        stack = [
            {"path": frame.filename, "line": frame.lineno, "label": frame.name}
            for frame in traceback.extract_tb(error.__traceback__)
        ]
        exception = {"id": secrets.token_hex(8), "type": type(error).__name__, "message": str(error), "stack": stack}
        self.document.update(fault=True, cause={"exceptions": [exception]})


class Provider:
    """Opens subsegments, and sends them when they close."""

    def __init__(self) -> None:
        self._daemon: _Daemon | None = None

    @contextmanager
    def in_subsegment(self, name: str, namespace: str = "local") -> Iterator[Subsegment]:
        """A subsegment for the ``with`` block; ``namespace`` is ``remote`` or ``aws`` for calls of other services."""
        subsegment, token = self.begin(name, namespace)
        try:
            yield subsegment
        except BaseException as error:
            subsegment.add_exception(error)
            raise
        finally:
            self.end(subsegment, token)

    @asynccontextmanager
    async def in_subsegment_async(self, name: str, namespace: str = "local") -> AsyncIterator[Subsegment]:
        """The same, for ``async with``."""
        with self.in_subsegment(name, namespace) as subsegment:
            yield subsegment

    def current_subsegment(self) -> Subsegment | None:
        """The innermost open one."""
        return _CURRENT.get()

    def outgoing_header(self) -> str | None:
        """The header by which another service continues the trace; none where nothing is recorded."""
        subsegment = self.current_subsegment()
        if subsegment is None or subsegment.trace_id is None:
            return None
        # Lambda stops endless loops by another part of the header, so that all parts go on.
        parts = {**_parts(_trace_header()), "Parent": subsegment.id}
        return ";".join(f"{name}={value}" for name, value in parts.items())

    def open(self, name: str, namespace: str = "local") -> Subsegment:
        """A subsegment under the current one, which does not become the current one."""
        around = _CURRENT.get()
        if around is not None:
            return Subsegment(name, namespace, around.trace_id, around.id)
        trace_id, parent = _parse(_trace_header())
        return Subsegment(name, namespace, trace_id, parent)

    def begin(self, name: str, namespace: str = "local") -> tuple[Subsegment, Token[Subsegment | None]]:
        """A subsegment that is the current one until ``end``."""
        subsegment = self.open(name, namespace)
        return subsegment, _CURRENT.set(subsegment)

    def end(self, subsegment: Subsegment, token: Token[Subsegment | None]) -> None:
        """Sends it; what was around it is the current one again."""
        _CURRENT.reset(token)
        self.send(subsegment)

    def send(self, subsegment: Subsegment) -> None:
        """Sends a subsegment that has ended; without a daemon nothing happens."""
        if subsegment.trace_id is None:
            return
        self._daemon = self._daemon or _Daemon.find()
        if self._daemon is None:
            return
        document = {
            **subsegment.document,
            "name": _NOT_IN_NAMES.sub("", subsegment.name)[:200] or "unnamed",
            "trace_id": subsegment.trace_id,
            "type": "subsegment",
            "end_time": time.time(),
        }
        datagram = _datagram(document)
        if datagram is not None:
            self._daemon.send(datagram)


class Tracer:
    """Traces functions.

    Args:
        service: namespace of metadata; by default ``POWERTOOLS_SERVICE_NAME``.
        auto_patch: whether the calls of boto3 are traced.
    """

    def __init__(self, service: str | None = None, auto_patch: bool = True) -> None:
        self.service = service or os.environ.get("POWERTOOLS_SERVICE_NAME") or "service_undefined"
        self.provider = Provider()
        if auto_patch:
            trace_aws_sdk(self.provider)

    def put_annotation(self, key: str, value: str | float | bool) -> None:
        """Adds a value that traces can be searched by, to the current subsegment."""
        subsegment = self.provider.current_subsegment()
        if subsegment is not None:
            subsegment.put_annotation(key, value)

    def put_metadata(self, key: str, value: Any, namespace: str | None = None) -> None:
        """Adds any value to the current subsegment."""
        subsegment = self.provider.current_subsegment()
        if subsegment is not None:
            subsegment.put_metadata(key, value, namespace or self.service)

    @overload
    def capture_method(self, method: Callable[P, R]) -> Callable[P, R]: ...

    @overload
    def capture_method(
        self, method: None = None, *, capture_response: bool | None = None, capture_error: bool | None = None
    ) -> Callable[[Callable[P, R]], Callable[P, R]]: ...

    def capture_method(
        self,
        method: Callable[P, R] | None = None,
        *,
        capture_response: bool | None = None,
        capture_error: bool | None = None,
    ) -> Callable[P, R] | Callable[[Callable[P, R]], Callable[P, R]]:
        """A subsegment for each call of a function of any kind, with what it returned or raised as metadata.

        What a generator yields is not recorded, and what it calls belongs to what is around it.
        """
        if method is None:
            return functools.partial(
                self._capture,
                response=_switch(capture_response, "POWERTOOLS_TRACER_CAPTURE_RESPONSE"),
                error=_switch(capture_error, "POWERTOOLS_TRACER_CAPTURE_ERROR"),
            )
        return self.capture_method(capture_response=capture_response, capture_error=capture_error)(method)

    def _capture(self, method: Callable[P, R], *, response: bool, error: bool) -> Callable[P, R]:
        name = f"## {method.__module__}.{method.__qualname__}"
        call: Callable[..., Any] = method

        @contextmanager
        def captured(subsegment: Subsegment) -> Iterator[None]:
            try:
                yield
            except BaseException as raised:
                subsegment.document["fault"] = True
                if error:
                    subsegment.add_exception(raised)
                raise

        def returned(subsegment: Subsegment, value: Any) -> Any:
            if response and value is not None:
                subsegment.put_metadata(f"{method.__name__} response", value, self.service)
            return value

        @contextmanager
        def whole() -> Iterator[Subsegment]:
            subsegment, token = self.provider.begin(name)
            try:
                with captured(subsegment):
                    yield subsegment
            finally:
                self.provider.end(subsegment, token)

        @contextmanager
        def stepwise() -> Iterator[None]:
            # A generator may continue in another task or thread, where what it set is not known.
            subsegment = self.provider.open(name)
            try:
                with captured(subsegment):
                    yield
            finally:
                self.provider.send(subsegment)

        wrapper: Any
        if inspect.isasyncgenfunction(call):

            async def wrapper(*args: P.args, **kwargs: P.kwargs) -> AsyncIterator[Any]:
                with stepwise():
                    async for value in call(*args, **kwargs):
                        yield value
        elif inspect.isgeneratorfunction(call):

            def wrapper(*args: P.args, **kwargs: P.kwargs) -> Generator[Any, Any, Any]:
                with stepwise():
                    return (yield from call(*args, **kwargs))
        elif inspect.iscoroutinefunction(call):

            async def wrapper(*args: P.args, **kwargs: P.kwargs) -> Any:
                with whole() as subsegment:
                    return returned(subsegment, await call(*args, **kwargs))
        else:

            def wrapper(*args: P.args, **kwargs: P.kwargs) -> Any:
                with whole() as subsegment:
                    return returned(subsegment, call(*args, **kwargs))

        return cast("Callable[P, R]", functools.wraps(method)(wrapper))


def _switch(wanted: bool | None, variable: str) -> bool:
    return os.environ.get(variable, "true").lower() in ("1", "true", "y", "yes", "on") if wanted is None else wanted


def _trace_header() -> str:
    # By Powertools' name. OpenTelemetry may have the trace, and two of the same request say the same twice.
    if os.environ.get("POWERTOOLS_TRACE_DISABLED", "").lower() in ("1", "true"):
        return ""
    request = current_request()
    return request.trace_header if request is not None else os.environ.get("_X_AMZN_TRACE_ID", "")


def _parts(header: str) -> dict[str, str]:
    return dict(part.strip().partition("=")[::2] for part in header.split(";"))


def _parse(header: str) -> tuple[str | None, str]:
    parts = _parts(header)
    sampled = parts.get("Sampled") == "1" and "Root" in parts and "Parent" in parts
    return (parts["Root"], parts["Parent"]) if sampled else (None, "")


class _Daemon:
    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)

    @classmethod
    def find(cls) -> _Daemon | None:
        # `host:port`, or `tcp:host:port udp:host:port`.
        for address in os.environ.get("AWS_XRAY_DAEMON_ADDRESS", "").split():
            *protocol, host, port = address.rsplit(":", 2)
            if protocol in ([], ["udp"]) and port.isdigit():
                return cls(host, int(port))
        return None

    def send(self, datagram: bytes) -> None:
        # A trace is not worth a request.
        with suppress(OSError):
            self._socket.sendto(datagram, self._address)

    def __del__(self) -> None:
        self._socket.close()


def _datagram(document: dict[str, Any]) -> bytes | None:
    for candidate in (document, {name: value for name, value in document.items() if name not in ("metadata", "cause")}):
        try:
            text = json.dumps(candidate, default=_plain, skipkeys=True, separators=(",", ":"))
        except (TypeError, ValueError, RecursionError):
            continue
        datagram = b'{"format":"json","version":1}\n' + text.encode()
        if len(datagram) <= MAX_DATAGRAM:
            return datagram
    return None


def _plain(value: Any) -> Any:
    dump = getattr(value, "model_dump", None)
    return dump(mode="json") if callable(dump) else str(value)
