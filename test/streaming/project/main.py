"""An application that streams in every way it can, for the tests behind the real web adapter."""

import asyncio
import hashlib
import logging
import threading
import time
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from pathlib import Path

from fastapi import BackgroundTasks, FastAPI, HTTPException, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse
from fastapi.sse import EventSourceResponse
from pydantic import BaseModel

from cdk_fastapi_runtime.caller import OptionalCaller

app = FastAPI()


class Item(BaseModel):
    number: int


def await_file(path: str) -> None:
    deadline = time.monotonic() + 60
    while not Path(path).exists():
        if time.monotonic() > deadline:
            raise TimeoutError(path)
        time.sleep(0.01)


@app.get("/response")
async def stream_response(gate: str) -> StreamingResponse:
    async def chunks() -> AsyncIterator[str]:
        yield "first\n"
        await asyncio.to_thread(await_file, gate)
        yield "last\n"

    return StreamingResponse(chunks(), media_type="text/plain")


@app.get("/sync-response")
def stream_sync_response(gate: str) -> StreamingResponse:
    def chunks() -> Iterator[str]:
        yield "first\n"
        await_file(gate)
        yield "last\n"

    return StreamingResponse(chunks(), media_type="text/plain")


@app.get("/lines")
async def stream_lines(gate: str) -> AsyncIterable[Item]:
    yield Item(number=1)
    await asyncio.to_thread(await_file, gate)
    yield Item(number=2)


@app.get("/events", response_class=EventSourceResponse)
async def stream_events(gate: str) -> AsyncIterable[Item]:
    yield Item(number=1)
    await asyncio.to_thread(await_file, gate)
    yield Item(number=2)


@app.get("/chunks")
async def stream_chunks(count: int) -> StreamingResponse:
    async def chunks() -> AsyncIterator[str]:
        for number in range(count):
            yield f"{number}\n"

    return StreamingResponse(chunks(), media_type="text/plain")


@app.get("/bytes")
async def stream_bytes(size: int) -> StreamingResponse:
    """Blocks whose content is known to both sides: the hash of all of them is in the log."""

    async def blocks() -> AsyncIterator[bytes]:
        digest = hashlib.sha256()
        block = bytes(range(256)) * 256
        for start in range(0, size, len(block)):
            part = block[: size - start]
            digest.update(part)
            yield part
        print(f"sent {digest.hexdigest()}")

    return StreamingResponse(blocks(), media_type="application/octet-stream")


@app.get("/endless")
async def stream_endless(closed: str) -> StreamingResponse:
    async def chunks() -> AsyncIterator[str]:
        try:
            for number in range(100):
                yield f"{number}\n"
                await asyncio.sleep(0.05)
        finally:
            Path(closed).write_text(str(number))

    return StreamingResponse(chunks(), media_type="text/plain")


@app.get("/early/{how}")
async def fail_early(how: str) -> AsyncIterable[Item]:
    if how == "http":
        raise HTTPException(418, "no coffee")
    raise ValueError("before the first byte")
    yield Item(number=1)


@app.get("/late")
async def fail_late() -> AsyncIterable[Item]:
    yield Item(number=1)
    await asyncio.sleep(0.1)
    raise ValueError("after the first byte")


@app.delete("/items", status_code=204)
async def delete_items() -> None:
    return None


@app.get("/moved")
async def moved() -> RedirectResponse:
    return RedirectResponse("/elsewhere", 302)


@app.api_route("/hello", methods=["GET", "HEAD"])
async def say_hello() -> dict[str, str]:
    return {"hello": "world"}


@app.get("/empty")
async def empty() -> Response:
    return Response(status_code=200)


@app.get("/empty-stream")
async def empty_stream() -> StreamingResponse:
    return StreamingResponse(iter(()), media_type="text/plain")


@app.post("/echo")
async def echo(request: Request) -> Response:
    response = Response(await request.body(), media_type=request.headers["content-type"])
    response.set_cookie("one", "1")
    response.set_cookie("two", "2")
    return response


@app.get("/items/{item_id}")
async def read_item(item_id: str, request: Request, tag: list[str] | None = None) -> dict[str, object]:
    logging.getLogger("mine").warning("reading %s", item_id)
    return {"item": item_id, "url": str(request.url), "correlation": request.headers.get("x-correlation-id")}


@app.get("/items/{item_id}/secret")
async def read_secret(item_id: str) -> str:
    return "secret"


@app.get("/background")
async def run_in_background(tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(print, "background task done")
    return {"answered": "first"}


meeting = threading.Barrier(2, timeout=60)


@app.get("/meet")
async def meet(request: Request) -> StreamingResponse:
    async def chunks() -> AsyncIterator[str]:
        yield "waiting\n"
        await asyncio.to_thread(meeting.wait)
        yield f"{request.scope['aws.context'].aws_request_id}\n"

    return StreamingResponse(chunks(), media_type="text/plain")


@app.get("/who")
async def who(caller: OptionalCaller) -> StreamingResponse:
    return StreamingResponse(iter([repr(caller)]), media_type="text/plain")
