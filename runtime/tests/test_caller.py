"""The caller of a request, from real events of each kind, buffered and under the web adapter's server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI, Request, Security
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient

from cdk_fastapi_runtime.caller import (
    CALLER_RESPONSES,
    AuthorizerCaller,
    Caller,
    CognitoIdentity,
    CurrentCaller,
    IamCaller,
    OptionalCaller,
    TokenCaller,
    caller_of,
    current_caller,
    optional_caller,
    stand_in,
)
from cdk_fastapi_runtime.caller.reading import caller_of_context
from cdk_fastapi_runtime.entry.lifespan import Lifespan
from cdk_fastapi_runtime.entry.main_thread import MainThread
from cdk_fastapi_runtime.gateway.web_adapter import WebAdapterGateway

from .conftest import EVENTS, Send

POOL = "cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Ab12Cd34E"
SUBJECT = "3344c8a2-60d1-7013-1e0c-7b1f5d7e2a11"
ARN = "arn:aws:sts::123456789012:assumed-role/caller/session"

LAMBDA_CONTEXT = json.dumps({"request_id": "1", "deadline": 0, "env_config": {}})

NAMES = sorted(path.stem for path in (EVENTS / "callers").glob("*.json"))
STREAMED = [name for name in NAMES if not name.startswith("http-")]
"""HTTP APIs do not stream: their functions never run under the adapter."""


def event_of(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / "callers" / f"{name}.json").read_text(encoding="utf-8"))
    return event


def expected(name: str) -> Caller | None:
    identity = CognitoIdentity(
        identity_id="eu-central-1:8b7a2c55-6a0e-4f5d-8d0a-9a3f5e6d7c81",
        identity_pool_id="eu-central-1:1f0b6c1e-2d5e-4a83-9c41-0a8f6d2c7b90",
        authenticated=True,
        providers=(POOL, f"{POOL}:CognitoSignIn:{SUBJECT}"),
    )
    event = event_of(name)
    authorizer = event["requestContext"].get("authorizer") or {}
    claims = authorizer.get("claims") or authorizer.get("jwt", {}).get("claims")
    role = "arn:aws:sts::123456789012:assumed-role/pool-{}/CognitoIdentityCredentials"
    account = "123456789012"
    in_pool = IamCaller(
        role.format("authenticated"), account, "AROAEXAMPLE:CognitoIdentityCredentials", "o-example", identity
    )
    guest = CognitoIdentity(
        "eu-central-1:0c1d2e3f-6a0e-4f5d-8d0a-9a3f5e6d7c81", identity.identity_pool_id, authenticated=False
    )
    signed = {
        "rest-iam": IamCaller(ARN, account, "AROAEXAMPLE:session"),
        "http-iam": IamCaller(ARN, account, "AROAEXAMPLE:session", "o-example"),
        "function-url-iam": IamCaller(ARN, account, "AROAEXAMPLE:session", "o-example"),
        "rest-iam-cognito": in_pool,
        "http-iam-cognito": in_pool,
        "rest-iam-guest": IamCaller(
            role.format("unauthenticated"), account, "AROAGUEST:CognitoIdentityCredentials", None, guest
        ),
    }
    cognito = TokenCaller(SUBJECT, claims or {}, frozenset({"books/read", "books/write"}), ("admins", "readers"))
    known: dict[str, Caller | None] = {
        **signed,
        "rest-none": None,
        "http-none": None,
        "function-url-none": None,
        "rest-cognito": cognito,
        "http-cognito": cognito,
        "rest-cognito-id": TokenCaller(SUBJECT, claims or {}),
        "http-jwt": TokenCaller("00u1abcd", claims or {}, frozenset({"books:read", "books:write"})),
        "http-jwt-client": TokenCaller("nightly-job", claims or {}, frozenset({"books:read"})),
        "rest-custom": AuthorizerCaller("customer-17", {"plan": "gold", "seats": "5", "trial": "false"}),
        "http-custom": AuthorizerCaller(None, {"customer": "customer-17", "limits": {"seats": 5}, "roles": ["a", "b"]}),
        "http-custom-silent": AuthorizerCaller(),
    }
    return known[name]


def application(seen: list[Caller | None]) -> FastAPI:
    app = FastAPI()

    @app.get("/who")
    async def who(caller: OptionalCaller) -> str:
        seen.append(caller)
        return "" if caller is None else str(caller.id)

    return app


@pytest.mark.parametrize("name", NAMES)
def test_a_buffered_function(deploy: Callable[..., Send], name: str) -> None:
    seen: list[Caller | None] = []
    answer = deploy(application(seen))(event_of(name))
    assert answer["statusCode"] == 200, answer
    assert seen == [expected(name)]


@pytest.mark.parametrize("name", STREAMED)
def test_a_streaming_function(name: str) -> None:
    seen: list[Caller | None] = []
    context = json.dumps(event_of(name)["requestContext"], ensure_ascii=False).encode()
    headers = {b"x-amzn-lambda-context": LAMBDA_CONTEXT.encode(), b"x-amzn-request-context": context}
    app, loop = application(seen), asyncio.new_event_loop()
    client = TestClient(WebAdapterGateway(app, Lifespan(app, loop), MainThread(loop), {}))
    loop.close()
    assert client.get("/who", headers=headers).status_code == 200
    assert seen == [expected(name)]


def test_ids() -> None:
    ids = {name: caller.id for name in NAMES if (caller := expected(name)) is not None}
    assert ids["rest-iam"] == ARN
    assert ids["rest-iam-cognito"] == "eu-central-1:8b7a2c55-6a0e-4f5d-8d0a-9a3f5e6d7c81"
    assert ids["http-cognito"] == SUBJECT
    assert (ids["rest-custom"], ids["http-custom"]) == ("customer-17", None)
    with pytest.raises(NotImplementedError):
        Caller().id  # noqa: B018


def test_the_user_behind_an_identity() -> None:
    caller, guest = expected("http-iam-cognito"), expected("rest-iam-guest")
    assert isinstance(caller, IamCaller)
    assert isinstance(guest, IamCaller)
    assert caller.cognito is not None
    assert guest.cognito is not None
    assert caller.cognito.user_pool_subject == SUBJECT
    assert guest.cognito.user_pool_subject is None
    assert caller.scopes == frozenset()


def test_the_issuer() -> None:
    caller = expected("rest-cognito")
    assert isinstance(caller, TokenCaller)
    assert caller.issuer == f"https://{POOL}"


@pytest.mark.parametrize(
    ("context", "caller"),
    [
        ({}, None),
        ({"elb": {"targetGroupArn": "arn"}}, None),
        ({"http": {}, "authorizer": None}, None),
        ({"http": {}, "authorizer": {"jwt": None}}, None),
        ({"http": {}, "authorizer": {"iam": None}}, None),
        ({"authorizer": {"claims": {}}}, None),
        # The context of an authorizer holds text: nothing that it says makes claims of it.
        ({"authorizer": {"claims": '{"sub": "root"}'}}, AuthorizerCaller(None, {"claims": '{"sub": "root"}'})),
        ({"authorizer": {"principalId": "", "jwt": "x"}}, AuthorizerCaller(None, {"jwt": "x"})),
        (
            {"authorizer": {"claims": {"sub": "me", "cognito:groups": ["a", "b"], "scp": ["c", "d"]}}},
            TokenCaller(
                "me", {"sub": "me", "cognito:groups": ["a", "b"], "scp": ["c", "d"]}, frozenset({"c", "d"}), ("a", "b")
            ),
        ),
        (
            {"http": {}, "authorizer": {"jwt": {"claims": {"sub": "me", "cognito:groups": "[]", "scope": ""}}}},
            TokenCaller("me", {"sub": "me", "cognito:groups": "[]", "scope": ""}),
        ),
        ({"http": {}, "authorizer": {"iam": {"userArn": ARN}}}, IamCaller(ARN, "")),
        (
            {"identity": {"userArn": ARN, "cognitoIdentityId": "id"}},
            IamCaller(ARN, "", cognito=CognitoIdentity("id", "", authenticated=False)),
        ),
    ],
)
def test_other_contexts(context: dict[str, Any], caller: Caller | None) -> None:
    assert caller_of_context(context) == caller


FORGED = {
    "authorization": "Bearer forged",
    "x-amzn-request-context": json.dumps(event_of("rest-cognito")["requestContext"]),
    "x-amzn-lambda-context": LAMBDA_CONTEXT,
    "x-amzn-oidc-identity": "root",
    "x-amzn-oidc-data": "forged",
    "x-apigateway-event": json.dumps(event_of("rest-cognito")),
    "x-apigateway-context": "{}",
    "x-forwarded-user": "root",
}


def test_nothing_that_a_caller_sends_is_read(deploy: Callable[..., Send]) -> None:
    seen: list[Caller | None] = []
    for name in ("rest-none", "http-none", "function-url-none"):
        event = event_of(name)
        event["headers"].update(FORGED)
        if "multiValueHeaders" in event:
            event["multiValueHeaders"].update({key: [value] for key, value in FORGED.items()})
        event["body"] = json.dumps({"requestContext": event_of("rest-cognito")["requestContext"]})
        assert deploy(application(seen))(event)["statusCode"] == 200
    assert seen == [None] * 3


def test_a_server_without_the_adapter_reads_no_context_of_a_caller() -> None:
    seen: list[Caller | None] = []
    assert TestClient(application(seen)).get("/who", headers=FORGED).json() == ""
    assert seen == [None]


def guarded() -> FastAPI:
    app = FastAPI()
    router = APIRouter(responses=CALLER_RESPONSES)

    @router.get("/me")
    def me(caller: CurrentCaller) -> str:
        return str(caller.id)

    @router.get("/write")
    def write(caller: Annotated[Caller, Security(current_caller, scopes=["books/write"])]) -> str:
        return str(caller.id)

    @router.get("/maybe")
    def maybe(caller: Annotated[Caller | None, Security(optional_caller, scopes=["books/write"])]) -> str:
        return "guest" if caller is None else str(caller.id)

    app.include_router(router)
    app.include_router(router, prefix="/admin", dependencies=[Security(current_caller, scopes=["admin"])])
    return app


@pytest.mark.parametrize(
    ("path", "caller", "status"),
    [
        ("/me", None, 401),
        ("/me", IamCaller(ARN, "1"), 200),
        ("/write", None, 401),
        ("/write", IamCaller(ARN, "1"), 403),
        ("/write", TokenCaller("me"), 403),
        ("/write", TokenCaller("me", token_scopes=frozenset({"books/read"})), 403),
        ("/write", TokenCaller("me", token_scopes=frozenset({"books/read", "books/write"})), 200),
        ("/maybe", None, 200),
        ("/maybe", TokenCaller("me"), 403),
        ("/admin/write", TokenCaller("me", token_scopes=frozenset({"books/write"})), 403),
        ("/admin/write", TokenCaller("me", token_scopes=frozenset({"books/write", "admin"})), 200),
    ],
)
def test_who_is_let_in(path: str, caller: Caller | None, status: int) -> None:
    app = guarded()
    stand_in(app, caller)
    answer = TestClient(app).get(path)
    assert answer.status_code == status, answer.text
    challenge = answer.headers.get("www-authenticate")
    assert (
        challenge
        == {
            401: "Bearer",
            403: f'Bearer error="insufficient_scope", scope="{"admin" if "admin" in path else "books/write"}"',
            200: None,
        }[status]
    )


def test_the_openapi_document() -> None:
    document = guarded().openapi()
    assert document["components"]["securitySchemes"]["Caller"] == {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "A signature with AWS credentials, or a token: what the API was deployed with",
    }
    write = document["paths"]["/write"]["get"]
    assert write["security"] == [{"Caller": ["books/write"]}]
    assert {"401", "403"} <= set(write["responses"])
    assert document["paths"]["/me"]["get"]["security"] == [{"Caller": []}]
    assert "parameters" not in write


def test_no_stand_in_in_lambda(monkeypatch: pytest.MonkeyPatch, deploy: Callable[..., Send]) -> None:
    app = guarded()
    stand_in(app, IamCaller(ARN, "1"))
    assert TestClient(app).get("/me").status_code == 200
    # An event says who calls, or that nobody was asked.
    event = event_of("rest-none")
    event["path"] = event["resource"] = "/me"
    event["requestContext"]["path"] = "/prod/me"
    assert deploy(app)(event)["statusCode"] == 401
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "shop")
    assert TestClient(app).get("/me").status_code == 401


def test_an_override_in_a_test() -> None:
    app = guarded()
    app.dependency_overrides[current_caller] = lambda: TokenCaller("me")
    assert TestClient(app).get("/write").json() == "me"


def customer(caller: CurrentCaller) -> str:
    assert isinstance(caller, AuthorizerCaller)
    return str(caller.context["customer"])


def test_a_dependency_of_the_users_own() -> None:
    app = FastAPI()

    @app.get("/stream")
    async def stream(name: Annotated[str, Depends(customer)], request: Request) -> StreamingResponse:
        assert caller_of(request) is not None
        return StreamingResponse(iter([name]))

    stand_in(app, AuthorizerCaller(context={"customer": "customer-17"}))
    assert TestClient(app).get("/stream").text == "customer-17"
