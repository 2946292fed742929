"""Names that operations share, and names that Python has itself."""

from __future__ import annotations

from aws_cdk import Stack
from cdk_fastapi import FastApiApp, OpenApiSource

from hostile_api_construct import HostileApi
from shop_api_construct import ShopApi


def app(document: str) -> FastApiApp:
    return FastApiApp.from_directory(
        "test/codegen/golden/my_api", entrypoint="main:app", open_api=OpenApiSource.from_file(f"test/codegen/given/{document}.json")
    )


def check_names(stack: Stack) -> None:
    shared = app("shared-names")
    shop = ShopApi(
        stack,
        "Shop",
        app=shared,
        integrations=ShopApi.default_integrations(stack, shared).with_operation_options(ShopApi.names.users_list_get, memory_size=256).build(),
    )
    assert shop.operation.orders_list_get.name == "orders.list.get"
    assert shop.operation.note_order.handler.node.path != shop.operation.users_list_get.handler.node.path

    hostile = HostileApi(stack, "Hostile", app=app("hostile"))
    assert hostile.operation.class_.core.operation.path == "/names/0"
    assert hostile.operation.op_42.name == "42"
    assert hostile.operation.field.handler.node.path != hostile.operation.self.handler.node.path
    assert hostile.operation.file.core.operation.name == "\N{LATIN SMALL LIGATURE FI}le"
    assert hostile.operation.get_v2_items_2.name == "getV2_items"
