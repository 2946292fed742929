"""The caller as a dependency of endpoints."""

# No postponed annotations: FastAPI would resolve those of a callable object in another namespace.

import os
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from fastapi.openapi.models import APIKey
from fastapi.security import SecurityScopes
from fastapi.security.base import SecurityBase
from starlette.requests import HTTPConnection

from .callers import Caller
from .reading import caller_of_context

CALLER_RESPONSES: dict[int | str, dict[str, Any]] = {
    401: {"description": "The caller is not known"},
    403: {"description": "The caller lacks a scope"},
}
"""For ``responses`` of a router or an endpoint: what it answers besides, in the OpenAPI document."""

_STAND_IN = "cdk_fastapi_caller"


def caller_of(connection: HTTPConnection) -> Caller | None:
    """The caller of a request; ``None`` if the gateway required no identity."""
    event = connection.scope.get("aws.event")
    if event is not None:
        return caller_of_context(event.get("requestContext") or {})
    # Lambda reserves this variable, so that no request in Lambda is answered for the stand-in.
    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        return None
    caller: Caller | None = getattr(connection.scope["app"].state, _STAND_IN, None)
    return caller


def stand_in(app: FastAPI, caller: Caller | None) -> None:
    """Sets the caller for requests without a gateway, under ``fastapi dev`` and in tests. In Lambda it does nothing."""
    setattr(app.state, _STAND_IN, caller)


class CallerScheme(SecurityBase):
    """Requires a caller: 401 without one, 403 if the caller lacks a scope that the operation declares."""

    def __init__(self, *, required: bool) -> None:
        self._required = required
        self.scheme_name = "Caller"
        self.model = APIKey.model_validate(
            {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": "A signature with AWS credentials, or a token: what the API was deployed with",
            }
        )

    async def __call__(self, connection: HTTPConnection, security: SecurityScopes) -> Caller | None:
        """The caller, whose scopes hold all that ``Security(…, scopes=[…])`` declares."""
        caller = caller_of(connection)
        if caller is None:
            if not self._required:
                return None
            raise HTTPException(401, "Not authenticated", {"WWW-Authenticate": "Bearer"})
        if not caller.scopes.issuperset(security.scopes):
            challenge = f'Bearer error="insufficient_scope", scope="{security.scope_str}"'
            raise HTTPException(403, "Insufficient scope", {"WWW-Authenticate": challenge})
        return caller


current_caller = CallerScheme(required=True)
"""For ``Depends(current_caller)``, and ``Security(current_caller, scopes=["books:write"])``."""

optional_caller = CallerScheme(required=False)
"""The same where nobody need be known; a known caller needs the scopes all the same."""

CurrentCaller = Annotated[Caller, Depends(current_caller)]
OptionalCaller = Annotated[Caller | None, Depends(optional_caller)]
