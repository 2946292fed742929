"""The SQLite database: schema, seed data and connections."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE books (
  id INTEGER PRIMARY KEY AUTOINCREMENT, isbn TEXT UNIQUE NOT NULL, title TEXT NOT NULL,
  author TEXT NOT NULL, genre TEXT NOT NULL, cents INTEGER NOT NULL, stock INTEGER NOT NULL,
  tags TEXT NOT NULL);
CREATE TABLE reviews (
  id INTEGER PRIMARY KEY AUTOINCREMENT, isbn TEXT NOT NULL, customer TEXT NOT NULL,
  stars INTEGER NOT NULL, text TEXT NOT NULL, written TEXT NOT NULL);
CREATE TABLE customers (
  name TEXT PRIMARY KEY, full_name TEXT NOT NULL, salt TEXT NOT NULL, password TEXT NOT NULL);
CREATE TABLE orders (
  id INTEGER PRIMARY KEY AUTOINCREMENT, customer TEXT NOT NULL, placed TEXT NOT NULL,
  note TEXT NOT NULL, lines TEXT NOT NULL, cents INTEGER NOT NULL, cancelled INTEGER NOT NULL);
CREATE TABLE order_events (
  order_id INTEGER NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL, day TEXT NOT NULL,
  PRIMARY KEY (order_id, number));
CREATE TABLE notices (
  id INTEGER PRIMARY KEY AUTOINCREMENT, customer TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE files (path TEXT PRIMARY KEY, media_type TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE trading_day (day TEXT NOT NULL);
"""


def read_data(name: str) -> Any:  # noqa: ANN401 - JSON
    """Read a JSON file of the package."""
    return json.loads(resources.files("bookshop").joinpath("data", name).read_text("utf-8"))


@contextmanager
def connect(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the database for one unit of work: committed at the end, or rolled back.

    FastAPI may run a dependency and its endpoint on different threads, never at the same time.
    """
    with closing(sqlite3.connect(path, timeout=10, check_same_thread=False)) as connection:
        connection.row_factory = sqlite3.Row
        with connection:
            yield connection


def create(path: Path) -> None:
    """Create and fill the database, unless that was done before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with connect(path) as db:
        db.execute("BEGIN IMMEDIATE")  # two servers may start on one file
        if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'books'").fetchone() is None:
            for statement in SCHEMA.split(";"):
                db.execute(statement)
            for table, rows in read_data("seed.json").items():
                for row in rows:
                    insert(db, table, row)


def insert(db: sqlite3.Connection, table: str, row: dict[str, Any]) -> int:
    """Insert one row; lists are kept as JSON. Answers the row's id."""
    values = [json.dumps(v) if isinstance(v, list) else v for v in row.values()]
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    cursor = db.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values)
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def today(db: sqlite3.Connection) -> str:
    """The trading day, which the shop moves on by hand."""
    return str(db.execute("SELECT day FROM trading_day").fetchone()["day"])
