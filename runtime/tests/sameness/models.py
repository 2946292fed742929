"""Models, each used by one test only: after it they wait no more."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import BaseModel, Field, RootModel, computed_field, field_serializer

T = TypeVar("T")


class Child(BaseModel):
    age: int


class Parent(BaseModel):
    name: str
    children: list[Child] = []


class Listed(BaseModel):
    a: int


class Computed(BaseModel):
    a: int = 1

    @computed_field
    @property
    def b(self) -> int:
        return self.a


class Serialized(BaseModel):
    a: int = 1

    @field_serializer("a")
    def write(self, a: int) -> str:
        return str(a)


class Hooked(BaseModel):
    @classmethod
    def __pydantic_on_complete__(cls) -> None: ...


class OwnSchema(BaseModel):
    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        return handler(source)


def _local() -> Any:
    class Local(BaseModel):
        a: int

    return Local


Local = _local()


class Recursive(BaseModel):
    next: Recursive | None = None


Recursive.model_rebuild()


class Constructed(BaseModel):
    a: int


class Pickled(BaseModel):
    a: int


class Root(RootModel[list[int]]): ...


class Box(BaseModel, Generic[T]):
    item: T


class Schema(BaseModel):
    a: int


class Deprecated(BaseModel):
    old: int = Field(deprecated="old is old")


class Threaded(BaseModel):
    a: int
    child: Child | None = None
