"""The basket of a visitor, kept in a cookie."""

from typing import Annotated

from fastapi import APIRouter, Cookie, Response

from bookshop.catalogue import total_of
from bookshop.dependencies import Db
from bookshop.models import Basket, Line

router = APIRouter(prefix="/basket", tags=["basket"])
BasketCookie = Annotated[str, Cookie(pattern=r"^(\d{1,9}x[1-9]\d?(\.\d{1,9}x[1-9]\d?)*)?$")]


def _lines_of(cookie: str) -> list[Line]:
    pairs = (part.split("x") for part in cookie.split(".") if part)
    return [Line(book_id=int(book_id), quantity=int(quantity)) for book_id, quantity in pairs]


@router.get("")
def read_basket(db: Db, basket: BasketCookie = "") -> Basket:
    """What is in the basket, and what it costs."""
    lines = _lines_of(basket)
    return Basket(lines=lines, total=total_of(db, lines))


@router.post("/lines", status_code=201)
def add_to_basket(line: Line, db: Db, response: Response, basket: BasketCookie = "") -> Basket:
    """Put some copies of a book into the basket."""
    lines = [*_lines_of(basket), line]
    total = total_of(db, lines)
    cookie = ".".join(f"{one.book_id}x{one.quantity}" for one in lines)
    response.set_cookie("basket", cookie, httponly=True, samesite="lax")
    response.set_cookie("basket_count", str(sum(one.quantity for one in lines)), samesite="lax")
    return Basket(lines=lines, total=total)


@router.delete("", status_code=204)
async def empty_basket(response: Response) -> None:
    """Forget the basket."""
    response.set_cookie("basket", "", max_age=0, httponly=True, samesite="lax")
    response.set_cookie("basket_count", "", max_age=0, samesite="lax")
