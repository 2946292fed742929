"""Middleware of this package, outside of the application's own middleware or inside of it."""
