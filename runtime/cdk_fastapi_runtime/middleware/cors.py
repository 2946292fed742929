"""The headers of CORS on the application's answers, its own 500 included.

API Gateway leaves them to the function on REST APIs, and FastAPI's ``CORSMiddleware`` stands inside of what answers an
unhandled exception: a page would see that answer as a CORS error. This stands outside of everything.

- ``ALLOWED_ORIGINS``: origins separated by commas, or ``*``; absent, nothing is done.
- ``CDK_FASTAPI_CORS_EXPOSE_HEADERS``: headers that a page may read, separated by commas.
- ``CDK_FASTAPI_CORS_ALLOW_CREDENTIALS``: ``true`` where a page may send cookies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ANSWERED = "cdk_fastapi.answered"


@dataclass(frozen=True)
class CorsPolicy:
    """Which pages may read the answers."""

    origins: frozenset[str]
    expose_headers: str
    allow_credentials: bool

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> CorsPolicy | None:
        """The policy of the environment; none where no origin is allowed."""
        origins = frozenset(filter(None, (origin.strip() for origin in environ.get("ALLOWED_ORIGINS", "").split(","))))
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


def install_cors(app: FastAPI, environ: Mapping[str, str]) -> None:
    """Puts it around the application, its middlewares and its error page; whoever calls the application, it answers."""
    policy = CorsPolicy.of(environ)
    if policy is None:
        return
    classes: list[Any] = [middleware.cls for middleware in app.user_middleware]
    own = any(isinstance(cls, type) and issubclass(cls, CORSMiddleware) for cls in classes)
    build = app.build_middleware_stack

    def build_with_cors() -> ASGIApp:
        stack: Any = build()
        if own:
            # The outermost part answers unhandled exceptions, and hands everything else to this.
            stack.app = _Answered(stack.app)
        return Cors(stack, policy, errors_only=own)

    app.build_middleware_stack = build_with_cors  # type: ignore[method-assign]


class Cors:
    """Adds the headers where the answer says nothing of allowed origins.

    ``errors_only`` is for an application with a ``CORSMiddleware``: an origin that it refuses stays refused.
    """

    def __init__(self, app: ASGIApp, policy: CorsPolicy, *, errors_only: bool = False) -> None:
        self._app = app
        self._policy = policy
        self._errors_only = errors_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        origin = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"), None)

        async def send_with_cors(message: Message) -> None:
            if message["type"] == "http.response.start" and not (self._errors_only and _ANSWERED in scope):
                headers = MutableHeaders(raw=list(message.get("headers", ())))
                if "access-control-allow-origin" not in headers:
                    self._policy.apply(headers, origin)
                    message = {**message, "headers": headers.raw}
            await send(message)

        await self._app(scope, receive, send_with_cors)


class _Answered:
    """Notes in the scope that the application itself began the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def note(message: Message) -> None:
            scope[_ANSWERED] = True
            await send(message)

        await self._app(scope, receive, note)
