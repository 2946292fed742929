"""Where a request arrived, for each kind of event."""

from __future__ import annotations

from typing import Any

import pytest

from cdk_fastapi_runtime.gateway.location import locate

from .conftest import http_event, rest_event, url_event


def place(event: dict[str, Any], base_path: str = "") -> tuple[str, str]:
    location = locate(event, base_path)
    return location.root_path, location.path


def custom_domain(event: dict[str, Any], path: str) -> dict[str, Any]:
    """The same request through a custom domain: the whole path stands in every place, and the stage in none."""
    event["pathParameters"] = None
    event["requestContext"]["domainName"] = "api.example.com"
    if event.get("version") == "2.0":
        event["rawPath"] = event["requestContext"]["http"]["path"] = path
    else:
        event["path"] = event["requestContext"]["path"] = path
    return event


@pytest.mark.parametrize(
    ("path", "stage", "expected"),
    [
        ("/items/42", "prod", ("/prod", "/items/42")),
        ("/items/42/", "prod", ("/prod", "/items/42/")),
        ("/", "prod", ("/prod", "/")),
        ("/prod/x", "prod", ("/prod", "/prod/x")),
        ("/a%20b/1%2F2", "v1", ("/v1", "/a b/1/2")),
    ],
)
def test_rest_api_on_its_own_host(path: str, stage: str, expected: tuple[str, str]) -> None:
    assert place(rest_event(path, stage=stage)) == expected


def test_rest_api_root_without_slash() -> None:
    event = rest_event("/", stage="prod")
    event["requestContext"]["path"] = "/prod"
    assert place(event) == ("/prod", "/")


def test_rest_api_tested_from_the_console() -> None:
    event = rest_event("/items/42")
    event["requestContext"].update({"path": "/items/42", "domainName": "testPrefix.testDomainName"})
    assert place(event, "v1") == ("", "/items/42")
    del event["requestContext"]["path"], event["path"]
    assert place(event) == ("", "/")


def test_a_path_that_disagrees_is_taken_as_it_is() -> None:
    event = rest_event("/items/42")
    event["requestContext"]["path"] = "/other"
    assert place(event) == ("", "/items/42")


@pytest.mark.parametrize(
    ("path", "resource", "base_path", "expected"),
    [
        ("/v1/items/42", "/{proxy+}", "v1", ("/v1", "/items/42")),
        ("/v1/items/42", "/{proxy+}", "/v1/", ("/v1", "/items/42")),
        ("/v1", "/{proxy+}", "v1", ("/v1", "/")),
        ("/v10/items", "/{proxy+}", "v1", ("", "/v10/items")),
        ("/items/42", "/items/{id}", "", ("", "/items/42")),
        ("/v1/items/42", "/items/{id}", "", ("/v1", "/items/42")),
        ("/v1/items/42/", "/items/{id}", "", ("/v1", "/items/42/")),
        ("/shop/v1/items/42", "/items/{id}", "", ("/shop/v1", "/items/42")),
        ("/v1", "/", "", ("/v1", "/")),
        ("/items/1/2", "/items/{id}", "", ("", "/items/1/2")),
        ("//items/42", "/items/{id}", "", ("", "//items/42")),
    ],
)
def test_rest_api_on_a_custom_domain(path: str, resource: str, base_path: str, expected: tuple[str, str]) -> None:
    assert place(custom_domain(rest_event("/", resource=resource), path), base_path) == expected


@pytest.mark.parametrize(
    ("path", "stage", "expected"),
    [
        ("/items/42", "$default", ("", "/items/42")),
        ("/items/42", "prod", ("/prod", "/items/42")),
        ("/prod/x", "prod", ("/prod", "/prod/x")),
        ("/", "prod", ("/prod", "/")),
        ("/100%/a%2Fb", "$default", ("", "/100%/a%2Fb")),
    ],
)
def test_http_api_on_its_own_host(path: str, stage: str, expected: tuple[str, str]) -> None:
    assert place(http_event(path, stage=stage)) == expected


@pytest.mark.parametrize(
    ("event", "root_path"),
    [
        (http_event("/v1/items"), ""),
        (http_event("/v1/items", stage="prod"), "/prod"),
        (rest_event("/v1/items"), "/prod"),
    ],
)
def test_the_own_host_has_no_base_path(event: dict[str, Any], root_path: str) -> None:
    assert place(event, "v1") == (root_path, "/v1/items")


