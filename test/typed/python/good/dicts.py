"""Plain dicts where a struct is expected, in programs that no checker looks at."""

from __future__ import annotations

from typing import Any, Callable, cast

import jsii
from aws_cdk import Stack, assertions, aws_apigateway, aws_apigatewayv2_authorizers, aws_apigatewayv2_integrations, aws_cognito
from cdk_fastapi import (
    FastApiApp,
    FastApiHttpApi,
    FastApiOperation,
    FastApiRestApi,
    HttpApiRouteOptions,
    IRestApiIntegrationFactory,
    RestApiIntegration,
    RestApiIntegrationBuilder,
)

from my_api_construct import MyApi, MyApiOperations


def mock() -> aws_apigateway.MockIntegration:
    return aws_apigateway.MockIntegration()


@jsii.implements(IRestApiIntegrationFactory)
class Keys:
    def bind(self, operation: FastApiOperation) -> RestApiIntegration:
        options = aws_apigateway.MethodOptions(api_key_required=True)
        return RestApiIntegrationBuilder.describe(integration=mock(), options=options)


@jsii.implements(IRestApiIntegrationFactory)
class ThinKeys:
    def bind(self, operation: FastApiOperation) -> RestApiIntegration:
        return RestApiIntegration(integration=mock(), options=aws_apigateway.MethodOptions(api_key_required=True))


def refused(act: Callable[[], object], *texts: str) -> None:
    try:
        act()
    except Exception as error:
        missing = [text for text in texts if text not in str(error)]
        assert not missing, f"{missing} in: {error}"
    else:
        raise AssertionError(f"nothing was refused; expected {texts}")


def check_dicts(stack: Stack, app: FastApiApp) -> None:
    rest = FastApiRestApi.default_integrations(stack, app)
    authorizer = aws_apigateway.CognitoUserPoolsAuthorizer(stack, "Pools", cognito_user_pools=[aws_cognito.UserPool(stack, "Pool")])
    scopes = {"authorizer": authorizer, "authorization_type": aws_apigateway.AuthorizationType.COGNITO, "authorization_scopes": ["admin/write"]}
    hint = ("`getFile` (GET /files/{name}) must have no `options` here", "say `with_override(name, integration=…, options=…)`")
    # jsii keeps the authorizer, and drops its scopes: any token of the pool would pass.
    for number, options in enumerate((scopes, {"api_key_required": True}, aws_apigateway.MethodOptions(api_key_required=True))):
        lost = {"getFile": {"integration": mock(), "options": options}}
        refused(lambda: rest.with_overrides(lost), "`with_overrides`: ", *hint)
        explicit: dict[str, Any] = {**rest.to_integrations(), **lost}
        refused(lambda: FastApiRestApi(stack, f"LostOptions{number}", app=app, integrations=explicit), "`integrations`: ", *hint)
    refused(lambda: rest.with_overrides({"getFile": {"integratoin": mock()}}), "integration")

    url = aws_apigatewayv2_integrations.HttpUrlIntegration("Url", "https://example.com")
    http = FastApiHttpApi.default_integrations(stack, app)
    lost_scopes: Any = {"getFile": {"integration": url, "options": {"authorization_scopes": ["files/read"]}}}
    refused(lambda: http.with_overrides(lost_scopes), "make the value with `HttpApiIntegrationBuilder.describe(integration=…, options=…)`")
    lost_map: Any = {**http.to_integrations(), **lost_scopes}
    refused(lambda: FastApiHttpApi(stack, "LostScopes", app=app, integrations=lost_map), "must have no `options` here")

    # One at a time, names are those of Python, and each is checked.
    key = cast(Any, {"api_key_required": True})
    FastApiRestApi(
        stack, "Single", app=app, integrations=rest.with_override("getFile", integration=mock(), options=key).to_integrations()
    )
    FastApiRestApi(
        stack,
        "Described",
        app=app,
        integrations={**rest.to_integrations(), "getFile": RestApiIntegrationBuilder.describe(integration=mock(), options=key)},
    )
    handled = rest.to_integrations()["getFile"].integration
    FastApiRestApi(stack, "Handled", app=app, integrations=rest.with_override("getFile", integration=handled, options=key).to_integrations())
    FastApiRestApi(
        stack, "Scoped", app=app, integrations=rest.with_override("getFile", integration=mock(), options=cast(Any, scopes)).to_integrations()
    )
    refused(lambda: rest.with_override("getFile", integration=mock(), options=cast(Any, {"api_key_requird": True})), "api_key_requird")
    FastApiHttpApi(
        stack,
        "SingleHttp",
        app=app,
        integrations=http.with_override(
            "getFile",
            integration=url,
            options=HttpApiRouteOptions(
                authorizer=aws_apigatewayv2_authorizers.HttpJwtAuthorizer("Jwt", "https://login.example.com", jwt_audience=["a"]),
                authorization_scopes=["files/read"],
            ),
        ).to_integrations(),
    )

    # What a factory returns comes by the same way.
    FastApiRestApi(
        stack, "Factory", app=app, integrations=FastApiRestApi.default_integrations(stack, app, factory=cast(Any, Keys())).to_integrations()
    )
    refused(
        lambda: FastApiRestApi(
            stack, "Thin", app=app, integrations=FastApiRestApi.default_integrations(stack, app, factory=cast(Any, ThinKeys())).to_integrations()
        ),
        "`factory`: what it makes for `sayHello`",
        "must have no `options` here",
    )

    # A generated construct makes structs of dicts.
    value = cast(Any, {"integration": mock(), "options": {"api_key_required": True}})
    MyApi(stack, "TypedDict", app=app, integrations=MyApi.default_integrations(stack, app).with_overrides({MyApi.names.get_file: value}).build())
    MyApi(stack, "TypedMap", app=app, integrations=MyApiOperations(say_hello=value, get_file=value, upload_file=value))
    misspelt = cast(Any, {"integration": mock(), "optoins": {}})
    refused(lambda: MyApi.default_integrations(stack, app).with_overrides({MyApi.names.get_file: misspelt}), "optoins")

    MyApi(
        stack,
        "TypedSingle",
        app=app,
        integrations=MyApi.default_integrations(stack, app).with_override(MyApi.names.get_file, integration=mock(), options=key).build(),
    )

    keys = {"Single": 1, "Described": 1, "Handled": 1, "Factory": 3, "TypedDict": 1, "TypedMap": 3, "TypedSingle": 1}
    bodies = {
        str(resource["Properties"]["Name"]): str(resource["Properties"]["Body"])
        for resource in assertions.Template.from_stack(stack).find_resources("AWS::ApiGateway::RestApi").values()
    }
    found = {name: bodies[name].count("'api_key': []") for name in keys}
    assert found == keys, found
    assert "'admin/write'" in bodies["Scoped"], bodies["Scoped"]
