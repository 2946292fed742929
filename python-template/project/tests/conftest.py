"""What the tests share."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from my_api.main import app

MetricLines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def client() -> TestClient:
    """Sends requests to the application."""
    return TestClient(app)


@pytest.fixture
def metric_lines(capsys: pytest.CaptureFixture[str]) -> MetricLines:
    """Reads the metrics that were written since the last call."""

    def read() -> list[dict[str, Any]]:
        return [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith('{"_aws"')]

    return read
