"""The Lambda handler of a buffered function: passes events to the application and returns its responses."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from ..entry.lifespan import Lifespan
from ..entry.log import logger
from .answer import LIMIT, lambda_answer, size
from .event import http_scope, is_request, request_body
from .exchange import Exchange
from .other_events import answer_other
from .placement import Placement


class Adapter:
    """Answers events with an application whose lifespan has started; ``served`` is what is wrapped around it."""

    def __init__(self, app: FastAPI, lifespan: Lifespan, base_path: str, *, served: ASGIApp | None = None) -> None:
        self._app = served or app
        self._lifespan = lifespan
        # After the lifespan, which may add routes.
        self._placement = Placement(app, base_path)

    def __call__(self, event: Any, context: Any) -> dict[str, Any] | None:
        if not is_request(event):
            answer_other(event)
            return None
        try:
            scope = http_scope(event)
            exchange = Exchange(request_body(event))
            self._placement.place(scope, event)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            # No gateway sends such an event.
            logger().error("The event cannot be read as a request: %s: %s", type(error).__name__, error)
            exchange = Exchange(b"")
            exchange.answer(400, "Bad Request")
            return lambda_answer(event, exchange)
        scope["aws.event"] = event
        scope["aws.context"] = context
        scope["state"] = dict(self._lifespan.state)
        # Set again, because a hook of a snapshot may have used `asyncio.run`, which leaves no current loop.
        asyncio.set_event_loop(self._lifespan.loop)
        exchange.run(self._app, scope, self._lifespan.loop)
        answer = lambda_answer(event, exchange)
        if size(answer) > LIMIT:
            logger().error(
                "The answer to %s %s has %d bytes, and Lambda takes %d: stream it, or answer with a link to it",
                scope["method"],
                scope["path"],
                size(answer),
                LIMIT,
            )
            exchange.answer(500, "Internal Server Error")
            return lambda_answer(event, exchange)
        return answer
