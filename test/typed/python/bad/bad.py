"""Every line that ends in a comment `error` is refused by mypy and by pyright; no other line is."""

from __future__ import annotations

from aws_cdk import Stack, aws_apigateway, aws_apigatewayv2_integrations, aws_iam
from cdk_fastapi import FastApiApp, HttpApiIntegration, RestApiIntegration

from my_api_construct import MyApi, MyApiOperations
from my_http_api_construct import MyHttpApi


def build(stack: Stack, app: FastApiApp, user: aws_iam.User) -> None:
    i = RestApiIntegration(integration=aws_apigateway.HttpIntegration("https://example.com"))
    url = HttpApiIntegration(integration=aws_apigatewayv2_integrations.HttpUrlIntegration("Url", "https://example.com"))
    start = MyApi.default_integrations(stack, app)
    api = MyApi(stack, "MyApi", app=app)

    api.operation.say_helo.handler  # error
    api.operation.say_hello.handlr  # error
    MyApi.names.get_flie  # error
    start.with_operation_options("sayHello", memory_size=512)  # error
    start.with_operation_options(MyApi.names.say_hello, memory_sise=512)  # error
    start.with_operation_options(MyHttpApi.names.say_hello, memory_size=512)  # error
    start.with_default_options(memory_sise=512)  # error
    start.with_overrides({"getFile": i})  # error
    start.with_overrides({MyApi.names.get_file: url})  # error
    api.grant_invoke_access(user, operations=["sayHello"])  # error
    MyApi(stack, "A", app=app, integrations=MyApiOperations(say_hello=i, get_file=i))  # error
    MyApi(stack, "B", app=app, integrations=MyApiOperations(say_hello=i, get_file=i, upload_file=i, nope=i))  # error
    MyApi(stack, "C", app=app, integrations=MyHttpApi.default_integrations(stack).build())  # error
    MyApi(stack, "D", app=app, integrations={"sayHello": i})  # error
    MyApi(stack, "E", app=app, descripton="files")  # error
    MyApi(stack, "F", app=app, expected_operations={})  # error
    MyHttpApi(stack, "G", rest_api_name="files")  # error
    start.with_overrides({MyApi.names.get_file: aws_apigateway.HttpIntegration("https://example.com")})  # error
