"""The providers that are set up: OpenTelemetry's global ones, and those that the application gave to FastAPI alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI


def flushable(app: FastAPI) -> Iterator[Any]:
    """Each provider that can be flushed, once."""
    seen: list[Any] = []
    for provider in _providers(app):
        if callable(getattr(provider, "force_flush", None)) and not any(provider is each for each in seen):
            seen.append(provider)
            yield provider


def _providers(app: FastAPI) -> Iterator[Any]:
    # FastAPI keeps what it was given there and says it nowhere else.
    given = getattr(app, "_telemetry", {})
    yield from (given.get(f"{signal}_provider") for signal in ("tracer", "meter", "logger"))
    from opentelemetry import _logs, metrics, trace

    yield from (trace.get_tracer_provider(), metrics.get_meter_provider(), _logs.get_logger_provider())
