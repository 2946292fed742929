"""Writes requests that fit an OpenAPI document, and some that do not: ``python cases.py DOCUMENT COUNT SEED RESULT``."""

from __future__ import annotations

import base64
import json
import re
import sys
import warnings
from pathlib import Path
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.generation import GenerationMode

BASE = "http://example.com"

LEFT_OUT = {"connection", "content-length", "host", "transfer-encoding", "user-agent", "x-schemathesis-testcaseid"}

WRITABLE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
"""What a client can write into a header."""


def main(document: str, count: int, number: int, result: str) -> None:
    warnings.simplefilter("ignore")
    schema = schemathesis.openapi.from_dict(json.loads(Path(document).read_text()))
    operations = [each.ok() for each in schema.get_all_operations()]
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    # More than are needed, because there is nothing wrong to send to an operation that takes nothing.
    each = -(-2 * count // (len(operations) * len(modes)))
    found: list[dict[str, Any]] = []
    for operation in operations:
        for mode in modes:
            made = list(cases(operation, mode, each, number))
            found.extend(made)
    # In turn, so that one operation meets what another has left behind.
    found.sort(key=lambda case: case.pop("turn"))
    Path(result).write_text(json.dumps(found[:count]))


def cases(operation: Any, mode: GenerationMode, count: int, number: int) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []

    @seed(number)
    @settings(
        max_examples=count * 2, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def collect(case: Any) -> None:
        written = write(operation, case)
        if written is not None and len(made) < count:
            made.append({**written, "turn": len(made)})

    try:
        collect()
    except Exception as error:  # some operations take nothing that could be wrong
        if not made and mode is GenerationMode.POSITIVE:
            raise
        print(f"{operation.label}: {type(error).__name__}", file=sys.stderr)
    return made


def write(operation: Any, case: Any) -> dict[str, Any] | None:
    prepared = requests.Request(**case.as_transport_kwargs(base_url=BASE)).prepare()
    target = str(prepared.url).removeprefix(BASE).partition("#")[0] or "/"
    body = prepared.body or b""
    content = body.encode() if isinstance(body, str) else body
    headers = {
        name.lower(): (value.decode("latin-1") if isinstance(value, bytes) else str(value)).strip(" \t")
        for name, value in prepared.headers.items()
        if name.lower() not in LEFT_OUT
    }
    if not target.startswith("/") or not all(WRITABLE.fullmatch(value) for value in headers.values()):
        return None
    return {
        "operation": operation.label,
        "method": str(prepared.method).upper(),
        "target": target,
        "headers": headers,
        "base64": base64.b64encode(content).decode(),
    }


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
