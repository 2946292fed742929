"""Signing in."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.security import OAuth2PasswordRequestForm

from bookshop import security
from bookshop.dependencies import CustomerDep, Db, SettingsDep
from bookshop.models import Customer, Token
from bookshop.problems import Problem

router = APIRouter(prefix="/auth", tags=["auth"])


@router.post("/token")
def sign_in(
    form: Annotated[OAuth2PasswordRequestForm, Depends()], db: Db, settings: SettingsDep
) -> Token:
    """Exchange name and password for a token."""
    row = db.execute("SELECT * FROM customers WHERE name = ?", [form.username]).fetchone()
    if row is None or not security.same(
        security.hash_password(form.password, row["salt"]), row["password"]
    ):
        raise Problem(HTTPStatus.UNAUTHORIZED, "name or password is wrong")
    return Token(access_token=security.make_token(form.username, settings.secret))


@router.get("/me")
async def read_me(customer: CustomerDep) -> Customer:
    """Who the token belongs to."""
    return customer
