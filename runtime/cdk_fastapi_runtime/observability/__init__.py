"""Logs, metrics and traces of every request, for AWS Lambda behind an API.

One line of CloudWatch's embedded metric format for each request, log records that know their request, subsegments with
the right parent, a correlation id in every answer, and a safe answer to unhandled exceptions. Nothing but FastAPI is
needed.
"""

from .logs import RequestKeys
from .metrics import Metrics
from .middleware import observe
from .request import current_request
from .tracing import Tracer

__all__ = ["Metrics", "RequestKeys", "Tracer", "current_request", "observe"]
