"""The bookshop as a REST API: the same stack as in examples/typescript."""

from pathlib import Path
from typing import Any

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from cdk_fastapi import FastApiApp, FastApiRestApi, RuntimeConfig
from constructs import Construct

PROJECT = Path(__file__).parents[1] / "bookshop"


class BookshopStack(Stack):
    """One function per operation. Callers sign their requests with AWS credentials."""

    def __init__(self, scope: Construct, id: str, *, runtime: lambda_.Runtime | None = None, **kwargs: Any) -> None:
        super().__init__(scope, id, **kwargs)

        app = FastApiApp.from_directory(str(PROJECT), runtime=runtime)

        integrations = (
            FastApiRestApi.default_integrations(self, app)
            .with_default_options(environment={"BOOKSHOP_DATABASE": "/tmp/bookshop.sqlite3"})
            .with_operation_options("downloadCatalogue", memory_size=2048, timeout=Duration.seconds(20))
            .to_integrations()
        )
        # The catch-all route serves /docs and the mounted sub-application too.
        api = FastApiRestApi(self, "Bookshop", app=app, catch_all=True, integrations=integrations)

        # One operation may read secrets, the others may not.
        api.handler("placeOrder").add_to_role_policy(
            iam.PolicyStatement(actions=["ssm:GetParameter"], resources=["*"])
        )

        # A partner may read books, and nothing else.
        partner = iam.Role(self, "Partner", assumed_by=iam.AccountRootPrincipal())
        api.grant_invoke_access(partner, operations=["listBooks", "readBook"])

        CfnOutput(self, "BookshopUrl", value=RuntimeConfig.ensure(self).config.apis["Bookshop"])
