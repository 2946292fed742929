"""Every way to use typed constructs: checked by mypy and pyright, and run."""

from __future__ import annotations

from typing import Callable

from aws_cdk import App, Duration, Stack, aws_apigateway, aws_apigatewayv2_integrations, aws_iam, aws_lambda
from cdk_fastapi import FastApiApp, FastApiCorsOptions, HttpApiIntegration, IntegrationPattern, OpenApiSource, RequestValidation, RestApiIntegration

from catch_all import check_tiles
from dicts import check_dicts
from my_api_construct import MyApi, MyApiIntegration, MyApiName, MyApiOperations
from my_http_api_construct import MyHttpApi, MyHttpApiOperations
from names import check_names

app = FastApiApp.from_directory(
    "test/codegen/golden/my_api", entrypoint="main:app", open_api=OpenApiSource.from_file("test/codegen/given/my-api.json")
)
# Nothing is bundled for these stacks.
tree = App(analytics_reporting=False, context={"aws:cdk:bundling-stacks": []})


def rest(stack: Stack) -> None:
    http = RestApiIntegration(integration=aws_apigateway.HttpIntegration("https://example.com"))
    user = aws_iam.User(stack, "User")
    api = MyApi(
        stack,
        "MyApi",
        app=app,
        description="files",
        cors=FastApiCorsOptions(allow_origins=["https://www.example.com"]),
        integrations=MyApi.default_integrations(stack, app)
        .with_default_options(timeout=Duration.seconds(10))
        .with_operation_options(MyApi.names.say_hello, memory_size=512)
        .with_override(MyApi.names.get_file, integration=http.integration)
        .build(),
    )
    handler: aws_lambda.Function = api.operation.say_hello.handler
    handler.add_environment("NAME", "value")
    api.grant_invoke_access(user, operations=[MyApi.names.say_hello])
    names: MyApiOperations[MyApiName] = MyApi.names
    upload: MyApiIntegration = api.operation.upload_file
    assert upload.name == names.upload_file == "uploadFile"
    assert upload.core.operation.path == "/files/{name}"
    try:
        api.operation.get_file.handler
    except AttributeError as error:
        assert "`getFile` (GET /files/{name}), which was overridden" in str(error)
    else:
        raise AssertionError("an overridden operation has a handler")
    try:
        api.operation.say_hello.alias
    except AttributeError as error:
        assert "`alias` needs a function with versions, got: `sayHello` (GET /hello)" in str(error)
    else:
        raise AssertionError("a function without versions has an alias")

    MyApi(stack, "Checked", app=app, request_validation=RequestValidation.ALL, operation_request_validation={"sayHello": RequestValidation.NONE})
    explicit = MyApi(stack, "Explicit", app=app, integrations=MyApiOperations(say_hello=http, get_file=http, upload_file=http))
    assert explicit.operation.say_hello.core.handler is None
    shared = MyApi(stack, "Shared", app=app, pattern=IntegrationPattern.SHARED)
    assert shared.operation.say_hello.handler.node.path == shared.operation.get_file.handler.node.path
    both = MyApi(stack, "Both", app=app, integrations=MyApi.default_integrations(stack, app, pattern=IntegrationPattern.SHARED).build())
    assert both.router is not None
    versions = aws_lambda.FunctionOptions(current_version_options=aws_lambda.VersionOptions(provisioned_concurrent_executions=1))
    versioned = MyApi(stack, "Versioned", app=app, function_options=versions)
    alias: aws_lambda.Alias = versioned.operation.say_hello.alias
    assert alias.node.path == versioned.alias(MyApi.names.say_hello).node.path


def http(stack: Stack) -> None:
    # The app of the generated file itself.
    api = MyHttpApi(stack, "MyHttpApi")
    api.operation.say_hello.handler.add_environment("NAME", "value")
    url = HttpApiIntegration(integration=aws_apigatewayv2_integrations.HttpUrlIntegration("Url", "https://example.com"))
    other = HttpApiIntegration(integration=aws_apigatewayv2_integrations.HttpUrlIntegration("Url", "https://example.com"))
    MyHttpApi(stack, "Overridden", integrations=MyHttpApi.default_integrations(stack).with_overrides({MyHttpApi.names.get_file: url}).build())
    MyHttpApi(stack, "ExplicitHttp", integrations=MyHttpApiOperations(say_hello=other, get_file=other, upload_file=other))


def stale(stack: Stack) -> None:
    """The app of another document has other operations: every way into the construct says the same."""
    other = FastApiApp.from_directory(
        "test/codegen/golden/my_api", entrypoint="main:app", open_api=OpenApiSource.from_file("test/codegen/given/shared-names.json")
    )
    ways: list[Callable[[], object]] = [
        lambda: MyApi.default_integrations(stack, other).build(),
        lambda: MyApi.default_integrations(stack, other).with_operation_options(MyApi.names.get_file, memory_size=512),
        lambda: MyApi(stack, "Stale", app=other),
    ]
    for way in ways:
        try:
            way()
        except Exception as error:
            assert "`getFile` (GET /files/{name}, now gone)" in str(error) and "has changed since the construct was generated" in str(error), error
        else:
            raise AssertionError("a stale construct was taken")


if __name__ == "__main__":
    stack = Stack(tree, "Stack")
    rest(stack)
    http(stack)
    stale(stack)
    check_names(stack)
    check_tiles(stack)
    template = tree.synth().get_stack_by_name("Stack").template
    memory = [each["Properties"].get("MemorySize") for each in template["Resources"].values() if each["Type"] == "AWS::Lambda::Function"]
    assert memory.count(512) == 1, memory

    dicts = App(analytics_reporting=False, context={"aws:cdk:bundling-stacks": []})
    check_dicts(Stack(dicts, "Stack"), app)
