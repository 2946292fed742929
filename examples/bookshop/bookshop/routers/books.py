"""The catalogue."""

import io
import zipfile
from collections.abc import AsyncIterable
from decimal import Decimal
from http import HTTPStatus
from sqlite3 import IntegrityError
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from bookshop import catalogue
from bookshop.database import insert, read_data
from bookshop.dependencies import Db, PageDep, StreamDb, require_admin
from bookshop.models import Book, BookIn, BookPatch, Currency, Genre, Price, Quantity
from bookshop.pictures import draw_cover
from bookshop.problems import Problem

router = APIRouter(prefix="/books", tags=["books"])
editors_only = [Depends(require_admin)]
BookId = Annotated[int, Path(ge=1)]


def binary(media_type: str) -> dict[int | str, dict[str, Any]]:
    """Describe a binary answer."""
    schema = {"type": "string", "format": "binary"}
    return {200: {"content": {media_type: {"schema": schema}}}}


@router.get("")
def list_books(
    db: Db,
    page: PageDep,
    response: Response,
    q: Annotated[str, Query(max_length=50, description="part of title or author")] = "",
    genre: Genre | None = None,
    tag: Annotated[list[str] | None, Query(description="all of these")] = None,
) -> list[Book]:
    """Find books; the header `X-Total-Count` counts those on all pages."""
    found = [
        book
        for book in catalogue.all_books(db)
        if q.lower() in f"{book.title} {book.author}".lower()
        and genre in (None, book.genre)
        and set(tag or []) <= set(book.tags)
    ]
    response.headers["X-Total-Count"] = str(len(found))
    return found[page.offset : page.offset + page.limit]


@router.post("", status_code=201, dependencies=editors_only)
def create_book(book: BookIn, db: Db, request: Request, response: Response) -> Book:
    """Add a book to the catalogue."""
    row = book.model_dump(exclude={"price"}) | {"cents": catalogue.to_cents(book.price)}
    try:
        book_id = insert(db, "books", row)
    except IntegrityError:
        raise Problem(HTTPStatus.CONFLICT, f"there is a book {book.isbn} already") from None
    response.headers["Location"] = str(request.url_for("read_book", book_id=book_id))
    return catalogue.find_book(db, book_id)


@router.get("/export")
async def export_books(db: StreamDb) -> AsyncIterable[Book]:
    """The whole catalogue as JSON Lines, one book at a time."""
    for book in catalogue.all_books(db):
        yield book


@router.get("/catalogue.zip", response_class=Response, responses=binary("application/zip"))
def download_catalogue(db: Db) -> Response:
    """All covers in one archive."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as file:
        for book in catalogue.all_books(db):
            file.writestr(zipfile.ZipInfo(f"{book.isbn}.png"), draw_cover(book.id))
    return Response(archive.getvalue(), media_type="application/zip")


@router.get(
    "/{book_id}",
    response_model=Book,
    responses={304: {"description": "The book has not changed"}},
)
def read_book(
    book_id: BookId,
    db: Db,
    response: Response,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Book | Response:
    """One book, with an `ETag`."""
    book = catalogue.find_book(db, book_id)
    etag = catalogue.etag_of(book)
    if if_none_match == etag:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": etag})
    response.headers["ETag"] = etag
    return book


@router.patch("/{book_id}", dependencies=editors_only)
def update_book(book_id: BookId, patch: BookPatch, db: Db) -> Book:
    """Change title, price or stock."""
    book = catalogue.find_book(db, book_id)
    changed = book.model_copy(update=patch.model_dump(exclude_none=True))
    db.execute(
        "UPDATE books SET title = ?, cents = ?, stock = ? WHERE id = ?",
        [changed.title, catalogue.to_cents(changed.price), changed.stock, book_id],
    )
    return catalogue.find_book(db, book_id)


@router.delete("/{book_id}", status_code=204, dependencies=editors_only)
def delete_book(book_id: BookId, db: Db) -> None:
    """Take a book out of the catalogue."""
    catalogue.find_book(db, book_id)
    db.execute("DELETE FROM books WHERE id = ?", [book_id])


@router.get("/{book_id}/cover", response_class=Response, responses=binary("image/png"))
def read_cover(book_id: BookId, db: Db) -> Response:
    """The cover as a picture."""
    return Response(draw_cover(catalogue.find_book(db, book_id).id), media_type="image/png")


@router.get("/{book_id}/price")
def read_price(
    book_id: BookId,
    db: Db,
    quantity: Quantity = 1,
    x_currency: Annotated[Currency, Header()] = Currency.EUR,
) -> Price:
    """What some copies cost, in the currency of the header `X-Currency`."""
    rate = Decimal(read_data("shop.json")["rates"][x_currency])
    total = catalogue.find_book(db, book_id).price * quantity * rate
    return Price(
        book_id=book_id,
        quantity=quantity,
        currency=x_currency,
        total=total.quantize(Decimal("0.01")),
    )
