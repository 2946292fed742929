"""What endpoints ask FastAPI for."""

import sqlite3
from collections.abc import Iterator
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.security import APIKeyHeader, OAuth2PasswordBearer

from bookshop import security
from bookshop.database import connect
from bookshop.models import Customer
from bookshop.problems import Problem
from bookshop.settings import Settings

bearer = OAuth2PasswordBearer(tokenUrl="auth/token")
admin_key_header = APIKeyHeader(name="X-Admin-Key", auto_error=False)


def get_settings(request: Request) -> Settings:
    """The settings that lifespan has read."""
    settings = request.state.settings
    assert isinstance(settings, Settings)
    return settings


SettingsDep = Annotated[Settings, Depends(get_settings)]


def get_db(settings: SettingsDep) -> Iterator[sqlite3.Connection]:
    """A connection that is committed when its scope ends."""
    with connect(settings.database) as connection:
        yield connection


# Committed before the answer is sent, so that whoever has the answer can rely on it.
Db = Annotated[sqlite3.Connection, Depends(get_db, scope="function")]
# Stays open while the answer is sent.
StreamDb = Annotated[sqlite3.Connection, Depends(get_db, scope="request")]


def get_customer(settings: SettingsDep, db: Db, token: Annotated[str, Depends(bearer)]) -> Customer:
    """The customer whose token came with the request."""
    name = security.name_of(token, settings.secret)
    row = db.execute("SELECT name, full_name FROM customers WHERE name = ?", [name]).fetchone()
    if row is None:
        raise Problem(
            HTTPStatus.UNAUTHORIZED, "the token is not valid", {"WWW-Authenticate": "Bearer"}
        )
    return Customer(**row)


CustomerDep = Annotated[Customer, Depends(get_customer)]


def require_admin(
    settings: SettingsDep, key: Annotated[str | None, Depends(admin_key_header)]
) -> None:
    """Refuse everybody but the shop's own people."""
    if key is None or not security.same(key, settings.admin_key):
        raise Problem(HTTPStatus.FORBIDDEN, "the header X-Admin-Key is missing or wrong")


class Page:
    """Which part of a list is wanted."""

    def __init__(
        self,
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
        offset: Annotated[int, Query(ge=0)] = 0,
    ) -> None:
        """Taken from the query."""
        self.limit = limit
        self.offset = offset


PageDep = Annotated[Page, Depends()]
