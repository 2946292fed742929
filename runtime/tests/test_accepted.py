"""What is told to be accepted, held against pydantic itself: nothing that pydantic accepts is refused."""

from __future__ import annotations

import copy
import enum
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, NotRequired, TypedDict, TypeVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator
from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    HttpUrl,
    Json,
    RootModel,
    SecretStr,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    WrapValidator,
    field_validator,
    model_validator,
)
from pydantic.dataclasses import dataclass as pydantic_dataclass

from cdk_fastapi_introspect.accepted import Acceptance, refuses_blank


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Size(enum.IntEnum):
    SMALL = 1
    LARGE = 2


class Open(enum.Enum):
    A = "a"

    @classmethod
    def _missing_(cls, value: object) -> Open:
        return cls.A


class Price(enum.Enum):
    ONE = Decimal("1.5")


class Item(BaseModel):
    name: str = Field(min_length=2, max_length=4)
    price: float = Field(ge=0.5, lt=10)
    count: int = 1
    tags: set[str] = Field(default=set(), max_length=1)
    colour: Colour | None = None


class Aliased(BaseModel):
    model_config = ConfigDict(populate_by_name=True, extra="forbid")
    first_name: str = Field(alias="firstName")
    other: int = Field(validation_alias=AliasChoices("other", "others"))
    deep: int = Field(validation_alias=AliasPath("deep", 0))


class OnlyAlias(BaseModel):
    model_config = ConfigDict(extra="forbid")
    first_name: str = Field(alias="firstName")


class Stripped(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True, coerce_numbers_to_str=True, str_max_length=3)
    text: str


class Upper(BaseModel):
    model_config = ConfigDict(str_to_upper=True)
    text: str = Field(min_length=2)


class Lying(BaseModel):
    value: str = Field(json_schema_extra={"enum": ["a"]})


class Before(BaseModel):
    value: int

    @model_validator(mode="before")
    @classmethod
    def read(cls, data: Any) -> Any:
        return {"value": len(data)} if isinstance(data, str | list) else data


class FieldBefore(BaseModel):
    value: list[int]

    @field_validator("value", mode="before")
    @classmethod
    def split(cls, data: Any) -> Any:
        return data.split(",") if isinstance(data, str) else data


class After(BaseModel):
    value: int

    @model_validator(mode="after")
    def check(self) -> After:
        return self


class OwnInit(BaseModel):
    value: int

    def __init__(self, **data: Any) -> None:
        super().__init__(value=data.get("any", 1))


class Node(BaseModel):
    value: int
    children: list[Node] = []
    next: Node | None = None


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int = Field(le=9)


class Dog(BaseModel):
    kind: Literal["dog", "hound"]
    good: bool


class Owner(BaseModel):
    pet: Cat | Dog = Field(discriminator="kind")
    any_pet: Cat | Dog | str
    maybe: Item | None


class Names(RootModel[list[str]]):
    pass


class Told(TypedDict):
    a: int
    b: NotRequired[str]


class Closed(TypedDict, total=False):
    __pydantic_config__ = ConfigDict(extra="forbid")
    a: int


@dataclass
class Plain:
    a: int
    b: str = "b"


@pydantic_dataclass(config=ConfigDict(extra="forbid"))
class Checked:
    a: int
    b: list[Plain] = Field(default_factory=list, min_length=1)


T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    items: list[T] = Field(min_length=1)


class NullValue(BaseModel):
    a: int | None


class Everything(BaseModel):
    day: date
    hour: time | None = None
    moment: datetime
    span: timedelta
    amount: Decimal = Field(ge=1, max_digits=4)
    id: UUID
    mail: SecretStr
    page: HttpUrl | None = None
    raw: Json[int] | None = None
    data: bytes = b""
    free: Any = None
    table: dict[str, int] = Field(default={}, min_length=1)
    anything: dict = {}
    pair: tuple[int, str] | None = None
    frozen: frozenset[int] = frozenset()
    size: Size = Size.SMALL
    choice: Literal[1, "a", None] = 1
    endless: float = Field(default=1, le=float("inf"))
    big: int = Field(default=0, le=2**63 - 1)


MODELS: list[Any] = [
    Item,
    Aliased,
    OnlyAlias,
    Stripped,
    Upper,
    Lying,
    Before,
    FieldBefore,
    After,
    OwnInit,
    Node,
    Owner,
    Names,
    Told,
    Closed,
    Plain,
    Checked,
    Page[Item],
    Page[int],
    NullValue,
    Everything,
    list[Item],
    list[int | None],
    dict[str, Item],
    Colour,
    Size,
    Open,
    Price,
    Literal["a", "b"],
    Literal[Colour.RED],
    Literal[b"a"],
    bool,
    int,
    float,
    str,
    bytes,
    None,
    Any,
    set[int],
    tuple[int, ...],
    Item | Plain | None,
    Annotated[int, AfterValidator(lambda value: value)],
    Annotated[int, BeforeValidator(len)],
    Annotated[int, WrapValidator(lambda value, inner: 1)],
    Annotated[str, StringConstraints(min_length=1)],
    type,
]


