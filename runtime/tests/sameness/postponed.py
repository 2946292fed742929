"""Text annotations: each means what its names mean when the route is registered."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

router = APIRouter(prefix="/postponed")


class Apple(BaseModel):
    seeds: int
    next: Apple | None = None


class Pear(BaseModel):
    color: str


for Fruit in (Apple, Pear):
    Wanted = Annotated[str, Query(min_length=2 if Fruit is Apple else 4)]

    def chosen(wanted: Wanted = "any") -> str:
        return wanted

    @router.post(f"/{Fruit.__name__.lower()}", name=Fruit.__name__)
    def create(fruit: Fruit, wanted: Annotated[str, Depends(chosen)]) -> Fruit:
        return fruit


Limit = int


def limited(limit: Limit = 3) -> int:
    return limit


@router.get("/limited")
def read_limited(limit: Annotated[int, Depends(limited)]) -> dict[str, int]:
    return {"limit": limit}


Limit = str  # type: ignore[misc]
