import type { PairsRow } from './rows';

/** Packages of each FastAPI: the oldest that is supported, the last before routes became a tree, the newest. */
const FASTAPI: Record<PairsRow['fastapi'], readonly string[]> = {
  oldest: ['fastapi==0.115.0', 'anyio<4.10', 'python-multipart==0.0.12'],
  middle: ['fastapi==0.136.3', 'anyio<4.10', 'python-multipart'],
  newest: ['fastapi', 'python-multipart'],
};

/** The host of a custom domain. */
export const DOMAIN = 'api.example.com';

const MIDDLEWARE: Record<PairsRow['middleware'], string> = {
  'none': '',
  'pure': 'app.add_middleware(Pure)',
  'base': 'app.middleware("http")(add_header)',
  'gzip': 'app.add_middleware(GZipMiddleware, minimum_size=500)',
  'sessions': 'app.add_middleware(SessionMiddleware, secret_key="secret", https_only=True)',
  'trusted hosts': `app.add_middleware(TrustedHostMiddleware, allowed_hosts=["${DOMAIN}", "*.amazonaws.com", "*.on.aws"])`,
  'https': 'app.add_middleware(HTTPSRedirectMiddleware)',
};

/** The files of a row's project. */
export function projectFiles(row: PairsRow): Record<string, string> {
  const requirements = [...FASTAPI[row.fastapi], ...(row.middleware === 'sessions' ? ['itsdangerous'] : []), ...(row.handler === 'none' ? [] : ['mangum'])];
  return { 'requirements.txt': `${requirements.join('\n')}\n`, 'main.py': moduleSource(row) };
}

/** How the row's project names its application. */
export function entrypointOf(row: PairsRow): string {
  return { app: 'main:app', factory: 'main:create_app', wrapper: 'main:served' }[row.entry];
}

function moduleSource(row: PairsRow): string {
  const served = row.entry === 'wrapper' ? 'served' : 'app';
  return [
    HEAD,
    ...(row.streams === 'yes' ? [STREAMS] : []),
    ...(row.routes.startsWith('included') ? [INCLUDED] : []),
    'def create_app() -> FastAPI:',
    `    app = FastAPI(${row.lifespan === 'yes' ? 'lifespan=lifespan' : ''})`,
    '    app.include_router(router)',
    ...(row.streams === 'yes' ? ['    app.include_router(streams)'] : []),
    ...(row.routes.startsWith('included') ? ['    app.include_router(shop, prefix="/shop/{tenant}")'] : []),
    ...(row.routes.endsWith('mounted') ? [`    app.mount("/sub", create_mounted(${row.cors === 'of the mounted app' ? 'True' : 'False'}))`] : []),
    ...(row.cors === 'of the app' ? ['    app.add_middleware(CORSMiddleware, allow_origins=["https://page.example"], allow_credentials=True)'] : []),
    `    ${MIDDLEWARE[row.middleware]}`,
    '    return app',
    '',
    ...(row.entry === 'factory' && row.handler === 'none' ? [] : ['app = create_app()']),
    ...(row.entry === 'wrapper' ? ['served = Wrapper(app)'] : []),
    ...handlerSource(row, served),
    '',
  ].join('\n');
}

function handlerSource({ handler }: PairsRow, served: string): string[] {
  switch (handler) {
    case 'none': return [];
    case 'Mangum': return ['from mangum import Mangum', `handler = Mangum(${served})`];
    case 'Mangum without lifespan': return ['from mangum import Mangum', `handler = Mangum(${served}, lifespan="off")`];
    case 'own': return ['from mangum import Mangum', `adapter = Mangum(${served})`, OWN_HANDLER];
  }
}

const OWN_HANDLER = `
def handler(event: Any, context: Any) -> Any:
    return {"records": len(event["Records"])} if "Records" in event else adapter(event, context)
`;

