"""OpenTelemetry for an application that knows nothing of it, with ``CDK_FASTAPI_TELEMETRY=opentelemetry``.

FastAPI records its requests itself from the version on that depends on OpenTelemetry's API; for older ones there is the
package ``opentelemetry-instrumentation-fastapi``. What they record goes to the receiver that OpenTelemetry's own
variables name. A provider that the application sets up is its own: it is flushed and nothing else.
"""

from __future__ import annotations

import importlib.util
import math
import os
from collections.abc import Mapping

from fastapi import FastAPI

from ..entry.log import logger
from .collector import Collector, settings_of, url_of


def set_propagators(environ: Mapping[str, str]) -> None:
    """Before the application is imported, which may choose others: W3C's headers, and where they are absent X-Ray's."""
    if environ.get("OTEL_PROPAGATORS"):
        return
    from opentelemetry.baggage.propagation import W3CBaggagePropagator
    from opentelemetry.propagate import set_global_textmap
    from opentelemetry.propagators.composite import CompositePropagator
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    from .xray import XRayPropagator

    # The last one that finds a parent wins.
    set_global_textmap(CompositePropagator([XRayPropagator(), TraceContextTextMapPropagator(), W3CBaggagePropagator()]))


def instrument(app: FastAPI) -> None:
    """Has requests recorded by a version of FastAPI that does not do so itself; before its middlewares are built."""
    if importlib.util.find_spec("fastapi.telemetry") is not None:
        return
    if getattr(app, "_is_instrumented_by_opentelemetry", False):
        return
    try:
        from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
    except ImportError:
        logger().error(
            "This version of FastAPI does not record its requests: "
            "update it, or add opentelemetry-instrumentation-fastapi"
        )
        return
    FastAPIInstrumentor.instrument_app(app, exclude_spans=["receive", "send"])


def set_providers(environ: Mapping[str, str]) -> None:
    """After the application has started, which may have set up its own; none of it takes a request down."""
    try:
        _set_providers(environ)
    except ImportError as error:
        logger().error("The bundle lacks packages of OpenTelemetry: %s; add fastapi[opentelemetry]", error)
    except Exception:  # noqa: BLE001 a version of the SDK that differs; requests do not need it
        logger().exception("OpenTelemetry could not be set up")


def _set_providers(environ: Mapping[str, str]) -> None:
    from opentelemetry import _logs, metrics, trace
    from opentelemetry.sdk.resources import Resource

    if type(trace.get_tracer_provider()).__name__ != "ProxyTracerProvider":
        logger().warning(
            "The application has set up a tracer provider of its own: its telemetry goes where that sends it"
        )
        return
    collector = Collector(settings_of(environ))
    resource = Resource(_attributes(environ))
    url = url_of(environ, "traces")
    if url is not None:
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        from .exporters import span_exporter

        tracers = TracerProvider(resource=resource, shutdown_on_exit=False)
        tracers.add_span_processor(BatchSpanProcessor(span_exporter(collector, url)))
        trace.set_tracer_provider(tracers)
    url = url_of(environ, "metrics")
    if url is not None:
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader

        from .exporters import metric_exporter

        # Collected when it is flushed: no interval passes while an environment is frozen.
        reader = PeriodicExportingMetricReader(metric_exporter(collector, url, environ), math.inf)
        metrics.set_meter_provider(MeterProvider([reader], resource=resource, shutdown_on_exit=False))
    url = url_of(environ, "logs")
    if url is not None:
        from opentelemetry.sdk._logs import LoggerProvider
        from opentelemetry.sdk._logs.export import BatchLogRecordProcessor

        from .exporters import log_exporter

        loggers = LoggerProvider(resource=resource, shutdown_on_exit=False)
        loggers.add_log_record_processor(BatchLogRecordProcessor(log_exporter(collector, url)))
        _logs.set_logger_provider(loggers)


def _attributes(environ: Mapping[str, str]) -> dict[str, str | int]:
    """Of the function and its environment, by OpenTelemetry's conventions; ``OTEL_RESOURCE_ATTRIBUTES`` wins.

    @see https://opentelemetry.io/docs/specs/semconv/resource/faas/
    """
    from opentelemetry.sdk.resources import OTELResourceDetector

    function = environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
    found: dict[str, str | int] = {
        "telemetry.sdk.language": "python",
        "telemetry.sdk.name": "opentelemetry",
        "service.name": function or "unknown_service",
        "cloud.provider": "aws",
        "cloud.platform": "aws_lambda",
        "cloud.region": environ.get("AWS_REGION", ""),
        "faas.name": function,
        "faas.version": environ.get("AWS_LAMBDA_FUNCTION_VERSION", ""),
        "faas.instance": environ.get("AWS_LAMBDA_LOG_STREAM_NAME", ""),
        "faas.max_memory": int(environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE") or 0) * 1024 * 1024,
        # Cumulative metrics of environments at the same time are series of their own.
        "service.instance.id": environ.get("AWS_LAMBDA_LOG_STREAM_NAME") or str(os.getpid()),
    }
    written = {name: str(value) for name, value in OTELResourceDetector().detect().attributes.items()}
    return {**{name: value for name, value in found.items() if value}, **written}
