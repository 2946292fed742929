"""The application."""

import dataclasses
import datetime
import functools
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from enum import Enum
from typing import Annotated, Any, Generic, Literal, TypeVar

from fastapi import (
    APIRouter,
    BackgroundTasks,
    Body,
    Cookie,
    Depends,
    FastAPI,
    File,
    Form,
    Header,
    HTTPException,
    Query,
    Request,
    Response,
    Security,
    UploadFile,
    WebSocket,
)
from fastapi.responses import PlainTextResponse, StreamingResponse
from fastapi.routing import APIRoute, request_response
from fastapi.security import OAuth2PasswordBearer, SecurityScopes
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, computed_field, field_validator, model_validator
from starlette.responses import JSONResponse

from . import postponed

seen: list[object] = []
T = TypeVar("T")


class Size(Enum):
    SMALL = "small"
    LARGE = "large"


class Part(BaseModel):
    name: Annotated[str, Field(min_length=1)]
    made_of: "list[Part]" = []
    whole: "Machine | None" = None


class Machine(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    id: uuid.UUID
    parts: list[Part] = []
    built: datetime.date = Field(datetime.date(2020, 1, 2), alias="builtOn")
    old: int = Field(1, deprecated=True)

    @computed_field
    @property
    def count(self) -> int:
        return len(self.parts)

    @field_validator("parts")
    @classmethod
    def few(cls, parts: list[Part]) -> list[Part]:
        if len(parts) > 2:
            raise ValueError("at most two parts")
        return parts


class Saw(BaseModel):
    kind: Literal["saw"]
    teeth: int = Field(gt=0)


class Drill(BaseModel):
    kind: Literal["drill"]
    bits: list[float] = [1.5]

    @model_validator(mode="after")
    def whole(self) -> "Drill":
        seen.append("validated")
        return self


Tool = Annotated[Saw | Drill, Field(discriminator="kind")]


class Page(BaseModel, Generic[T]):
    items: list[T]
    total: int = 0


class Problem(BaseModel):
    detail: str


class Bounds(BaseModel):
    limit: int = 10


Bounds(limit=1)


class Filter(Bounds):
    text: str | None = None
    sizes: str = Field("none", deprecated=True)


@dataclasses.dataclass
class Point:
    x: int
    machine: Machine | None = None


names = TypeAdapter(dict[str, Saw])
first_saw = names.validate_python({"a": {"kind": "saw", "teeth": 3}})["a"]


class Noted(APIRoute):
    """Reads what is built while it is made, and makes a handler around its handler."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        seen.append(("made", self.path, [each.name for each in self.dependant.query_params]))

    def get_route_handler(self) -> Callable[[Request], Any]:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            response: Response = await inner(request)
            response.headers["x-noted"] = f"{self.path} {self.unique_id}"
            return response

        return handle


class Changed(APIRoute):
    """Makes its handler twice, the second time with another status."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.status_code = 202
        self.app = request_response(self.get_route_handler())


class Own(APIRoute):
    """Has a part as an attribute of its class."""

    response_fields = {}  # type: ignore[assignment]  # noqa: RUF012


def caller(x_caller: Annotated[str, Header()] = "nobody") -> str:
    return x_caller


async def connection() -> AsyncIterator[dict[str, int]]:
    seen.append("open")
    yield {"open": 1}
    seen.append("close")


def refuse(refuse: bool = False) -> None:
    if refuse:
        raise HTTPException(418, "refused")


class Counter:
    """A class and an instance as dependencies."""

    def __init__(self, start: int = 0) -> None:
        self.start = start

    def __call__(self, step: int = 1) -> int:
        return self.start + step


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    app.add_api_route("/late", lambda: "added by the lifespan", name="late")
    yield {"from": "lifespan"}


def named(route: APIRoute) -> str:
    return f"{route.name}-{len(route.path)}"


app = FastAPI(title="Sameness", dependencies=[Depends(refuse)], lifespan=lifespan)
machines = APIRouter(
    prefix="/machines", tags=["machines"], responses={404: {"model": Problem}}, dependencies=[Depends(caller)]
)
noted = APIRouter(prefix="/noted", route_class=Noted)
plain = APIRouter(default_response_class=PlainTextResponse, generate_unique_id_function=named)
inner = APIRouter(prefix="/inner/{level:int}")


@machines.post("", status_code=201, responses={409: {"model": Page[Problem], "description": "there is one"}})
def create_machine(
    machine: Machine,
    who: Annotated[str, Depends(caller)],
    db: dict[str, int] = Depends(connection),  # noqa: B008
) -> Machine:
    seen.append((who, db))
    return machine


@machines.get("/{machine_id}", response_model=Page[Machine], response_model_exclude_unset=True)
async def read_machine(
    machine_id: uuid.UUID,
    size: Size = Size.SMALL,
    tags: Annotated[list[str], Query(max_length=2)] = [],  # noqa: B006
) -> Any:
    return {"items": [{"id": machine_id}], "total": len(tags)}


@machines.put("/tools", response_model_exclude_none=True)
def put_tool(tool: Tool, weight: Annotated[int, Body(ge=1)] = 1) -> Tool:
    return tool


@machines.patch("/tools")
def patch_tools(tools: dict[str, Saw], point: Point) -> Point:
    return point


@machines.delete("/{machine_id}", status_code=204)
def delete_machine(machine_id: str) -> None:
    seen.append(machine_id)


@machines.head("/{machine_id}")
def head_machine(machine_id: str, response: Response) -> None:
    response.headers["x-head"] = machine_id


@noted.get("/query")
def noted_query(a: int, b: str = "b") -> int:
    return a


@plain.get("/text/{rest:path}")
def text(rest: str) -> str:
    return rest


@plain.api_route("/several", methods=["GET", "POST"], operation_id="several")
def several(request: Request) -> str:
    return request.method


@inner.get("/deep", deprecated=True, summary="Deep", description="Very deep")
def deep(level: int, who: Annotated[str, Depends(caller)]) -> dict[str, Any]:
    """Not the description."""
    return {"level": level, "who": who}


@inner.websocket("/socket")
async def socket(websocket: WebSocket, who: Annotated[str, Depends(caller)]) -> None:
    await websocket.accept()
    await websocket.send_text(who)
    await websocket.close()


@app.post("/form")
def form(a: Annotated[int, Form()], file: Annotated[UploadFile | None, File()] = None) -> dict[str, Any]:
    return {"a": a, "file": file and file.filename}


@app.post("/background")
def background(tasks: BackgroundTasks, flavor: Annotated[str | None, Cookie()] = None) -> str | None:
    tasks.add_task(seen.append, "background")
    return flavor


token = OAuth2PasswordBearer("token", scopes={"read": "reads"}, auto_error=False)


def user(scopes: SecurityScopes, given: Annotated[str | None, Depends(token)]) -> list[Any]:
    return [scopes.scopes, given]


@app.get("/me")
def me(found: Annotated[list[Any], Security(user, scopes=["read"])]) -> list[Any]:
    return found


@app.get("/filter")
def filtered(wanted: Annotated[Filter, Depends()]) -> Filter:
    return wanted


@app.get("/counter")
def counted(made: Annotated[Counter, Depends()], called: Annotated[int, Depends(Counter(5))]) -> list[int]:
    return [made.start, called]


@app.get("/stream", response_class=StreamingResponse)
def stream() -> Any:
    return StreamingResponse(iter([b"a", b"b"]))


@app.get("/returns-response")
def returns_response() -> JSONResponse:
    return JSONResponse({"a": 1})


@app.get("/fails")
def fails() -> Saw:
    return {"kind": "saw", "teeth": "none"}  # type: ignore[return-value]


@app.get("/where")
def where(request: Request) -> dict[str, Any]:
    url = app.url_path_for("text", rest="a/b")
    return {"url": url, "for": str(request.url_for("read_machine", machine_id="1")), "state": request.state._state}


class Instance:
    def __call__(self, a: int = 1) -> Page[int]:
        return Page[int](items=[a])


def greet(greeting: str, name: str = "you") -> str:
    return f"{greeting} {name}"


class Methods:
    def __init__(self, name: str) -> None:
        self.name = name

    def read(self, times: int = 1) -> str:
        return self.name * times


def logged(function: Any) -> Any:
    @functools.wraps(function)
    async def wrapper(*arguments: Any, **keywords: Any) -> Any:
        return function(*arguments, **keywords)

    return wrapper


app.add_api_route("/instance", Instance(), name="instance")
app.add_api_route("/partial", functools.partial(greet, "hello"))
app.add_api_route("/method/a", Methods("a").read)
app.add_api_route("/method/b", Methods("b").read)
app.add_api_route("/wrapped", logged(greet))
app.add_api_route("/builtin", lambda: max([1, 2]), methods=["GET"])


def reused(item: Any) -> Any:
    return item


for model in (Saw, Drill):
    reused.__annotations__ = {"item": model, "return": model}
    app.add_api_route(f"/reused/{model.__name__}", reused, methods=["POST"])
reused.__annotations__ = {}

router = APIRouter()


@router.post("{$callback_url}/done")
def done(problem: Problem) -> None: ...


@app.post("/callback", callbacks=router.routes)
def callback(machine: Machine) -> str:
    return str(machine.id)


listed = [Depends(caller)]
codes: dict[int | str, dict[str, Any]] = {400: {"model": Problem}}
app.add_api_route("/lists", lambda: 1, dependencies=listed, responses=codes, name="lists")
listed.clear()
codes[400]["model"] = Saw

changed = APIRouter(route_class=Changed)
changed.add_api_route("/changed", lambda: "changed")
own = APIRouter(route_class=Own)
own.add_api_route("/own", lambda item: item, methods=["GET"])

machines.include_router(inner, prefix="/more", dependencies=[Depends(connection)])
app.include_router(machines)
app.include_router(noted, prefix="/v2")
app.include_router(plain)
app.include_router(machines, prefix="/again/{tenant}", tags=["again"], include_in_schema=True)
app.include_router(changed, prefix="/in")
app.include_router(own)
app.router.routes.extend(changed.routes)
app.router.routes.extend(postponed.router.routes)
app.include_router(postponed.router, prefix="/in")

mounted = FastAPI()


@mounted.get("/inside")
def inside(a: int = 1) -> int:
    return a


app.mount("/mounted", mounted)

for route in app.routes:
    if isinstance(route, APIRoute) and route.path.startswith("/re"):
        route.operation_id = f"mine_{route.name}_{route.path[-1]}"
    if isinstance(route, APIRoute) and route.path == "/me":
        route.dependant.dependencies.append(route.dependant.dependencies[-1])
    if isinstance(route, APIRoute) and route.path == "/counter":
        route.body_field = None