const HEAD = `
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Cookie, FastAPI, Form, Header, HTTPException, Query, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.middleware.httpsredirect import HTTPSRedirectMiddleware
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.responses import RedirectResponse, StreamingResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException as StarletteHTTPException
try:
    from starlette.middleware.sessions import SessionMiddleware
except ImportError:
    pass

router = APIRouter()


class Item(BaseModel):
    name: str
    price: float = 1.5


@asynccontextmanager
async def lifespan(app: FastAPI) -> Any:
    yield {"pool": "open"}


def seen(request: Request) -> dict[str, Any]:
    return {
        "url": str(request.url), "base": str(request.base_url), "root_path": request.scope["root_path"], "path": request.scope["path"],
        "raw_path": (request.scope.get("raw_path") or b"").decode(), "query": request.query_params.multi_items(), "scheme": request.url.scheme,
        "client": request.client and request.client.host, "pool": getattr(request.state, "pool", None), "cookies": request.cookies,
    }


@router.get("/items/{item_id}", tags=["items"])
async def read_item(request: Request, item_id: str, tags: Annotated[list[str], Query()] = [], x_token: Annotated[list[str], Header()] = []) -> Any:
    return {**seen(request), "id": item_id, "tags": tags, "tokens": x_token, "self": str(request.url_for("read_item", item_id=item_id))}


@router.delete("/items/{item_id}", tags=["items"], status_code=204)
def delete_item(item_id: str) -> None:
    return None


@router.post("/items", tags=["items"], status_code=201)
def create_item(item: Item, response: Response, tasks: BackgroundTasks) -> Item:
    response.headers["location"] = f"/items/{item.name}"
    tasks.add_task(print, "later")
    return item


@router.post("/forms", tags=["items"])
def read_form(name: Annotated[str, Form()]) -> str:
    return name


@router.get("/files/{path:path}", tags=["files"])
def read_file(request: Request, path: str) -> Any:
    return {"path": path, "raw_path": (request.scope.get("raw_path") or b"").decode()}


@router.get("/cookies", tags=["answers"])
def set_cookies(response: Response, session: Annotated[str | None, Cookie()] = None) -> Any:
    response.set_cookie("a", "1", path="/x")
    response.set_cookie("b", "2", httponly=True)
    response.headers["x-name"] = "Grüße"
    return session


@router.get("/bytes", tags=["answers"])
def read_bytes() -> Response:
    return Response(bytes(range(256)), media_type="image/png")


@router.get("/large", tags=["answers"])
def read_large() -> Any:
    return {"text": "grüß" * 500}


@router.get("/go", tags=["answers"])
def go(request: Request) -> RedirectResponse:
    return RedirectResponse(request.url_for("read_item", item_id="1"))


@router.get("/refused", tags=["errors"])
def refuse() -> None:
    raise HTTPException(403, "no", {"x-reason": "none"})


@router.get("/fails", tags=["errors"])
async def fail() -> None:
    raise RuntimeError("secret")


@router.get("/count", tags=["sessions"])
def count(request: Request) -> int:
    if "session" in request.scope:
        request.session["count"] = request.session.get("count", 0) + 1
        return request.session["count"]
    return 0


@router.get("/hidden", include_in_schema=False)
def hidden() -> str:
    return "hidden"


class Pure:
    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def with_header(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-pure", scope["path"].encode())]
            await send(message)
        await self.app(scope, receive, with_header if scope["type"] == "http" else send)


class Wrapper:
    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def with_header(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-wrapped", b"yes")]
            await send(message)
        await self.app(scope, receive, with_header if scope["type"] == "http" else send)


async def add_header(request: Request, call_next: Any) -> Any:
    response = await call_next(request)
    response.headers["x-base"] = request.url.path
    return response


def create_mounted(cors: bool) -> FastAPI:
    mounted = FastAPI()
    if cors:
        mounted.add_middleware(CORSMiddleware, allow_origins=["https://page.example"])

    @mounted.get("/inside/{name}", name="inside")
    def inside(request: Request, name: str) -> Any:
        return {**seen(request), "self": str(request.url_for("inside", name=name))}
    return mounted
`;

const STREAMS = `
streams = APIRouter(tags=["streams"])


@streams.get("/stream", openapi_extra={"x-streaming": True})
async def read_stream(request: Request) -> StreamingResponse:
    async def parts() -> Any:
        for part in ("one", "two", request.scope["path"]):
            yield part
    return StreamingResponse(parts(), media_type="text/plain", headers={"x-streams": "yes"})


@streams.post("/stream/{name}", openapi_extra={"x-streaming": True})
def write_stream(name: str, item: Item) -> StreamingResponse:
    return StreamingResponse(iter([name, item.name]), status_code=202, media_type="application/jsonl")


@streams.get("/stream/{name}/fails", openapi_extra={"x-streaming": True})
async def fail_at_once(name: str) -> StreamingResponse:
    async def parts() -> Any:
        raise RuntimeError(name)
        yield ""
    return StreamingResponse(parts())
`;

const INCLUDED = `
shop = APIRouter(tags=["shop"])
orders = APIRouter(prefix="/orders")


@orders.get("/{order_id}")
def read_order(request: Request, tenant: str, order_id: int) -> Any:
    return {"tenant": tenant, "order": order_id, "self": str(request.url_for("read_order", tenant=tenant, order_id=order_id))}


@orders.get("/")
def list_orders(tenant: str) -> Any:
    return [tenant]


shop.include_router(orders)
`;
