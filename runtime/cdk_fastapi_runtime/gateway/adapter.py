"""From Lambda events to the ASGI application, by Mangum, with what Mangum leaves open settled around it."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from fastapi import FastAPI
from mangum import Mangum
from starlette.types import Message, Receive, Scope, Send

from ..entry.lifespan import Lifespan
from .placement import Placement

TEXT_TYPES = [
    "text/",
    "application/json",
    "application/javascript",
    "application/xml",
    "application/graphql",
    "application/yaml",
    "application/x-ndjson",
    "application/x-www-form-urlencoded",
    "application/vnd.oai.openapi",
    "+json",
    "+xml",
    "+yaml",
]
"""Content types answered as text; a body among them that is not UTF-8 is still sent as base64."""


def adapt(app: FastAPI, base_path: str = "") -> Mangum:
    """The Lambda handler of the application, started: its lifespan has run when this returns."""
    # Mangum writes one line per request at INFO.
    logging.getLogger("mangum").setLevel(logging.WARNING)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    lifespan = Lifespan(app, loop)
    lifespan.start()
    lifespan.stop_on_sigterm()
    return Mangum(Gateway(app, lifespan, base_path), lifespan="off", text_mime_types=TEXT_TYPES)


def is_plain_mangum(handler: object, app: FastAPI) -> bool:
    """Whether a handler is ``Mangum(app)`` and no more: ``adapt`` does the same and better."""
    return isinstance(handler, Mangum) and vars(handler) == vars(Mangum(app))


class Gateway:
    """Gives the application the scope that a server behind this gateway would give it."""

    def __init__(self, app: FastAPI, lifespan: Lifespan, base_path: str) -> None:
        self._app = app
        self._lifespan = lifespan
        # After the lifespan, which may add routes.
        self._placement = Placement(app, base_path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        event: dict[str, Any] = scope["aws.event"]
        # Events of an Application Load Balancer have neither stage nor base path, and Mangum has read them already.
        if "elb" not in event["requestContext"]:
            self._placement.place(scope, event)
        scope["state"] = dict(self._lifespan.state)

        async def transcode(message: Message) -> None:
            # ASGI headers are latin-1 bytes, Mangum decodes them as UTF-8 and fails on the first letter with an accent.
            if message["type"] == "http.response.start":
                headers = [(name, value.decode("latin-1").encode()) for name, value in message.get("headers", ())]
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, transcode)
