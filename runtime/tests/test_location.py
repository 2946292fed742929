"""Where a request arrived, for each kind of event."""

from __future__ import annotations

from typing import Any

import pytest

from cdk_fastapi_runtime.gateway.location import Location, locate

from .conftest import http_event, rest_event, url_event


def custom_domain(event: dict[str, Any], path: str) -> dict[str, Any]:
    """The same request through a custom domain: the whole path stands in every place, and the stage in none."""
    event["requestContext"]["domainName"] = "api.example.com"
    if event.get("version") == "2.0":
        event["rawPath"] = event["requestContext"]["http"]["path"] = path
    else:
        event["path"] = event["requestContext"]["path"] = path
    return event


@pytest.mark.parametrize(
    ("path", "stage", "expected"),
    [
        ("/items/42", "prod", Location("/prod", "/items/42")),
        ("/items/42/", "prod", Location("/prod", "/items/42/")),
        ("/", "prod", Location("/prod", "/")),
        ("/prod/x", "prod", Location("/prod", "/prod/x")),
        ("/a%20b/1%2F2", "v1", Location("/v1", "/a b/1/2")),
    ],
)
def test_rest_api_on_its_own_host(path: str, stage: str, expected: Location) -> None:
    assert locate(rest_event(path, stage=stage)) == expected


def test_rest_api_root_without_slash() -> None:
    event = rest_event("/", stage="prod")
    event["requestContext"]["path"] = "/prod"
    assert locate(event) == Location("/prod", "/")


def test_rest_api_tested_from_the_console() -> None:
    event = rest_event("/items/42")
    event["requestContext"].update({"path": "/items/42", "domainName": "testPrefix.testDomainName"})
    assert locate(event, "v1") == Location("", "/items/42")
    del event["requestContext"]["path"], event["path"]
    assert locate(event) == Location("", "/")


def test_a_path_that_disagrees_is_taken_as_it_is() -> None:
    event = rest_event("/items/42")
    event["requestContext"]["path"] = "/other"
    assert locate(event) == Location("", "/items/42")


@pytest.mark.parametrize(
    ("path", "resource", "base_path", "expected"),
    [
        ("/v1/items/42", "/{proxy+}", "v1", Location("/v1", "/items/42")),
        ("/v1/items/42", "/{proxy+}", "/v1/", Location("/v1", "/items/42")),
        ("/v1", "/{proxy+}", "v1", Location("/v1", "/")),
        ("/v10/items", "/{proxy+}", "v1", Location("", "/v10/items")),
        ("/items/42", "/items/{id}", "", Location("", "/items/42")),
        ("/v1/items/42", "/items/{id}", "", Location("/v1", "/items/42")),
        ("/v1/items/42/", "/items/{id}", "", Location("/v1", "/items/42/")),
        ("/shop/v1/items/42", "/items/{id}", "", Location("/shop/v1", "/items/42")),
        ("/v1", "/", "", Location("/v1", "/")),
        ("/items/1/2", "/items/{id}", "", Location("", "/items/1/2")),
        ("//items/42", "/items/{id}", "", Location("", "//items/42")),
    ],
)
def test_rest_api_on_a_custom_domain(path: str, resource: str, base_path: str, expected: Location) -> None:
    assert locate(custom_domain(rest_event("/", resource=resource), path), base_path) == expected


@pytest.mark.parametrize(
    ("path", "stage", "expected"),
    [
        ("/items/42", "$default", Location("", "/items/42")),
        ("/items/42", "prod", Location("/prod", "/items/42")),
        ("/prod/x", "prod", Location("/prod", "/prod/x")),
        ("/", "prod", Location("/prod", "/")),
        ("/100%/a%2Fb", "$default", Location("", "/100%/a%2Fb")),
    ],
)
def test_http_api_on_its_own_host(path: str, stage: str, expected: Location) -> None:
    assert locate(http_event(path, stage=stage)) == expected


@pytest.mark.parametrize(
    ("event", "root_path"),
    [
        (http_event("/v1/items"), ""),
        (http_event("/v1/items", stage="prod"), "/prod"),
        (rest_event("/v1/items"), "/prod"),
    ],
)
def test_the_own_host_has_no_base_path(event: dict[str, Any], root_path: str) -> None:
    assert locate(event, "v1") == Location(root_path, "/v1/items")


def test_http_api_without_raw_path() -> None:
    event = http_event("/items/42")
    del event["rawPath"]
    assert locate(event) == Location("", "/items/42")


def test_http_api_on_a_custom_domain() -> None:
    event = custom_domain(http_event("/", stage="prod", route="GET /items/{id}"), "/v1/items/42")
    assert locate(event) == Location("/v1", "/items/42")


def test_http_api_with_payload_format_one() -> None:
    event = rest_event("/prod/items/a b", version="1.0")
    event["requestContext"]["path"] = "/prod/items/a b"
    assert locate(event) == Location("/prod", "/items/a b")


def test_function_url() -> None:
    assert locate(url_event("/items/a%20b")) == Location("", "/items/a b")
