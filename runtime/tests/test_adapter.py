"""Requests and answers on their way through the adapter."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response, UploadFile

from cdk_fastapi_runtime.gateway.placement import Placement

from .conftest import STAGE_HOST, http_event, rest_event, url_event

Deploy = Callable[..., Callable[..., dict[str, Any]]]


def mirror(**options: Any) -> FastAPI:
    """An application that tells what it saw."""
    app = FastAPI(**options)

    @app.get("/items/{item_id}")
    def see(request: Request, item_id: str, tag: str = "") -> dict[str, Any]:
        return {
            "item": item_id,
            "url": str(request.url),
            "self": str(request.url_for("see", item_id=item_id)),
            "root_path": request.scope["root_path"],
            "raw_path": request.scope["raw_path"].decode(),
            "tags": request.query_params.getlist("tag"),
            "cookies": request.cookies,
            "client": request.client and request.client.host,
            "request": request.scope["aws.context"].aws_request_id,
        }

    return app


def seen(answer: dict[str, Any]) -> dict[str, Any]:
    assert answer["statusCode"] == 200, answer
    content: dict[str, Any] = json.loads(answer["body"])
    return content


def test_rest_api(deploy: Deploy) -> None:
    content = seen(deploy(mirror())(rest_event("/items/a%20b", resource="/items/{item_id}")))
    assert content["item"] == "a b"
    assert content["root_path"] == "/prod"
    assert content["raw_path"] == "/prod/items/a%20b"
    assert content["url"].startswith(f"https://{STAGE_HOST}/prod/items/a b?tag=a&tag=b")
    assert content["self"] == f"https://{STAGE_HOST}/prod/items/a%20b" or content["self"].endswith("/prod/items/a b")
    assert content["tags"] == ["a", "b"]
    assert content["client"] == "203.0.113.7"
    assert content["request"] == "11111111-2222-3333-4444-555555555555"


@pytest.mark.parametrize("stage", ["$default", "prod"])
def test_http_api(deploy: Deploy, stage: str) -> None:
    content = seen(deploy(mirror())(http_event("/items/a b", stage=stage)))
    assert content["item"] == "a b"
    assert content["root_path"] == ("" if stage == "$default" else "/prod")
    assert content["tags"] == ["a", "b"]
    assert content["cookies"] == {"session": "abc", "theme": "dark"}


def test_http_api_has_decoded_the_path_already(deploy: Deploy) -> None:
    assert seen(deploy(mirror())(http_event("/items/100%25")))["item"] == "100%25"


def test_function_url(deploy: Deploy) -> None:
    content = seen(deploy(mirror())(url_event("/items/100%2525")))
    assert content["item"] == "100%25"
    assert content["root_path"] == ""


def test_custom_domain(deploy: Deploy) -> None:
    event = rest_event("/v1/items/1")
    event["requestContext"].update({"path": "/v1/items/1", "domainName": "api.example.com"})
    assert seen(deploy(mirror(), base_path="v1")(event))["root_path"] == "/v1"


def test_load_balancer(deploy: Deploy) -> None:
    event = {
        "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:eu-central-1:123456789012:t/x/y"}},
        "httpMethod": "GET",
        "path": "/plain",
        "queryStringParameters": {},
        "headers": {"host": "example.com", "x-forwarded-for": "203.0.113.7", "x-forwarded-proto": "https"},
        "body": "",
        "isBase64Encoded": False,
    }
    app = FastAPI()
    app.add_api_route("/plain", lambda: "hello")
    assert deploy(app)(event)["body"] == '"hello"'


@pytest.mark.filterwarnings("ignore:The `root_path` parameter is deprecated")
@pytest.mark.parametrize(("own", "root_path"), [("/prod", "/prod"), ("/behind", "/behind")])
def test_an_application_with_a_root_path_of_its_own(deploy: Deploy, own: str, root_path: str) -> None:
    content = seen(deploy(mirror(root_path=own))(rest_event("/items/1")))
    assert (content["item"], content["root_path"]) == ("1", root_path)


@pytest.mark.parametrize("event", [rest_event, http_event])
def test_documentation_finds_its_document(deploy: Deploy, event: Callable[..., dict[str, Any]]) -> None:
    send = deploy(mirror())
    page = send(event("/docs", stage="prod"))
    assert page["isBase64Encoded"] is False
    assert "'/prod/openapi.json'" in page["body"]
    document = json.loads(send(event("/openapi.json", stage="prod"))["body"])
    assert document["servers"] == [{"url": "/prod"}]


@pytest.mark.parametrize("event", [rest_event, http_event])
def test_no_redirect_leaves_the_stage(deploy: Deploy, event: Callable[..., dict[str, Any]]) -> None:
    app = FastAPI()
    app.add_api_route("/slash/", lambda: "slash")
    app.add_api_route("/bare", lambda: "bare")
    app.mount("/mounted", FastAPI())
    send = deploy(app)
    for path in ("/slash", "/slash/"):
        assert json.loads(send(event(path, stage="prod"))["body"]) == "slash"
    for path in ("/bare", "/bare/"):
        assert json.loads(send(event(path, stage="prod"))["body"]) == "bare"
    assert send(event("/mounted", stage="prod"))["statusCode"] == 404


def test_a_redirect_of_the_application_keeps_the_stage(deploy: Deploy) -> None:
    app = FastAPI()
    app.add_api_route("/target", lambda: None, name="target")
    app.add_api_route("/go", lambda request: None)

    @app.get("/away")
    def away(request: Request) -> Response:
        return Response(status_code=307, headers={"location": str(request.url_for("target"))})

    answer = deploy(app)(rest_event("/away"))
    assert answer["headers"]["location"] == f"https://{STAGE_HOST}/prod/target"


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/problem+json",
        "application/ld+json; charset=utf-8",
        "application/jsonl",
        "application/x-ndjson",
        "application/xml",
        "application/atom+xml",
        "image/svg+xml",
        "application/javascript",
        "text/javascript",
        "text/css",
        "text/html; charset=utf-8",
        "application/graphql-response+json",
        "application/graphql",
        "application/yaml",
        "application/x-www-form-urlencoded",
    ],
)
@pytest.mark.parametrize("event", [rest_event, http_event, url_event])
def test_text_is_answered_as_text(deploy: Deploy, event: Any, content_type: str) -> None:
    app = FastAPI()
    app.add_api_route("/x", lambda: Response("grüß".encode(), headers={"content-type": content_type}))
    answer = deploy(app)(event("/x"))
    assert (answer["body"], answer["isBase64Encoded"]) == ("grüß", False)


@pytest.mark.parametrize("event", [rest_event, http_event, url_event])
@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b"\x89PNG\r\n", {"content-type": "image/png"}),
        (b"plain", {"content-type": "application/octet-stream"}),
        (b"\x1f\x8b\x08", {"content-type": "application/json", "content-encoding": "gzip"}),
        ("grüß".encode("latin-1"), {"content-type": "text/plain; charset=latin-1"}),
    ],
)
def test_everything_else_is_answered_as_base64(
    deploy: Deploy, event: Any, content: bytes, headers: dict[str, str]
) -> None:
    app = FastAPI()
    app.add_api_route("/x", lambda: Response(content, headers=headers))
    answer = deploy(app)(event("/x"))
    assert answer["isBase64Encoded"] is True
    assert base64.b64decode(answer["body"]) == content


def test_a_header_may_hold_an_accent(deploy: Deploy) -> None:
    app = FastAPI()
    app.add_api_route("/x", lambda: Response("", headers={"x-name": "Grüße"}))
    assert deploy(app)(rest_event("/x"))["headers"]["x-name"] == "Grüße"


def test_an_upload_arrives(deploy: Deploy) -> None:
    app = FastAPI()

    @app.post("/upload")
    async def upload(file: UploadFile) -> dict[str, Any]:
        return {"name": file.filename, "bytes": list(await file.read())}

    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.bin"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n\x00\xff\r\n--b--\r\n"
    )
    event = rest_event(
        "/upload",
        "POST",
        headers={"Content-Type": "multipart/form-data; boundary=b"},
        multiValueHeaders={"Content-Type": ["multipart/form-data; boundary=b"]},
        body=base64.b64encode(body).decode(),
        isBase64Encoded=True,
    )
    assert seen(deploy(app)(event)) == {"name": "x.bin", "bytes": [0, 255]}


def test_an_error_of_the_application_is_answered(deploy: Deploy, caplog: pytest.LogCaptureFixture) -> None:
    app = FastAPI()

    @app.get("/x")
    def fail() -> None:
        raise ZeroDivisionError("mine")

    answer = deploy(app)(rest_event("/x"))
    assert (answer["statusCode"], answer["body"]) == (500, "Internal Server Error")
    assert "ZeroDivisionError: mine" in caplog.text


def test_the_path_of_an_old_starlette_is_without_the_root_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cdk_fastapi_runtime.gateway.placement.PATH_HOLDS_ROOT_PATH", False)
    scope: dict[str, Any] = {"method": "GET"}
    Placement(mirror(), "").place(scope, rest_event("/items/7", resource="/items/{item_id}"))
    assert (scope["root_path"], scope["path"]) == ("/prod", "/items/7")
