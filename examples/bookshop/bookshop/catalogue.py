"""Books as rows of the database."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from decimal import Decimal

from bookshop.models import Book, Line
from bookshop.problems import not_found


def to_cents(amount: Decimal) -> int:
    """Money as it is stored."""
    return int(amount * 100)


def from_cents(cents: int) -> Decimal:
    """Money as it is shown."""
    return (Decimal(cents) / 100).quantize(Decimal("0.01"))


def book_of(row: sqlite3.Row) -> Book:
    """The book in a row of the table."""
    fields = dict(row)
    cents, tags = fields.pop("cents"), json.loads(fields.pop("tags"))
    return Book(**fields, price=from_cents(cents), tags=tags)


def all_books(db: sqlite3.Connection) -> Iterator[Book]:
    """Every book, one at a time."""
    for row in db.execute("SELECT * FROM books ORDER BY id"):
        yield book_of(row)


def find_book(db: sqlite3.Connection, book_id: int) -> Book:
    """The book with this id."""
    row = db.execute("SELECT * FROM books WHERE id = ?", [book_id]).fetchone()
    if row is None:
        raise not_found("book", book_id)
    return book_of(row)


def total_of(db: sqlite3.Connection, lines: list[Line]) -> Decimal:
    """What these lines cost together."""
    return sum(
        (find_book(db, line.book_id).price * line.quantity for line in lines), Decimal("0.00")
    )


def etag_of(book: Book) -> str:
    """A validator that changes with the book."""
    return f'"{hashlib.sha256(book.model_dump_json().encode()).hexdigest()[:16]}"'
