"""The shop itself."""

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, RedirectResponse

from bookshop.dependencies import Db
from bookshop.models import Health

router = APIRouter(tags=["shop"])


@router.get("/health")
async def read_health(request: Request) -> Health:
    """Say that the application has started."""
    return Health(status="ok", shop=request.state.shop, version=request.app.version)


@router.get("/bestseller", status_code=307, response_class=RedirectResponse)
def find_bestseller(request: Request, db: Db) -> str:
    """Send the reader to the book of which the fewest copies are left."""
    row = db.execute("SELECT id FROM books WHERE stock > 0 ORDER BY stock, id").fetchone()
    return str(request.url_for("read_book", book_id=row["id"]))


@router.get("/robots.txt", include_in_schema=False)
async def read_robots() -> PlainTextResponse:
    """Keep search engines away from the files."""
    return PlainTextResponse("User-agent: *\nDisallow: /files/\n")
