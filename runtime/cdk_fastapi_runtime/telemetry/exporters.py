"""OpenTelemetry's exporters of spans, metrics and log records, over one connection without a library for clients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .collector import Collector

if TYPE_CHECKING:
    from opentelemetry.sdk._logs.export import LogRecordExporter
    from opentelemetry.sdk.metrics.export import MetricExporter
    from opentelemetry.sdk.trace.export import SpanExporter


def span_exporter(collector: Collector, url: str) -> SpanExporter:
    """Sends spans."""
    from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

    class Exporter(SpanExporter):
        def export(self, spans: Any) -> SpanExportResult:
            sent = collector.send(url, encode_spans(spans).SerializeToString())
            return SpanExportResult.SUCCESS if sent else SpanExportResult.FAILURE

        def shutdown(self) -> None:
            collector.close()

    return Exporter()


def metric_exporter(collector: Collector, url: str, environ: Mapping[str, str]) -> MetricExporter:
    """Sends metrics, cumulative ones unless a variable asks for differences."""
    from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics
    from opentelemetry.sdk.metrics import Counter, Histogram, ObservableCounter
    from opentelemetry.sdk.metrics.export import AggregationTemporality, MetricExporter, MetricExportResult

    class Exporter(MetricExporter):
        def export(self, metrics_data: Any, timeout_millis: float = 0, **_: Any) -> MetricExportResult:
            sent = collector.send(url, encode_metrics(metrics_data).SerializeToString())
            return MetricExportResult.SUCCESS if sent else MetricExportResult.FAILURE

        def force_flush(self, timeout_millis: float = 0) -> bool:
            return True

        def shutdown(self, timeout_millis: float = 0, **_: Any) -> None:
            collector.close()

    preference = environ.get("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "").strip().lower()
    delta: dict[str, tuple[type, ...]] = {
        "delta": (Counter, Histogram, ObservableCounter),
        "lowmemory": (Counter, Histogram),
    }
    return Exporter(preferred_temporality=dict.fromkeys(delta.get(preference, ()), AggregationTemporality.DELTA))


def log_exporter(collector: Collector, url: str) -> LogRecordExporter:
    """Sends log records."""
    from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs
    from opentelemetry.sdk._logs.export import LogRecordExporter, LogRecordExportResult

    class Exporter(LogRecordExporter):
        def export(self, batch: Any) -> LogRecordExportResult:
            sent = collector.send(url, encode_logs(batch).SerializeToString())
            return LogRecordExportResult.SUCCESS if sent else LogRecordExportResult.FAILURE

        def force_flush(self, timeout_millis: int = 0) -> bool:
            return True

        def shutdown(self) -> None:
            collector.close()

    return Exporter()
