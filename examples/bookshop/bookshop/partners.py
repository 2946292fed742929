"""The application for other shops, mounted below the main one."""

from fastapi import FastAPI

from bookshop.catalogue import all_books
from bookshop.dependencies import Db

partners = FastAPI(title="Bookshop partners")


@partners.get("/feed")
def read_feed(db: Db) -> dict[str, int]:
    """How many copies there are of each ISBN."""
    return {book.isbn: book.stock for book in all_books(db)}
