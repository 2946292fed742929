"""Metrics as lines of CloudWatch's embedded metric format: one for each request, written when it ends.

@see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import json
import math
import os
import sys
import time
from collections.abc import Mapping
from contextvars import ContextVar, Token
from enum import Enum
from typing import Any

REQUEST_METRICS = [
    *({"Name": name, "Unit": "Count"} for name in ("RequestCount", "Success", "Failure", "ClientError", "ColdStart")),
    {"Name": "Latency", "Unit": "Milliseconds"},
]

STREAM_METRICS = [*REQUEST_METRICS, {"Name": "TimeToFirstByte", "Unit": "Milliseconds"}]
"""Of a request whose response came in parts."""

_RESERVED = {
    *(metric["Name"] for metric in STREAM_METRICS),
    *("_aws", "service", "route", "method", "path", "status", "correlation_id", "function_request_id"),
}

_SIZES = [f"{prefix}{unit}" for unit in ("bytes", "bits") for prefix in ("Kilo", "Mega", "Giga", "Tera")]
_RATES = ["Bytes", "Bits", "Count", *_SIZES]
UNITS = {*_RATES, *(f"{unit}/Second" for unit in _RATES), "Seconds", "Microseconds", "Milliseconds", "Percent", "None"}

MAX_METRICS = 100
"""Of one line, and also values of one metric; one more starts another line."""

MAX_DIMENSIONS = 30


class Batch:
    """Metrics that were added and not yet written."""

    __slots__ = ("dimensions", "metadata", "metrics", "open", "values")

    def __init__(self) -> None:
        self.metrics: dict[str, dict[str, Any]] = {}
        self.values: dict[str, list[float]] = {}
        self.dimensions: dict[str, str] = {}
        self.metadata: dict[str, Any] = {}
        self.open = True


class Metrics:
    """Collects metrics for the request that is being served, with the names that Powertools for AWS gives them.

    Requests at the same time do not see each other's. Outside of a request a metric is written at once.

    Args:
        namespace: of CloudWatch; by default ``POWERTOOLS_METRICS_NAMESPACE``, then the service.
        service: the dimension that every metric has; by default ``POWERTOOLS_SERVICE_NAME``.
    """

    def __init__(self, namespace: str | None = None, service: str | None = None) -> None:
        self.service = service or os.environ.get("POWERTOOLS_SERVICE_NAME") or "service_undefined"
        self.namespace = namespace or os.environ.get("POWERTOOLS_METRICS_NAMESPACE") or self.service
        self._defaults: dict[str, str] = {}
        self._batch: ContextVar[Batch | None] = ContextVar("metrics", default=None)

    def add_metric(self, name: str, unit: str | Enum, value: float, resolution: int | Enum = 60) -> None:
        """Adds a value; ``resolution`` is 60 seconds, or 1 for a metric of high resolution.

        Raises:
            ValueError: CloudWatch would drop the line, or the name is one of the request's own metrics.
        """
        self._check(name)
        unit_name = unit.value if isinstance(unit, Enum) else unit
        seconds = resolution.value if isinstance(resolution, Enum) else resolution
        if unit_name not in UNITS:
            raise ValueError(f"`unit` of the metric {name} must be a unit of CloudWatch, got: {unit_name}")
        if seconds not in (1, 60):
            raise ValueError(f"`resolution` of the metric {name} must be 1 or 60 seconds, got: {seconds}")
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ValueError(f"`value` of the metric {name} must be a finite number, got: {value!r}")
        batch, open_batch = self._current()
        if len(batch.metrics) == MAX_METRICS and name not in batch.metrics:
            self._write_own(batch)
        values = batch.values.setdefault(name, [])
        batch.metrics[name] = {
            "Name": name,
            "Unit": unit_name,
            **({"StorageResolution": 1} if seconds == 1 else {}),
        }
        values.append(value)
        if len(values) == MAX_METRICS or not open_batch:
            self._write_own(batch)

    def add_dimension(self, name: str, value: object) -> None:
        """Adds a dimension to the metrics that the request's code adds."""
        self._check(name)
        batch, _ = self._current()
        text = _dimension(name, value)
        if len(batch.dimensions) + len(self._defaults) + 1 >= MAX_DIMENSIONS and name not in batch.dimensions:
            raise ValueError(f"`add_dimension` takes {MAX_DIMENSIONS} dimensions at most, got: one more, {name}")
        batch.dimensions[name] = text

    def set_default_dimensions(self, **dimensions: object) -> None:
        """Adds dimensions to all metrics, those of requests included."""
        for name, value in dimensions.items():
            self._check(name)
            self._defaults[name] = _dimension(name, value)

    def add_metadata(self, key: str, value: Any) -> None:
        """Adds a value to the line that is no metric, for searching."""
        self._check(key)
        self._current()[0].metadata[key] = value

    def flush_metrics(self) -> None:
        """Writes what was added so far; not needed, the end of the request does it."""
        batch = self._batch.get()
        if batch is not None and batch.metrics:
            self._write_own(batch)

    def begin(self) -> Token[Batch | None]:
        """Starts the metrics of a request."""
        return self._batch.set(Batch())

    def end(self, token: Token[Batch | None], route: str, values: Mapping[str, Any]) -> None:
        """Writes the line of the request: its own metrics by route, and what its code added.

        Args:
            token: what ``begin`` returned.
            route: the route's template.
            values: the values of the request's own metrics, and properties.
        """
        batch, _ = self._current()
        batch.open = False
        self._batch.reset(token)
        common = ["service", *self._defaults]
        directives = [
            {
                "Namespace": self.namespace,
                # By route, and of the service as a whole: an alarm cannot sum up routes that it does not know.
                "Dimensions": [[*common, "route"], common],
                "Metrics": STREAM_METRICS if "TimeToFirstByte" in values else REQUEST_METRICS,
            }
        ]
        _write(directives + self._directives(batch), {**self._members(batch), "route": route, **values})

    def _current(self) -> tuple[Batch, bool]:
        batch = self._batch.get()
        if batch is None:
            return Batch(), False
        # A task may live longer than the request that started it.
        return batch, batch.open

    def _directives(self, batch: Batch) -> list[dict[str, Any]]:
        if not batch.metrics:
            return []
        dimensions = list({"service": None, **self._defaults, **batch.dimensions})
        return [{"Namespace": self.namespace, "Dimensions": [dimensions], "Metrics": list(batch.metrics.values())}]

    def _members(self, batch: Batch) -> dict[str, Any]:
        return {
            "service": self.service,
            **self._defaults,
            **batch.dimensions,
            **batch.metadata,
            **{name: values[0] if len(values) == 1 else values for name, values in batch.values.items()},
        }

    def _write_own(self, batch: Batch) -> None:
        _write(self._directives(batch), self._members(batch))
        batch.metrics.clear()
        batch.values.clear()

    def _check(self, name: str) -> None:
        if not name or len(name) > 255 or name in _RESERVED:
            raise ValueError(f"a metric, dimension or property needs a name that is not the request's own, got: {name}")


def _dimension(name: str, value: object) -> str:
    text = str(value)
    if not text.strip() or len(text) > 1024 or not text.isascii():
        raise ValueError(f"the dimension {name} must be 1 to 1024 characters of ASCII, got: {text[:100]!r}")
    return text


def _write(directives: list[dict[str, Any]], members: dict[str, Any]) -> None:
    line = {"_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": directives}, **members}
    # In one piece: other threads write too. And at once: Lambda stops the process when the request ends.
    sys.stdout.write(json.dumps(line, default=str, separators=(",", ":")) + "\n")
    sys.stdout.flush()
