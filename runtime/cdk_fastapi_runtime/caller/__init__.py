"""The caller as a dependency of FastAPI: the identity that API Gateway or a function URL has authenticated.

``caller: CurrentCaller`` in an endpoint, on REST APIs, HTTP APIs and function URLs, buffered and streaming. Nothing but
FastAPI is needed.
"""

from .callers import AuthorizerCaller, Caller, CognitoIdentity, IamCaller, TokenCaller
from .dependency import (
    CALLER_RESPONSES,
    CurrentCaller,
    OptionalCaller,
    caller_of,
    current_caller,
    optional_caller,
    stand_in,
)

__all__ = [
    "CALLER_RESPONSES",
    "AuthorizerCaller",
    "Caller",
    "CognitoIdentity",
    "CurrentCaller",
    "IamCaller",
    "OptionalCaller",
    "TokenCaller",
    "caller_of",
    "current_caller",
    "optional_caller",
    "stand_in",
]
