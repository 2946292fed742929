"""The HTTP API of a small bookshop."""
