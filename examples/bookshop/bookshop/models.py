"""What goes into and comes out of the API."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Isbn = Annotated[str, Field(pattern=r"^97[89]\d{10}$", examples=["9780000000019"])]
Money = Annotated[Decimal, Field(ge=0, max_digits=8, decimal_places=2)]
Quantity = Annotated[int, Field(ge=1, le=99)]


class Genre(StrEnum):
    """The shelf a book stands on."""

    GOTHIC = "gothic"
    ADVENTURE = "adventure"
    SCIENCE = "science"
    SOCIETY = "society"


class Currency(StrEnum):
    """The currencies that prices are shown in."""

    EUR = "EUR"
    GBP = "GBP"
    JPY = "JPY"


class Input(BaseModel):
    """A request body: fields that it does not know are an error."""

    model_config = ConfigDict(extra="forbid")


class BookIn(Input):
    """A new book."""

    isbn: Isbn
    title: str = Field(min_length=1, max_length=200)
    author: str = Field(min_length=1, max_length=200)
    genre: Genre
    price: Money
    stock: int = Field(default=0, ge=0)
    tags: list[str] = []


class BookPatch(Input):
    """The fields of a book that may change."""

    title: str | None = Field(default=None, min_length=1, max_length=200)
    price: Money | None = None
    stock: int | None = Field(default=None, ge=0)


class Book(BookIn):
    """A book of the catalogue."""

    id: int


class Price(BaseModel):
    """The price of some copies of a book."""

    book_id: int
    quantity: int
    currency: Currency
    total: Decimal


class ReviewIn(Input):
    """A customer's opinion."""

    stars: int = Field(ge=1, le=5)
    text: str = Field(default="", max_length=2000)


class Review(ReviewIn):
    """A published opinion."""

    id: int
    isbn: Isbn
    customer: str
    written: date


class Line(Input):
    """Some copies of one book."""

    book_id: int
    quantity: Quantity = 1


class OrderIn(Input):
    """What a customer orders."""

    lines: list[Line] = Field(min_length=1, max_length=20)
    note: str = Field(default="", max_length=500)


class OrderNote(Input):
    """A wish about the delivery."""

    note: str = Field(max_length=500)


class Order(OrderIn):
    """An order that was placed."""

    id: int
    customer: str
    placed: date
    cancelled: bool
    total: Decimal


class OrderEvent(BaseModel):
    """Something that happened to an order."""

    order_id: int
    kind: str
    day: date


class Basket(BaseModel):
    """What the basket cookie holds."""

    lines: list[Line]
    total: Decimal


class StoredFile(BaseModel):
    """A file that was uploaded."""

    path: str
    media_type: str
    size: int
    sha256: str


class Token(BaseModel):
    """The answer of the token endpoint, as OAuth 2 defines it."""

    access_token: str
    token_type: str = "bearer"


class Customer(BaseModel):
    """Somebody who has signed in."""

    name: str
    full_name: str


class Stats(BaseModel):
    """How the shop is doing."""

    books: int
    copies: int
    orders: int
    turnover: Decimal


class Notice(BaseModel):
    """A message that waits to be mailed."""

    id: int
    customer: str
    text: str


class TradingDay(Input):
    """The day that new orders and reviews are dated."""

    day: date


class Health(BaseModel):
    """Whether the application has started."""

    status: str
    shop: str
    version: str
