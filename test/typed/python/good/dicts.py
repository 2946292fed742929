"""Plain dicts where a struct is expected, in programs that no checker looks at."""

from __future__ import annotations

from typing import Any, Callable, cast

from aws_cdk import Stack, assertions, aws_apigateway, aws_apigatewayv2_integrations
from cdk_fastapi import FastApiApp, FastApiHttpApi, FastApiRestApi

from my_api_construct import MyApi, MyApiOperations


def mock() -> aws_apigateway.MockIntegration:
    return aws_apigateway.MockIntegration()


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
    lost = {"getFile": {"integration": mock(), "options": {"api_key_required": True}}}
    hint = ("`getFile` (GET /files/{name}) must have `options` that say something", "use `aws_apigateway.MethodOptions(…)`, not a dict")
    refused(lambda: rest.with_overrides(lost), "`withOverrides`: ", *hint)
    explicit: dict[str, Any] = {**rest.to_integrations(), **lost}
    refused(lambda: FastApiRestApi(stack, "LostOptions", app=app, integrations=explicit), "`integrations`: ", *hint)
    refused(lambda: rest.with_overrides({"getFile": {"integratoin": mock()}}), "integration")

    url = aws_apigatewayv2_integrations.HttpUrlIntegration("Url", "https://example.com")
    http = FastApiHttpApi.default_integrations(stack, app)
    scopes = {"getFile": {"integration": url, "options": {"authorization_scopes": ["files/read"]}}}
    refused(lambda: http.with_overrides(scopes), "use `HttpApiRouteOptions(…)`, not a dict")

    # Names that are spelt as in TypeScript arrive.
    camel = rest.with_overrides({"getFile": {"integration": mock(), "options": {"apiKeyRequired": True}}})
    FastApiRestApi(stack, "CamelOptions", app=app, integrations=camel.to_integrations())

    # A generated construct makes structs of dicts.
    value = cast(Any, {"integration": mock(), "options": {"api_key_required": True}})
    MyApi(stack, "TypedDict", app=app, integrations=MyApi.default_integrations(stack, app).with_overrides({MyApi.names.get_file: value}).build())
    MyApi(stack, "TypedMap", app=app, integrations=MyApiOperations(say_hello=value, get_file=value, upload_file=value))
    misspelt = cast(Any, {"integration": mock(), "optoins": {}})
    refused(lambda: MyApi.default_integrations(stack, app).with_overrides({MyApi.names.get_file: misspelt}), "optoins")

    keys = {"CamelOptions": 1, "TypedDict": 1, "TypedMap": 3}
    bodies = {
        str(resource["Properties"]["Name"]): str(resource["Properties"]["Body"])
        for resource in assertions.Template.from_stack(stack).find_resources("AWS::ApiGateway::RestApi").values()
    }
    found = {name: bodies[name].count("'api_key': []") for name in keys}
    assert found == keys, found
