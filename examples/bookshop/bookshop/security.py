"""Passwords and tokens, with the standard library alone."""

import hashlib
import hmac


def hash_password(password: str, salt: str) -> str:
    """The hash that is kept instead of the password."""
    return hashlib.scrypt(password.encode(), salt=salt.encode(), n=2**12, r=8, p=1, dklen=32).hex()


def same(given: str, expected: str) -> bool:
    """Compare in a time that does not depend on the first difference."""
    return hmac.compare_digest(given.encode(), expected.encode())


def make_token(name: str, secret: bytes) -> str:
    """A signed token; it is valid until the secret changes."""
    return f"{name}.{hmac.digest(secret, name.encode(), 'sha256').hex()}"


def name_of(token: str, secret: bytes) -> str | None:
    """The name that a token was made for, if the shop has signed it."""
    name, _, _ = token.rpartition(".")
    return name if same(token, make_token(name, secret)) else None
