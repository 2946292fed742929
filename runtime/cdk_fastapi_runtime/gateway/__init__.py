"""From what the gateway says of a request to the scope of ASGI, and back."""
