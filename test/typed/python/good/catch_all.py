"""A construct that was generated for an API with a catch-all route."""

from __future__ import annotations

from aws_cdk import Stack

from names import app
from tiles_api_construct import TilesApi


def check_tiles(stack: Stack) -> None:
    tiles = TilesApi(stack, "Tiles", app=app("catch-all"))
    tiles.operation.tile.handler.add_environment("NAME", "value")
