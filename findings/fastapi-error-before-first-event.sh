#!/usr/bin/env bash
# FastAPI 0.165.0, Starlette 1.10.0, uvicorn 0.54.0, httpx 0.28.1
#
# Endpoints that `yield` are declared like all others, and `raise HTTPException(404)` is how endpoints answer 404. In one that yields (server-sent
# events by `EventSourceResponse`, or JSON lines) FastAPI sends the status before it runs the first line of the function. The exception comes too
# late, even as the very first statement and with nothing sent of the body: the client has a 200 with the media type of the stream, whose body
# breaks off. The same exception in a dependency of the same endpoint answers 404. So checks belong into dependencies, and a gateway in front
# of the app cannot tell "not there" from "an empty stream that broke".
#
# Seen:
#   /plain           404 application/json complete
#   /dependency      404 application/json complete
#   /events          200 text/event-stream broken off after 0 bytes
#   /lines           200 application/jsonl broken off after 0 bytes
#
# Exit status: 0 as described, 1 changed, 2 not installed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env && env/bin/pip install -q fastapi==0.165.0 starlette==1.10.0 uvicorn==0.54.0 httpx==0.28.1 || exit 2

cat > app.py <<'PY'
import socket
import threading
from collections.abc import AsyncIterable

import httpx
import uvicorn
from fastapi import Depends, FastAPI, HTTPException
from fastapi.sse import EventSourceResponse

app = FastAPI()


def absent() -> None:
    raise HTTPException(404)


@app.get("/plain")
async def plain() -> int:
    raise HTTPException(404)


@app.get("/dependency", response_class=EventSourceResponse, dependencies=[Depends(absent)])
async def dependency() -> AsyncIterable[int]:
    yield 1


@app.get("/events", response_class=EventSourceResponse)
async def events() -> AsyncIterable[int]:
    raise HTTPException(404)
    yield 1


@app.get("/lines")
async def lines() -> AsyncIterable[int]:
    raise HTTPException(404)
    yield 1


listening = socket.create_server(("127.0.0.1", 0))
server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
thread = threading.Thread(target=server.run, args=([listening],))
thread.start()
try:
    for path in ("/plain", "/dependency", "/events", "/lines"):
        url = f"http://127.0.0.1:{listening.getsockname()[1]}{path}"
        body = b""
        with httpx.Client(trust_env=False) as client, client.stream("GET", url) as answer:
            try:
                for part in answer.iter_raw():
                    body += part
                end = "complete"
            except httpx.RemoteProtocolError:
                end = f"broken off after {len(body)} bytes"
            print(f"{path:16} {answer.status_code} {answer.headers['content-type'].split(';')[0]} {end}")
finally:
    server.should_exit = True
    thread.join()
PY
env/bin/python app.py | tee seen

cat > stated <<'TEXT'
/plain           404 application/json complete
/dependency      404 application/json complete
/events          200 text/event-stream broken off after 0 bytes
/lines           200 application/jsonl broken off after 0 bytes
TEXT
diff stated seen
