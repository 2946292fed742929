"""What the application is made of. Endpoints import it from here.

- ``app``: every request is measured, traced and given a correlation id, by ``observability``.
- ``logger``: structured log records that know their request.
- ``metrics``: written to CloudWatch with the request, when it ends.
- ``tracer``: subsegments for AWS X-Ray.
- ``JsonStreamingResponse``: one line of JSON after the other.
- ``CurrentCaller``: who calls, as a parameter of an endpoint.
"""

import os
from collections.abc import AsyncIterable, AsyncIterator, Mapping
from typing import Any

from aws_lambda_powertools import Logger
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from .caller import CurrentCaller, IamCaller, stand_in
from .observability import Metrics, RequestKeys, Tracer, current_request, observe

__all__ = ["CurrentCaller", "JsonStreamingResponse", "app", "logger", "metrics", "tracer"]

NAME = "MyApi"

# The construct sets it, and `POWERTOOLS_METRICS_NAMESPACE`, which `Metrics` reads.
SERVICE = os.environ.get("POWERTOOLS_SERVICE_NAME", NAME)


class RequestLogger(Logger):
    """Keeps the keys of a request apart from those of the requests beside it and after it."""

    def append_keys(self, **additional_keys: object) -> None:
        """Adds keys to the records of this request; outside of a request, to all records."""
        if current_request() is None:
            super().append_keys(**additional_keys)
        else:
            self.thread_safe_append_keys(**additional_keys)


class JsonStreamingResponse(StreamingResponse):
    """Sends items as they come, as one line of JSON each."""

    media_type = "application/jsonl"

    def __init__(
        self, items: AsyncIterable[BaseModel], status_code: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(_lines(items), status_code=status_code, headers=headers)

    @classmethod
    def openapi_response(cls, item: type[BaseModel], description: str = "Items, one per line") -> dict[str, Any]:
        """What an endpoint gives as ``responses={200: …}``, so that clients know the items."""
        schema = {"$ref": f"#/components/schemas/{item.__name__}"}
        return {"model": item, "description": description, "content": {cls.media_type: {"itemSchema": schema}}}


async def _lines(items: AsyncIterable[BaseModel]) -> AsyncIterator[str]:
    async for item in items:
        yield f"{item.model_dump_json()}\n"


logger = RequestLogger(service=SERVICE)
logger.registered_handler.addFilter(RequestKeys())
metrics = Metrics(service=SERVICE)
tracer = Tracer(service=SERVICE)

app = FastAPI(title=NAME, generate_unique_id_function=lambda route: route.name)
observe(app, logger=logger, metrics=metrics, tracer=tracer)
if "AWS_LAMBDA_FUNCTION_NAME" not in os.environ:
    # In AWS the construct sees to CORS. Here pages of this machine may call the server.
    local = r"https?://(localhost|127\.0\.0\.1)(:\d+)?"
    app.add_middleware(CORSMiddleware, allow_origin_regex=local, allow_methods=["*"], allow_headers=["*"])
    # In AWS the gateway says who calls. Here it is always this one, which may be a TokenCaller too.
    stand_in(app, IamCaller(arn="arn:aws:iam::123456789012:user/developer", account="123456789012"))
