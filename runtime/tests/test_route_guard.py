"""The route guard, asked through real events."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from mangum import Mangum

from cdk_fastapi_runtime.guard.operation_guard import Operation
from cdk_fastapi_runtime.guard.route_guard import install_route_guard, parse_refusals

from .conftest import CONTEXT, http_event, rest_event
from .test_guard import shop

Deploy = Callable[..., Callable[..., dict[str, Any]]]

SECRET = "GET /items/{item_id}/secret"


def guarded(deploy: Deploy, refusals: str) -> Callable[..., int]:
    app = shop()
    install_route_guard(app, refusals)
    send = deploy(app)
    return lambda event: send(event)["statusCode"]  # type: ignore[no-any-return]


def test_reads_a_route_and_its_operations_from_each_line() -> None:
    assert parse_refusals("$default\tGET /a\tPOST /b\n/items/{id}\tGET /c") == {
        "$default": frozenset({"GET /a", "POST /b"}),
        "/items/{id}": frozenset({"GET /c"}),
    }
    assert str(Operation.parse(SECRET)) == SECRET


@pytest.mark.parametrize("name", [SECRET, f"#{hashlib.sha256(SECRET.encode()).hexdigest()[:8]}"])
def test_refuses_what_the_catch_all_of_an_http_api_must_not_reach(
    deploy: Deploy, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status = guarded(deploy, f"$default\t{name}")
    assert status(http_event("/items/1/secret", route="$default")) == 404
    assert json.loads(capsys.readouterr().out)["taken"] == "$default"
    assert status(http_event("/items/1/secret", route=SECRET)) == 200
    assert status(http_event("/items/1", route="$default")) == 200
    # No endpoint runs.
    assert status(http_event("/items/1/secret", "DELETE", route="$default")) == 405


def test_an_encoded_slash_leads_nowhere_from_a_public_route(deploy: Deploy) -> None:
    status = guarded(deploy, f"/items/{{id}}\t{SECRET}\n/{{proxy+}}\t{SECRET}")
    assert status(rest_event("/items/1%2Fsecret", resource="/items/{id}")) == 404
    assert status(rest_event("/items%2F1/secret", resource="/{proxy+}")) == 404
    assert status(rest_event("/items/1/secret", resource="/items/{id}/secret")) == 200
    assert status(rest_event("/items/1%2Fother", resource="/items/{id}")) == 404


def test_a_head_request_reaches_what_a_get_request_must_not(deploy: Deploy) -> None:
    status = guarded(deploy, "$default\tGET /plain\tHEAD /many")
    assert [status(http_event("/plain", method, route="$default")) for method in ("GET", "HEAD")] == [404, 404]
    assert [status(http_event("/many", method, route="$default")) for method in ("GET", "HEAD")] == [200, 404]


@pytest.mark.usefixtures("event_loop")
def test_without_an_event_any_route_may_have_been_taken() -> None:
    app = shop()
    install_route_guard(app, f"$default\t{SECRET}")

    async def hidden(scope: Any, receive: Any, send: Any) -> None:
        scope.pop("aws.event", None)
        await app(scope, receive, send)

    send = Mangum(hidden, lifespan="off")
    answers = [send(http_event(path, route=SECRET), CONTEXT) for path in ("/items/1/secret", "/items/1")]  # type: ignore[arg-type]
    assert [answer["statusCode"] for answer in answers] == [404, 200]
