"""Orders of the customer who has signed in."""

import json
import sqlite3
from collections.abc import AsyncIterable
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent

from bookshop import catalogue
from bookshop.database import connect, insert, today
from bookshop.dependencies import CustomerDep, Db, SettingsDep, StreamDb
from bookshop.models import Customer, Order, OrderEvent, OrderIn, OrderNote
from bookshop.problems import Problem, not_found

router = APIRouter(prefix="/orders", tags=["orders"])


def _order_of(row: sqlite3.Row) -> Order:
    fields = dict(row)
    cents, lines = fields.pop("cents"), json.loads(fields.pop("lines"))
    return Order(**fields, lines=lines, total=catalogue.from_cents(cents))


def _find_order(db: sqlite3.Connection, customer: Customer, order_id: int) -> Order:
    row = db.execute(
        "SELECT * FROM orders WHERE id = ? AND customer = ?", [order_id, customer.name]
    ).fetchone()
    if row is None:
        raise not_found("order", order_id)
    return _order_of(row)


def find_own_order(order_id: int, db: Db, customer: CustomerDep) -> Order:
    """The order of the path, if it is this customer's."""
    return _find_order(db, customer, order_id)


OwnOrder = Annotated[Order, Depends(find_own_order)]


def _record(db: sqlite3.Connection, order_id: int, kind: str) -> None:
    db.execute(
        "INSERT INTO order_events SELECT ?, COUNT(*) + 1, ?, ? FROM order_events"
        " WHERE order_id = ?",
        [order_id, kind, today(db), order_id],
    )


def _notify(database: Path, customer: str, text: str) -> None:
    with connect(database) as db:
        insert(db, "notices", {"customer": customer, "text": text})


@router.get("/")
def list_orders(db: Db, customer: CustomerDep) -> list[Order]:
    """The customer's orders, the newest first."""
    rows = db.execute("SELECT * FROM orders WHERE customer = ? ORDER BY id DESC", [customer.name])
    return [_order_of(row) for row in rows]


@router.post("/", status_code=201)
def place_order(
    order: OrderIn, db: Db, customer: CustomerDep, settings: SettingsDep, tasks: BackgroundTasks
) -> Order:
    """Order books; a message to the customer is written afterwards."""
    for line in order.lines:
        book = catalogue.find_book(db, line.book_id)
        if book.stock < line.quantity:
            raise Problem(HTTPStatus.CONFLICT, f"only {book.stock} copies of {book.isbn} are left")
        db.execute("UPDATE books SET stock = stock - ? WHERE id = ?", [line.quantity, line.book_id])
    row = {
        "customer": customer.name,
        "placed": today(db),
        "note": order.note,
        "lines": [line.model_dump() for line in order.lines],
        "cents": catalogue.to_cents(catalogue.total_of(db, order.lines)),
        "cancelled": 0,
    }
    order_id = insert(db, "orders", row)
    _record(db, order_id, "placed")
    tasks.add_task(_notify, settings.database, customer.name, f"We have your order {order_id}")
    return _find_order(db, customer, order_id)


@router.get("/{order_id}")
async def read_order(order: OwnOrder) -> Order:
    """One order."""
    return order


@router.api_route("/{order_id}/note", methods=["PUT", "PATCH"])
def note_order(order: OwnOrder, body: OrderNote, db: Db) -> Order:
    """Replace the wish about the delivery."""
    db.execute("UPDATE orders SET note = ? WHERE id = ?", [body.note, order.id])
    _record(db, order.id, "noted")
    return order.model_copy(update={"note": body.note})


@router.delete("/{order_id}", status_code=204)
def cancel_order(order: OwnOrder, db: Db) -> None:
    """Cancel an order; its books go back to the shelf."""
    if order.cancelled:
        raise Problem(HTTPStatus.CONFLICT, f"order {order.id} is cancelled already")
    for line in order.lines:
        db.execute("UPDATE books SET stock = stock + ? WHERE id = ?", [line.quantity, line.book_id])
    db.execute("UPDATE orders SET cancelled = 1 WHERE id = ?", [order.id])
    _record(db, order.id, "cancelled")


@router.get("/{order_id}/events", response_class=EventSourceResponse)
async def stream_order_events(
    order: OwnOrder, db: StreamDb, last_event_id: Annotated[int, Header()] = 0
) -> AsyncIterable[ServerSentEvent]:
    """What happened to an order, as server-sent events."""
    rows = db.execute(
        "SELECT * FROM order_events WHERE order_id = ? AND number > ? ORDER BY number",
        [order.id, last_event_id],
    )
    for row in rows:
        event = OrderEvent(order_id=order.id, kind=row["kind"], day=row["day"])
        yield ServerSentEvent(data=event, event=event.kind, id=str(row["number"]))
