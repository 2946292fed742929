"""The endpoints of MyApi."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Query
from mangum import Mangum
from pydantic import BaseModel

from .init import JsonStreamingResponse, app, logger, metrics, tracer

__all__ = ["app", "handler"]


class Echo(BaseModel):
    """What the caller said."""

    message: str


@app.get("/echo")
@tracer.capture_method
def echo(message: Annotated[str, Query(max_length=1024)]) -> Echo:
    """Answers what the caller said."""
    logger.info("Echoing a message", extra={"length": len(message)})
    metrics.add_metric(name="EchoedCharacters", unit="Count", value=len(message))
    return Echo(message=message)


@app.get(
    "/echo/words",
    response_class=JsonStreamingResponse,
    responses={200: JsonStreamingResponse.openapi_response(Echo)},
)
async def echo_words(message: Annotated[str, Query(max_length=1024)]) -> JsonStreamingResponse:
    """Answers word by word."""

    async def words() -> AsyncIterator[Echo]:
        for word in message.split():
            yield Echo(message=word)
            await asyncio.sleep(0)

    return JsonStreamingResponse(words())


# For Lambda without the web adapter, which buffers responses.
handler = Mangum(app)