def test_http_api_without_raw_path() -> None:
    event = http_event("/items/42")
    del event["rawPath"]
    assert place(event) == ("", "/items/42")


def test_http_api_on_a_custom_domain() -> None:
    event = custom_domain(http_event("/", stage="prod", route="GET /items/{id}"), "/v1/items/42")
    assert place(event) == ("/v1", "/items/42")


def test_http_api_with_payload_format_one() -> None:
    event = rest_event("/prod/items/a b", version="1.0")
    event["requestContext"]["path"] = "/prod/items/a b"
    assert place(event) == ("/prod", "/items/a b")


def test_function_url() -> None:
    assert place(url_event("/items/a%20b")) == ("", "/items/a b")


@pytest.mark.parametrize("event", [rest_event, http_event])
@pytest.mark.parametrize(
    ("path", "route", "parameters", "expected"),
    [
        ("/v1/items/42", "/items/{id}", {"id": "42"}, ("/v1", "/items/42")),
        ("/v1/items/42/", "/items/{id}", {"id": "42"}, ("/v1", "/items/42/")),
        ("/items/42", "/items/{id}", {"id": "42"}, ("", "/items/42")),
        ("/v1/a/b", "/{proxy+}", {"proxy": "a/b"}, ("/v1", "/a/b")),
        ("/a/b", "/{proxy+}", {"proxy": "a/b"}, ("", "/a/b")),
        ("/shop/v1/files/a/b", "/files/{path+}", {"path": "a/b"}, ("/shop/v1", "/files/a/b")),
        ("/a/a/a", "/{proxy+}", {"proxy": "a"}, ("/a/a", "/a")),
        ("/mine/other/items", "/{tenant}/items", {"tenant": "mine/other"}, ("", "/mine/other/items")),
        ("/v1/mine/other/items", "/{tenant}/items", {"tenant": "mine/other"}, ("/v1", "/mine/other/items")),
        ("//items/42", "/items/{id}", {"id": "42"}, ("", "//items/42")),
        ("/v1/items/42", "/items/{id}", {"id": "43"}, ("", "/v1/items/42")),
        ("/v1/items/42", "/items/{id}", {}, ("", "/v1/items/42")),
    ],
)
def test_the_values_of_parameters_say_what_is_the_base_path(
    event: Any, path: str, route: str, parameters: dict[str, str], expected: tuple[str, str]
) -> None:
    made = custom_domain(event("/", **{"resource" if event is rest_event else "route": _key(event, route)}), path)
    made["pathParameters"] = parameters
    assert place(made) == expected


def _key(event: Any, route: str) -> str:
    return route if event is rest_event else f"GET {route}"


@pytest.mark.parametrize("value", ["mine%2Fother", "mine/other"])
def test_a_rest_api_may_decode_the_values_or_not(value: str) -> None:
    event = custom_domain(rest_event("/", resource="/{tenant}/items"), "/mine%2Fother/items")
    event["pathParameters"] = {"tenant": value}
    assert locate(event) == ("", "/mine/other/items", "", "/mine%2Fother/items")
    event = custom_domain(rest_event("/", resource="/{tenant}/items"), "/%76%31/mine%2Fother/items")
    event["pathParameters"] = {"tenant": value}
    assert locate(event) == ("/v1", "/mine/other/items", "/%76%31", "/mine%2Fother/items")


@pytest.mark.parametrize(
    ("path", "route", "parameters", "raw"),
    [
        ("/a b/ü", "GET /{x}/{y}", {"x": "a b", "y": "ü"}, "/a%20b/%C3%BC"),
        ("/a/b/c", "GET /{x}/c", {"x": "a/b"}, "/a%2Fb/c"),
        ("/x/b/c", "GET /x/{rest+}", {"rest": "b/c"}, "/x/b/c"),
        ("/a/b", "GET /{x}/c", {"x": "a/b"}, "/a/b"),
        ("/100%25", "$default", None, "/100%2525"),
    ],
)
def test_a_decoded_path_is_encoded_as_the_client_did(
    path: str, route: str, parameters: dict[str, str] | None, raw: str
) -> None:
    event = http_event(path, route=route)
    event["pathParameters"] = parameters
    assert locate(event).raw_path == raw


def test_letters_of_other_alphabets_are_encoded() -> None:
    assert locate(url_event("/ü%20")).raw_path == "/%C3%BC%20"
