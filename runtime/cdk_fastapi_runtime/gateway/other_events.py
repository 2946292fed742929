"""Events that are no requests: schedules that keep functions warm, and misdirected events."""

from __future__ import annotations

from typing import Any

from ..entry.log import logger

_HANDLER = "give the module of the application a `handler(event, context)` of its own"

_WARMERS = ("serverless-plugin-warmup", "aws.events", "aws.scheduler")


class NotARequestError(Exception):
    """The event is no request of an API, and nothing here can do the work that it stands for."""


def answer_other(event: Any, taker: str = _HANDLER) -> None:
    """Answers a warmer with nothing; ``taker`` says what would get all events.

    Raises:
        NotARequestError: for all other events. Those of a queue or a stream are then retried or sent to its failure
            destination; a success would lose them.
    """
    if _is_warmer(event):
        logger().warning("An event that keeps the function warm was answered with nothing: %s", _describe(event))
        return
    raise NotARequestError(
        "the function answers requests of API Gateway, of a function URL or of a load balancer, and the event is none, "
        f"got: {_describe(event)}; {taker}, which then gets all events"
    )


def _is_warmer(event: Any) -> bool:
    if not isinstance(event, dict):
        return False
    scheduled = event.get("detail-type", "Scheduled Event") == "Scheduled Event"
    return (event.get("source") in _WARMERS and scheduled) or event.get("warmup") is True or event.get("warmer") is True


def _describe(event: Any) -> str:
    """What an event is, without its content."""
    if not isinstance(event, dict):
        return f"a value of type {type(event).__name__}"
    records = event.get("Records")
    if isinstance(records, list) and records and isinstance(records[0], dict):
        source = records[0].get("eventSource") or records[0].get("EventSource")
        return f"{len(records)} records of {source}"
    if "source" in event:
        return f"an event of {event['source']}"
    return f"an object with the keys {', '.join(map(str, event))}" if event else "an empty object"
