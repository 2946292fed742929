"""Writes an application of COUNT operations: ``python synthetic_app.py FILE COUNT included|direct``.

Five operations for each thing, with three models of its own and two dependencies that all share; each thing has a router
where they are included.
"""

import sys
from pathlib import Path

HEAD = """
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Header, Query
from pydantic import BaseModel, Field

app = FastAPI()


class Problem(BaseModel):
    detail: str


def caller(authorization: Annotated[str, Header()] = "nobody") -> str:
    return authorization


def page(limit: Annotated[int, Query(ge=1, le=100)] = 10, cursor: str | None = None) -> tuple[int, str | None]:
    return limit, cursor
"""

THING = """

{router}

class Thing{n}In(BaseModel):
    name: Annotated[str, Field(min_length=1)]
    size: int = 0
    tags: list[str] = []
    note: str | None = None


class Thing{n}(Thing{n}In):
    id: int


class Things{n}(BaseModel):
    items: list[Thing{n}]
    cursor: str | None = None


@{owner}.get("{base}/all")
def list_things{n}(page: Annotated[tuple[int, str | None], Depends(page)]) -> Things{n}:
    return Things{n}(items=[])


@{owner}.post("{base}/new", status_code=201)
def create_thing{n}(thing: Thing{n}In, who: Annotated[str, Depends(caller)]) -> Thing{n}:
    return Thing{n}(id=1, **thing.model_dump())


@{owner}.get("{base}/{{thing_id}}")
def read_thing{n}(thing_id: int) -> Thing{n}:
    return Thing{n}(id=thing_id, name="x")


@{owner}.put("{base}/{{thing_id}}")
def update_thing{n}(thing_id: int, thing: Thing{n}In) -> Thing{n}:
    return Thing{n}(id=thing_id, **thing.model_dump())


@{owner}.delete("{base}/{{thing_id}}", status_code=204)
def delete_thing{n}(thing_id: int, who: Annotated[str, Depends(caller)]) -> None: ...
"""

ROUTER = """router{n} = APIRouter(
    prefix="/things{n}",
    tags=["things{n}"],
    dependencies=[Depends(caller)],
    responses={{404: {{"model": Problem}}}},
)
"""


def main(file: str, count: str, kind: str) -> None:
    things = range(int(count) // 5)
    included = kind == "included"
    parts = [HEAD]
    for n in things:
        router = ROUTER.format(n=n) if included else ""
        owner, base = (f"router{n}", "") if included else ("app", f"/things{n}")
        parts.append(THING.format(n=n, router=router, owner=owner, base=base))
    if included:
        parts += ["\n", *(f"app.include_router(router{n})\n" for n in things)]
    Path(file).write_text("".join(parts), encoding="utf-8")


main(*sys.argv[1:])