def schema_of(model: Any) -> dict[str, Any]:
    acceptance = Acceptance()
    body = acceptance.render(acceptance.kinds(TypeAdapter(model).core_schema))
    return (
        {**body, "definitions": acceptance.definitions}
        if "$ref" not in body
        else {"allOf": [body], "definitions": acceptance.definitions}
    )


WORDS = [
    "name",
    "price",
    "count",
    "tags",
    "colour",
    "firstName",
    "first_name",
    "other",
    "others",
    "deep",
    "text",
    "value",
    "children",
    "next",
    "kind",
    "lives",
    "good",
    "pet",
    "any_pet",
    "maybe",
    "a",
    "b",
    "items",
    "table",
    "pair",
    "extra",
]
TEXTS = [
    "",
    " ",
    "a",
    "ab",
    "abcd",
    "abcde",
    " abc ",
    "red",
    "cat",
    "dog",
    "1",
    "1.0",
    "yes",
    "2020-01-01",
    "PT1S",
    "nan",
    "1,2",
    "ß",
    "😀😀😀",
]

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 12),
    st.sampled_from([0.5, 1.0, 9.99, 10.0, 1.5, 2**63, -0.0]),
    st.sampled_from(TEXTS),
    st.text(max_size=5),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(WORDS), inner, max_size=6)),
    max_leaves=12,
)

SAMPLES: list[Any] = [
    {"name": "ab", "price": 1, "count": "3", "tags": ["x", "x"], "colour": "red"},
    {"firstName": "a", "other": 1, "deep": ["1"]},
    {"first_name": "a", "others": True, "deep": [1, "x"]},
    {"text": " abc "},
    {"text": 12},
    {"text": "ß"},
    {"value": "zzz"},
    {"value": "1,2"},
    {"value": 1, "children": [{"value": "1", "next": {"value": 2}}], "next": None},
    {"pet": {"kind": "cat", "lives": 9.0}, "any_pet": "x", "maybe": None},
    {
        "pet": {"kind": "hound", "good": "yes"},
        "any_pet": {"kind": "dog", "good": 1},
        "maybe": {"name": "abcd", "price": "0.5"},
    },
    {"a": "1", "b": [{"a": True}]},
    {"a": None},
    {"items": [{"name": "abc", "price": True}]},
    {"items": ["1", 1.0]},
    {
        "day": 0,
        "hour": 12,
        "moment": 1.5,
        "span": "PT1H",
        "amount": "1",
        "id": "12345678-1234-5678-1234-567812345678",
        "mail": "x",
        "page": "http://x.y",
        "raw": "1",
        "data": "x",
        "free": [1],
        "table": {"a": "1"},
        "anything": {"x": 1},
        "pair": [1, "a"],
        "frozen": [1, 1],
        "size": "1",
        "choice": None,
        "endless": 1e308,
        "big": 9223372036854775807,
    },
    [{"name": "ab", "price": 1}],
    [1, None, "2"],
    {"x": {"name": "ab", "price": 1}},
    "red",
    1,
    True,
    1.0,
    "2",
    None,
    "a",
    [1, 1],
    1.5,
]


def changed(sample: Any, path: list[int], value: Any) -> Any:
    """A sample with another value, or none, somewhere in it."""
    result = copy.deepcopy(sample)
    place = result
    for step in path[:-1]:
        keys = list(place) if isinstance(place, dict) else list(range(len(place))) if isinstance(place, list) else []
        if not keys or not isinstance(place[keys[step % len(keys)]], dict | list):
            break
        place = place[keys[step % len(keys)]]
    if isinstance(place, dict) and place:
        key = list(place)[path[-1] % len(place)]
        if value == "gone":
            del place[key]
        else:
            place[key] = value
    elif isinstance(place, list) and place:
        place[path[-1] % len(place)] = value
    return result


near = st.builds(
    changed,
    st.sampled_from(SAMPLES),
    st.lists(st.integers(0, 9), min_size=1, max_size=4),
    st.one_of(values, st.just("gone")),
)


