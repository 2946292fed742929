"""Reads an application's OpenAPI document and route facts; started by ``introspect.py`` beside this package."""
