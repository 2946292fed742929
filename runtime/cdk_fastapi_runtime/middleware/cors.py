"""The headers of CORS on the application's answers, its own 500 included.

On REST APIs the function writes these headers. FastAPI's ``CORSMiddleware`` is inside of the middleware that answers an
unhandled exception, so a page would see that answer as a CORS error. This middleware is outside of all others.

- ``CDK_FASTAPI_CORS_ALLOW_ORIGINS``: origins separated by commas, or ``*``; absent, nothing is done.
- ``CDK_FASTAPI_CORS_EXPOSE_HEADERS``: headers that a page may read, separated by commas.
- ``CDK_FASTAPI_CORS_ALLOW_CREDENTIALS``: ``true`` where a page may send cookies.
- ``CDK_FASTAPI_CORS_BY_URL``: ``true`` where a function URL adds them: those of the application are taken out, since a
  browser refuses an answer that has them twice.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..routing.wrap import wrap_application

_DECISIONS = "cdk_fastapi.cors"


@dataclass(frozen=True)
class CorsPolicy:
    """Which pages may read the answers."""

    origins: frozenset[str]
    expose_headers: str
    allow_credentials: bool

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> CorsPolicy | None:
        """The policy of the environment; none where no origin is allowed."""
        origins = frozenset(
            filter(None, (origin.strip() for origin in environ.get("CDK_FASTAPI_CORS_ALLOW_ORIGINS", "").split(",")))
        )
        if not origins:
            return None
        return cls(
            origins,
            environ.get("CDK_FASTAPI_CORS_EXPOSE_HEADERS", ""),
            environ.get("CDK_FASTAPI_CORS_ALLOW_CREDENTIALS") == "true",
        )

    def apply(self, headers: MutableHeaders, origin: str | None) -> None:
        """Adds what the answer to a page of this origin needs."""
        if "*" in self.origins:
            headers["access-control-allow-origin"] = "*"
        else:
            # Also where the origin is refused: a cache must not give this answer to a page that may read it.
            headers.add_vary_header("Origin")
            if origin is None or origin not in self.origins:
                return
            headers["access-control-allow-origin"] = origin
            if self.allow_credentials:
                headers["access-control-allow-credentials"] = "true"
        if self.expose_headers:
            headers.setdefault("access-control-expose-headers", self.expose_headers)


def without_cors(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Headers without those of CORS."""
    return [(name, value) for name, value in headers if not name.lower().startswith(b"access-control-")]


def install_cors(app: FastAPI, environ: Mapping[str, str]) -> None:
    """Wraps the application with its middlewares and its error page, whichever code calls the application."""
    policy = CorsPolicy.of(environ)
    if policy is not None:
        _note_decisions()
        wrap_application(app, lambda inner: Cors(inner, policy))


def wrap_in_cors(wrapper: ASGIApp, environ: Mapping[str, str]) -> ASGIApp:
    """What is served around the application, such as a check of callers, with the headers on its own answers too."""
    policy = CorsPolicy.of(environ)
    return wrapper if policy is None else Cors(wrapper, policy)


class Cors:
    """Adds the headers to responses without ``Access-Control-Allow-Origin``.

    An answer that came through a ``CORSMiddleware`` of the application has been decided: what it refuses stays refused.
    """

    def __init__(self, app: ASGIApp, policy: CorsPolicy) -> None:
        self._app = app
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # What is wrapped around the application has its own, which sees this answer too.
        if scope["type"] != "http" or _DECISIONS in scope:
            await self._app(scope, receive, send)
            return
        origin = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"), None)
        decisions: list[object] = []
        # Copies of the scope, which mounts make, hold the same list.
        scope[_DECISIONS] = decisions

        started = False

        async def send_with_cors(message: Message) -> None:
            nonlocal started
            started = True
            if message["type"] == "http.response.start" and not decisions:
                headers = MutableHeaders(raw=list(message.get("headers", ())))
                if "access-control-allow-origin" not in headers:
                    self._policy.apply(headers, origin)
                    message = {**message, "headers": headers.raw}
            await send(message)

        try:
            await self._app(scope, receive, send_with_cors)
        except Exception:
            # An application answers its own errors; what is wrapped around it may not.
            if not started:
                await PlainTextResponse("Internal Server Error", 500)(scope, receive, send_with_cors)
            raise


def _note_decisions() -> None:
    """Has each ``CORSMiddleware`` note in the scope that an answer came through it.

    It may stand on the application, on a mounted one, on a router or around an endpoint, so the class itself is asked:
    nothing in an answer tells a refusal from an answer that no middleware saw, such as that to an unhandled exception.
    """
    call = CORSMiddleware.__call__
    if hasattr(call, "notes_decisions"):
        return

    @functools.wraps(call)
    async def noting(self: CORSMiddleware, scope: Scope, receive: Receive, send: Send) -> None:
        decisions = scope.get(_DECISIONS)

        async def note(message: Message) -> None:
            if decisions is not None:
                decisions.append(self)
            await send(message)

        await call(self, scope, receive, note)

    # A function takes any attribute, which its type does not say.
    noting.notes_decisions = True  # type: ignore[attr-defined]
    CORSMiddleware.__call__ = noting  # type: ignore[method-assign]
