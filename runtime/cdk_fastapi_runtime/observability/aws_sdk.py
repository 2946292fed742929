"""Subsegments for the calls of boto3, which is imported by whoever uses it and not before."""

from __future__ import annotations

import functools
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .tracing import Provider, Subsegment

_MODULE = "botocore.client"
_HEADER = "X-Amzn-Trace-Id"


def trace_aws_sdk(provider: Provider) -> None:
    """Has every call of the AWS SDK traced, also of an SDK that is imported later."""
    if _MODULE in sys.modules:
        _patch(sys.modules[_MODULE], provider)
    elif not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder(provider))


class _Finder(MetaPathFinder):
    """Waits for the one module; it stays, since other threads may be going through the list."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _MODULE:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, self._provider)
        return spec


class _Loader(Loader):
    def __init__(self, loader: Loader, provider: Provider) -> None:
        self._loader = loader
        self._provider = provider

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        _patch(module, self._provider)


def _patch(module: ModuleType, provider: Provider) -> None:
    client = module.BaseClient
    make_api_call, make_request = client._make_api_call, client._make_request
    if hasattr(make_api_call, "traced"):
        return

    @functools.wraps(make_api_call)
    def call(self: Any, operation_name: str, api_params: Any) -> Any:
        if "aws_xray_sdk.ext.botocore" in sys.modules:
            # Powertools' Tracer is used too, and traces the call itself.
            return make_api_call(self, operation_name, api_params)
        with provider.in_subsegment(self.meta.service_model.endpoint_prefix, "aws") as subsegment:
            subsegment.document["aws"] = {"operation": operation_name, "region": self.meta.region_name}
            try:
                response = make_api_call(self, operation_name, api_params)
            except Exception as error:
                # Of what the service refused, as the SDK says it.
                _put_response(subsegment, getattr(error, "response", None))
                raise
            _put_response(subsegment, response)
            return response

    @functools.wraps(make_request)
    def request(self: Any, operation_model: Any, request_dict: Any, request_context: Any) -> Any:
        header = provider.outgoing_header()
        if header is not None:
            # The SDK itself sends the parent that the process has, which is Lambda's segment.
            request_dict["headers"][_HEADER] = header
        return make_request(self, operation_model, request_dict, request_context)

    # A function takes any attribute, which its type does not say.
    call.traced = True  # type: ignore[attr-defined]
    client._make_api_call, client._make_request = call, request


def _put_response(subsegment: Subsegment, response: Any) -> None:
    facts = response.get("ResponseMetadata", {}) if isinstance(response, dict) else {}
    aws = {"request_id": facts.get("RequestId"), "retries": facts.get("RetryAttempts")}
    subsegment.document["aws"].update({name: value for name, value in aws.items() if value is not None})
    if "HTTPStatusCode" in facts:
        subsegment.document["http"] = {"response": {"status": facts["HTTPStatusCode"]}}
