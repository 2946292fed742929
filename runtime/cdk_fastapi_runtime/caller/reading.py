"""Reads the caller from the gateway's request context.

Headers are never read: a caller can send any. The request context is the gateway's own, and so is what it says of the
token: the claims of a token whose signature, issuer, audience and time it has checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .callers import AuthorizerCaller, Caller, CognitoIdentity, IamCaller, TokenCaller

_NOT_CONTEXT = ("principalId", "integrationLatency")
"""What a REST API writes beside the authorizer's own context."""


def caller_of_context(context: Mapping[str, Any]) -> Caller | None:
    """The caller of a request context of a REST API, an HTTP API or a function URL; ``None`` without an identity."""
    authorizer = _mapping(context.get("authorizer"))
    if "http" in context:
        return _of_version_2(authorizer)
    claims = authorizer.get("claims")
    # The context of a Lambda authorizer has no objects, so a value of that name is text there.
    if isinstance(claims, Mapping):
        return _token(claims, _comma_separated)
    if authorizer:
        return AuthorizerCaller(
            principal_id=_text(authorizer.get("principalId")),
            context={name: value for name, value in authorizer.items() if name not in _NOT_CONTEXT},
        )
    return _of_rest_identity(_mapping(context.get("identity")))


def _of_version_2(authorizer: Mapping[str, Any]) -> Caller | None:
    if "jwt" in authorizer:
        return _token(_mapping(_mapping(authorizer["jwt"]).get("claims")), _bracketed)
    if "lambda" in authorizer:
        return AuthorizerCaller(context=dict(_mapping(authorizer["lambda"])))
    iam = _mapping(authorizer.get("iam"))
    if not iam.get("userArn"):
        return None
    cognito = _mapping(iam.get("cognitoIdentity"))
    amr = tuple(cognito.get("amr") or ())
    return IamCaller(
        arn=iam["userArn"],
        account=iam.get("accountId") or "",
        user_id=iam.get("userId") or "",
        organization=_text(iam.get("principalOrgId")),
        cognito=_identity(cognito.get("identityId"), cognito.get("identityPoolId"), amr),
    )


def _of_rest_identity(identity: Mapping[str, Any]) -> Caller | None:
    if not identity.get("userArn"):
        return None
    amr = (identity.get("cognitoAuthenticationType") or "", *_split(identity.get("cognitoAuthenticationProvider")))
    return IamCaller(
        arn=identity["userArn"],
        account=identity.get("accountId") or "",
        user_id=identity.get("user") or "",
        organization=_text(identity.get("principalOrgId")),
        cognito=_identity(identity.get("cognitoIdentityId"), identity.get("cognitoIdentityPoolId"), amr),
    )


def _identity(identity_id: str | None, pool_id: str | None, amr: tuple[str, ...]) -> CognitoIdentity | None:
    if not identity_id:
        return None
    providers = tuple(each for each in amr if each not in ("authenticated", "unauthenticated", ""))
    return CognitoIdentity(identity_id, pool_id or "", "authenticated" in amr, providers)


def _token(claims: Mapping[str, Any], split: Any) -> TokenCaller | None:
    subject = claims.get("sub") or claims.get("client_id")
    if not subject:
        return None
    return TokenCaller(
        subject=str(subject),
        claims=dict(claims),
        token_scopes=frozenset(_scopes(claims)),
        groups=tuple(split(claims.get("cognito:groups"))),
    )


def _scopes(claims: Mapping[str, Any]) -> list[str]:
    """Scopes as RFC 8693 has them; some issuers write a list, which an HTTP API shows in brackets."""
    scope = claims.get("scope")
    return _bracketed(claims.get("scp") if scope is None else scope)


def _bracketed(value: Any) -> list[str]:
    """``[a b]``, as an HTTP API shows a list; names that hold spaces cannot be told apart."""
    if isinstance(value, str):
        inner = value[1:-1] if value.startswith("[") and value.endswith("]") else value
        return inner.split()
    return [str(each) for each in value or ()]


def _comma_separated(value: Any) -> list[str]:
    return _split(value) if isinstance(value, str) else [str(each) for each in value or ()]


def _split(value: str | None) -> list[str]:
    return [each for each in (value or "").split(",") if each]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
