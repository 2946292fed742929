"""Every operation has a request in `requests.json` that gives the same answer each time."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bookshop.main import app
from tests.exchanges import REQUESTS, Exchange, read_exchanges

EXCHANGES = read_exchanges()
# FastAPI names an operation after one of its methods, also where it has several.
pytestmark = pytest.mark.filterwarnings("ignore:Duplicate Operation ID")


def test_every_operation_has_a_request_that_succeeds() -> None:
    operations = {
        f"{method.upper()} {path}"
        for path, item in app.openapi()["paths"].items()
        for method in item
    }
    first: dict[str, int] = {}
    for exchange in read_exchanges(REQUESTS, "operations"):
        first.setdefault(exchange.operation, exchange.status)
    assert first.keys() == operations
    assert [operation for operation, status in first.items() if status >= 400] == []


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda e: f"{e.operation} {e.status}")
def test_request_on_a_fresh_database(client: TestClient, exchange: Exchange) -> None:
    assert exchange.send(client).status_code == exchange.status


def test_all_requests_in_their_order_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = []
    for name in ("first", "second"):
        monkeypatch.setenv("BOOKSHOP_DATABASE", str(tmp_path / name))
        with TestClient(app) as client:
            answers.append([exchange.send(client) for exchange in EXCHANGES])
    for exchange, first, second in zip(EXCHANGES, *answers, strict=True):
        assert first.status_code == exchange.status, exchange
        assert (first.headers, first.content) == (second.headers, second.content), exchange
