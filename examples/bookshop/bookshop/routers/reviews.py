"""What customers say about books; a review belongs to every printing with the ISBN."""

from typing import Annotated

from fastapi import APIRouter, Path

from bookshop.database import insert, today
from bookshop.dependencies import CustomerDep, Db
from bookshop.models import Isbn, Review, ReviewIn
from bookshop.problems import not_found

router = APIRouter(prefix="/books/{isbn}/reviews", tags=["reviews"])
IsbnPath = Annotated[Isbn, Path()]


@router.get("")
def list_reviews(isbn: IsbnPath, db: Db) -> list[Review]:
    """All reviews, the oldest first."""
    rows = db.execute("SELECT * FROM reviews WHERE isbn = ? ORDER BY id", [isbn])
    return [Review(**row) for row in rows]


@router.post("", status_code=201)
def write_review(isbn: IsbnPath, review: ReviewIn, db: Db, customer: CustomerDep) -> Review:
    """Publish a review."""
    if db.execute("SELECT 1 FROM books WHERE isbn = ?", [isbn]).fetchone() is None:
        raise not_found("book", isbn)
    row = {"isbn": isbn, "customer": customer.name, **review.model_dump(), "written": today(db)}
    return Review(id=insert(db, "reviews", row), **row)