def accepts(adapter: TypeAdapter[Any], value: Any) -> bool:
    try:
        adapter.validate_python(copy.deepcopy(value), from_attributes=True)
    except ValidationError:
        return False
    except (TypeError, ValueError):
        return True  # the application answers in its own way
    return True


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_nothing_that_pydantic_accepts_is_refused(model: Any) -> None:
    adapter = TypeAdapter(model)
    schema = schema_of(model)
    Draft4Validator.check_schema(schema)
    validator = Draft4Validator(schema)

    def check(value: Any) -> None:
        if accepts(adapter, value):
            assert validator.is_valid(value), (value, schema)

    for sample in SAMPLES:
        check(sample)

    @settings(max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(st.one_of(values, near))
    def generated(value: Any) -> None:
        check(value)

    generated()


@pytest.mark.parametrize(
    ("model", "refused"),
    [
        (
            Item,
            [
                {},
                [],
                None,
                "x",
                {"name": "a", "price": 1},
                {"name": "abcde", "price": 1},
                {"name": "ab", "price": 0.4},
                {"name": 1, "price": 1},
            ],
        ),
        (
            Item,
            [
                {"name": "ab", "price": 1, "colour": "green"},
                {"name": "ab", "price": 1, "tags": "x"},
                {"name": "ab", "price": None},
            ],
        ),
        (Aliased, [{"firstName": "a", "other": 1, "deep": [1], "more": 1}, None]),
        (OnlyAlias, [{"first_name": "a"}, {"firstName": 1}, {"firstName": "a", "x": 1}]),
        (Upper, [{"text": 1}]),
        (Stripped, [{"text": []}]),
        (Lying, [{"value": 1}]),
        (
            Owner,
            [
                {"pet": {"kind": "cow"}, "any_pet": "", "maybe": None},
                {"pet": {"kind": "cat", "lives": 10}, "any_pet": "", "maybe": None},
            ],
        ),
        (Owner, [{"pet": {"kind": "cat", "lives": 1}, "any_pet": 1, "maybe": None}]),
        (Node, [{"value": []}, {"value": 1, "children": 1}]),
        (Names, [{}, [1]]),
        (Told, [{}, {"a": []}, {"a": 1, "b": 1}]),
        (Closed, [{"b": 1}]),
        (Plain, [{}]),
        (Checked, [{"a": 1, "b": []}, {"a": 1, "c": 1}, {"a": 1, "b": [{"a": {}}]}]),
        (Page[int], [{"items": []}, {"items": [{}]}]),
        (Everything, [{}]),
        (dict[str, int], [{"a": []}]),
        (Literal["a", "b"], ["c", 1]),
        (None, [0]),
    ],
)
def test_what_pydantic_refuses_for_its_shape_is_refused(model: Any, refused: list[Any]) -> None:
    validator = Draft4Validator(schema_of(model))
    for value in refused:
        assert not accepts(TypeAdapter(model), value)
        assert not validator.is_valid(value), value


def test_nothing_is_known_of_code_of_the_application() -> None:
    for model in (Open, Price, OwnInit, Before, Annotated[int, BeforeValidator(len)], type):
        assert schema_of(model) == {"definitions": {}}
    later = {"type": "default", "schema": {"type": "int"}, "default": 1, "on_error": "default"}
    assert Acceptance().render(Acceptance().kinds(later)) == {}
    assert Acceptance().render(Acceptance().kinds({"type": "definition-ref", "schema_ref": "elsewhere"})) == {}


def test_definitions_are_named_as_classes_and_shared_where_they_are_equal() -> None:
    acceptance = Acceptance()
    for model in (Item, list[Item], NullValue, Page[int]):
        acceptance.kinds(TypeAdapter(model).core_schema)
    other = type("Item", (BaseModel,), {"__annotations__": {"x": int}})
    acceptance.kinds(TypeAdapter(other).core_schema)
    assert sorted(acceptance.definitions) == ["Item", "Item2", "NullValue", "NullValue1", "Pageint"]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (int, True),
        (float, True),
        (bool, True),
        (datetime, True),
        (UUID, True),
        (str, False),
        (Annotated[str, StringConstraints(min_length=1)], True),
        (Colour, True),
        (Literal["a", ""], False),
        (Size, False),
        (Open, False),
        (list[int], True),
        (list[str], False),
        (list, False),
        (int | None, False),
        (Annotated[int, AfterValidator(lambda value: value)], True),
        (Annotated[int, BeforeValidator(len)], False),
    ],
)
def test_a_blank_text_is_refused_only_where_that_is_certain(model: Any, expected: bool) -> None:
    adapter = TypeAdapter(model)
    assert refuses_blank(adapter.core_schema) is expected
    if expected:
        assert not accepts(adapter, [""] if "list" in str(model) else "")
