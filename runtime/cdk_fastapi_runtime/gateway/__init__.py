"""Converts events of the gateway to ASGI scopes, and responses back to the format of the event."""
