"""Events that no gateway sends, and events of other sources."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response

from cdk_fastapi_runtime.gateway.other_events import NotARequestError

from .conftest import http_event, rest_event, url_event

Deploy = Callable[..., Callable[..., Any]]


@pytest.fixture
def send(deploy: Deploy) -> Callable[..., Any]:
    app = FastAPI()

    @app.get("/big/{size}")
    def big(size: int, kind: str = "text/plain", character: str = "x") -> Response:
        return Response(character * size, media_type=kind)

    @app.api_route("/items/{item_id}", methods=["GET", "POST"])
    async def read(item_id: str, request: Request) -> dict[str, Any]:
        query = request.scope["query_string"].decode()
        client = request.client and request.client.host
        return {"item": item_id, "body": (await request.body()).decode(), "query": query, "client": client}

    return deploy(app)


SCHEDULED = {"version": "0", "source": "aws.events", "detail-type": "Scheduled Event", "detail": {}, "resources": []}


@pytest.mark.parametrize(
    "event",
    [
        SCHEDULED,
        {**SCHEDULED, "source": "aws.scheduler"},
        {"source": "serverless-plugin-warmup"},
        {"warmup": True},
        {"warmer": True, "concurrency": 3},
    ],
)
def test_a_warmer_is_answered_with_nothing(
    send: Callable[..., Any], event: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    assert send(event) is None
    [record] = caplog.records
    assert record.getMessage().startswith("An event that keeps the function warm was answered with nothing: ")


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"Records": [{"eventSource": "aws:sqs", "body": "secret"}] * 2}, "2 records of aws:sqs"),
        ({"Records": [{"EventSource": "aws:sns"}]}, "1 records of aws:sns"),
        ({"source": "shop", "detail-type": "Order", "detail": {"secret": 1}}, "an event of shop"),
        ({"source": "aws.events", "detail-type": "AWS API Call via CloudTrail"}, "an event of aws.events"),
        ({"key1": "secret", "key2": 1}, "an object with the keys key1, key2"),
        ({}, "an empty object"),
        (None, "a value of type NoneType"),
        ([1], "a value of type list"),
        ("text", "a value of type str"),
        ({"version": "2.0", "requestContext": None}, "an object with the keys version, requestContext"),
        ({"Records": []}, "an object with the keys Records"),
    ],
)
def test_an_event_that_is_no_request_is_an_error_that_says_so(send: Callable[..., Any], event: Any, said: str) -> None:
    with pytest.raises(NotARequestError, match=f"got: {said}") as raised:
        send(event)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "event",
    [
        {"httpMethod": "GET", "path": "/items/1"},
        {**rest_event("/items/1"), "requestContext": None},
        {**rest_event("/items/1"), "requestContext": []},
        {**rest_event("/items/1"), "headers": None, "multiValueHeaders": None},
        {**rest_event("/items/1"), "headers": {"a": None, "b": 1}, "multiValueHeaders": {"c": None, "d": [None, 2]}},
        {**http_event("/items/1"), "headers": None, "cookies": None, "body": None},
        {**url_event("/items/1"), "rawQueryString": None, "routeKey": None},
        {"version": "2.0", "requestContext": {"http": {"method": "GET", "path": "/items/1"}}},
    ],
)
def test_a_request_may_lack_what_it_does_not_need(send: Callable[..., Any], event: dict[str, Any]) -> None:
    answer = send(event)
    assert (answer["statusCode"], json.loads(answer["body"])["item"]) == (200, "1")


@pytest.mark.parametrize("event", [rest_event, http_event, url_event])
@pytest.mark.parametrize(
    "changes",
    [
        {"body": "{}", "isBase64Encoded": True},
        {"body": "YQ", "isBase64Encoded": True},
        {"body": "grüß", "isBase64Encoded": True},
        {"body": 1, "isBase64Encoded": True},
        {"headers": [1], "multiValueHeaders": [1]},
        {"headers": "x", "multiValueHeaders": "x"},
    ],
)
def test_what_cannot_be_read_is_a_bad_request(
    send: Callable[..., Any], event: Any, changes: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    answer = send(event("/items/1", "POST", **changes))
    assert (answer["statusCode"], answer["body"]) == (400, "Bad Request")
    [record] = caplog.records
    assert record.getMessage().startswith("The event cannot be read as a request: ")
    if "body" in changes and changes["body"] != 1:
        assert "`isBase64Encoded` is true and `body` is not base64" in record.getMessage()


def test_a_body_that_is_base64(send: Callable[..., Any]) -> None:
    event = rest_event("/items/1", "POST", body=base64.b64encode(b"abc").decode(), isBase64Encoded=True)
    assert json.loads(send(event)["body"])["body"] == "abc"


def load_balancer(several: bool, **changes: Any) -> dict[str, Any]:
    headers = {"host": "example.com", "x-forwarded-for": "6.6.6.6, 203.0.113.7", "x-forwarded-proto": "http"}
    query = {"a": "b%20c+d"}
    if several:
        headers = {"multiValueHeaders": {name: [value] for name, value in headers.items()}}  # type: ignore[assignment]
        query = {"multiValueQueryStringParameters": {name: [value] for name, value in query.items()}}  # type: ignore[dict-item]
    else:
        headers, query = {"headers": headers}, {"queryStringParameters": query}  # type: ignore[assignment, dict-item]
    context = {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/x/y"}}
    request = {"requestContext": context, "httpMethod": "GET", "path": "/items/1", "body": "", "isBase64Encoded": False}
    return {**request, **headers, **query, **changes}


@pytest.mark.parametrize("several", [True, False])
def test_a_load_balancer(send: Callable[..., Any], several: bool) -> None:
    answer = send(load_balancer(several))
    assert json.loads(answer["body"]) == {"item": "1", "body": "", "query": "a=b+c+d", "client": "203.0.113.7"}
    assert ("multiValueHeaders" in answer, "headers" in answer) == (several, not several)
    bare = load_balancer(several, headers={}, multiValueHeaders={})
    assert json.loads(send(bare)["body"])["client"] is None


@pytest.mark.parametrize("several", [True, False])
def test_a_load_balancer_gets_every_cookie(deploy: Deploy, several: bool) -> None:
    app = FastAPI()

    @app.get("/items/1/")
    def cookies(response: Response) -> None:
        response.set_cookie("a", "1")
        response.set_cookie("b", "2")
        response.set_cookie("c", "3")
        response.headers.append("x-name", "1")
        response.headers.append("x-name", "2")

    send = deploy(app)
    # Behind a load balancer nothing restores the spelling: the application's own redirect is right there.
    assert send(load_balancer(several))["statusCode"] == 307
    answer = send(load_balancer(several, path="/items/1/"))
    if several:
        headers = answer["multiValueHeaders"]
        assert (len(headers["set-cookie"]), headers["x-name"]) == (3, ["1", "2"])
    else:
        headers = answer["headers"]
        assert [value[:3] for name, value in headers.items() if name.lower() == "set-cookie"] == ["a=1", "b=2", "c=3"]
        assert headers["x-name"] == "1,2"


MEGABYTE = 1024 * 1024


@pytest.mark.parametrize(
    ("size", "query", "status"),
    [
        (4 * MEGABYTE, {"kind": ["image/png"]}, 200),
        (5 * MEGABYTE, {"kind": ["image/png"]}, 500),
        (5 * MEGABYTE, {}, 200),
        (6 * MEGABYTE, {}, 500),
        (4 * MEGABYTE, {"character": ['"']}, 500),
        (2 * MEGABYTE, {"character": ['"']}, 200),
    ],
)
def test_an_answer_that_lambda_would_refuse(
    send: Callable[..., Any],
    size: int,
    query: dict[str, list[str]],
    status: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = send(rest_event(f"/big/{size}", multiValueQueryStringParameters=query))
    assert answer["statusCode"] == status
    assert len(json.dumps(answer, ensure_ascii=False).encode()) < 6 * MEGABYTE
    assert [record.getMessage().partition(" has ")[0] for record in caplog.records] == (
        [] if status == 200 else [f"The answer to GET /prod/big/{size}"]
    )
