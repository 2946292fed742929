"""For the shop's own people."""

from fastapi import APIRouter, Depends

from bookshop.catalogue import from_cents
from bookshop.dependencies import Db, PageDep, require_admin
from bookshop.models import Notice, Stats, TradingDay

router = APIRouter(prefix="/admin", tags=["admin"], dependencies=[Depends(require_admin)])


@router.get("/stats")
def read_stats(db: Db) -> Stats:
    """How the shop is doing."""
    books = db.execute("SELECT COUNT(*), COALESCE(SUM(stock), 0) FROM books").fetchone()
    orders = db.execute(
        "SELECT COUNT(*), COALESCE(SUM(cents), 0) FROM orders WHERE NOT cancelled"
    ).fetchone()
    return Stats(books=books[0], copies=books[1], orders=orders[0], turnover=from_cents(orders[1]))


@router.get("/notices")
def list_notices(db: Db, page: PageDep) -> list[Notice]:
    """Messages that wait to be mailed."""
    rows = db.execute(
        "SELECT * FROM notices ORDER BY id LIMIT ? OFFSET ?", [page.limit, page.offset]
    )
    return [Notice(**row) for row in rows]


@router.put("/trading-day")
def set_trading_day(trading_day: TradingDay, db: Db) -> TradingDay:
    """Move on to another day."""
    db.execute("UPDATE trading_day SET day = ?", [trading_day.day.isoformat()])
    return trading_day
