"""The application: `uvicorn bookshop.main:app` serves it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypedDict

from fastapi import FastAPI

from bookshop import database
from bookshop.partners import partners
from bookshop.problems import Problem, answer_problem
from bookshop.routers import admin, auth, basket, books, files, orders, reviews, shop
from bookshop.settings import Settings


class State(TypedDict):
    """What lifespan hands to every request as `request.state`."""

    settings: Settings
    shop: str


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[State]:
    """Prepare the database before the first request."""
    settings = Settings.from_environment()
    database.create(settings.database)
    yield {"settings": settings, "shop": database.read_data("shop.json")["name"]}


app = FastAPI(title="Bookshop", version="0.1.0", lifespan=lifespan)
app.add_exception_handler(Problem, answer_problem)
for module in (shop, auth, books, reviews, basket, orders, files, admin):
    app.include_router(module.router)
app.mount("/partners", partners)
