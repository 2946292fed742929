"""The endpoints of MyApi."""

from typing import Annotated

from fastapi import Query
from mangum import Mangum
from pydantic import BaseModel

from .init import app, logger, metrics, tracer

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


# Lambda calls this. The construct puts its own in place of a Mangum without options, which starts the lifespan once
# and knows the stage and the base path of the API.
handler = Mangum(app)
