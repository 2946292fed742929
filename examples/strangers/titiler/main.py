"""TiTiler, the map tile server, as its package publishes it."""

from titiler.application.main import app

__all__ = ["app"]
