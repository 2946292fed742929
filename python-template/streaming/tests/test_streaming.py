"""The endpoint that streams."""

from fastapi.testclient import TestClient

from my_api.main import app

from .conftest import MetricLines


def test_words(client: TestClient, metric_lines: MetricLines) -> None:
    with client.stream("GET", "/echo/words", params={"message": "one two"}) as answer:
        assert answer.headers["content-type"] == "application/jsonl"
        assert list(answer.iter_lines()) == ['{"message":"one"}', '{"message":"two"}']
    assert [line["route"] for line in metric_lines()] == ["/echo/words"]


def test_the_document_knows_the_items() -> None:
    content = app.openapi()["paths"]["/echo/words"]["get"]["responses"]["200"]["content"]["application/jsonl"]
    assert content["itemSchema"] == {"$ref": "#/components/schemas/Echo"}
