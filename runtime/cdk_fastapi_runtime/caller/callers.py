"""The three kinds of callers that the gateway distinguishes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Caller:
    """The authenticated caller; one of ``IamCaller``, ``TokenCaller`` and ``AuthorizerCaller``."""

    @property
    def id(self) -> str | None:
        """Identifies the caller among others of the same kind; ``None`` if an authorizer names no principal."""
        raise NotImplementedError

    @property
    def scopes(self) -> frozenset[str]:
        """The scopes of the caller's token; empty for callers without a token."""
        return frozenset()


@dataclass(frozen=True)
class CognitoIdentity:
    """An identity of a Cognito identity pool, for which the caller has AWS credentials."""

    identity_id: str
    identity_pool_id: str
    authenticated: bool
    """Whether the user logged in somewhere; a pool may give identities to guests too."""
    providers: tuple[str, ...] = ()
    """Where the user logged in, such as ``cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc``."""

    @property
    def user_pool_subject(self) -> str | None:
        """The ``sub`` of the user in the user pool; ``None`` if another identity provider logged the user in."""
        marked = (provider.partition(":CognitoSignIn:")[2] for provider in self.providers)
        return next((subject for subject in marked if subject), None)


@dataclass(frozen=True)
class IamCaller(Caller):
    """A caller that signs with AWS credentials."""

    arn: str
    """``arn:aws:sts::123456789012:assumed-role/ROLE/SESSION``, or that of a user."""
    account: str
    user_id: str = ""
    """Unique and never used again, ``AROAEXAMPLE:SESSION`` of a role; names in an ARN can be."""
    organization: str | None = None
    cognito: CognitoIdentity | None = None
    """Where the credentials come from an identity pool."""

    @property
    def id(self) -> str:
        """Id of the Cognito identity, else the ARN."""
        return self.cognito.identity_id if self.cognito else self.arn


@dataclass(frozen=True)
class TokenCaller(Caller):
    """A caller with a token of a Cognito user pool or of another issuer, which the gateway has verified."""

    subject: str
    claims: Mapping[str, Any] = field(default_factory=dict)
    """As the gateway writes them: mostly text, also of numbers and lists, and not alike on REST and HTTP APIs."""
    token_scopes: frozenset[str] = frozenset()
    groups: tuple[str, ...] = ()
    """Groups of a Cognito user pool. A REST API separates them by commas: there a name must not hold one."""

    @property
    def id(self) -> str:
        """The claim ``sub``."""
        return self.subject

    @property
    def scopes(self) -> frozenset[str]:
        """Scopes of an access token; identity tokens have none."""
        return self.token_scopes

    @property
    def issuer(self) -> str | None:
        """The claim ``iss``."""
        issuer: str | None = self.claims.get("iss")
        return issuer


@dataclass(frozen=True)
class AuthorizerCaller(Caller):
    """A caller whom a Lambda authorizer let through."""

    principal_id: str | None = None
    """None behind an HTTP API, which does not hand it on."""
    context: Mapping[str, Any] = field(default_factory=dict)
    """What the authorizer said of the caller; values of a REST API are text, numbers or booleans."""

    @property
    def id(self) -> str | None:
        """The principal that the authorizer named."""
        return self.principal_id
