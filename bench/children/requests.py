"""Measures warm requests: ``python requests.py SHIM [observed]`` writes CPU microseconds of each request as JSON.

One application three times, in turn: called as a server calls it, within a running event loop; by the handler of a
bundle, with guard, lifespan and base path; by ``Mangum(app)``.
"""

import asyncio
import copy
import importlib
import json
import logging
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

APP = '''
from contextlib import asynccontextmanager
from fastapi import FastAPI, Response
from pydantic import BaseModel

@asynccontextmanager
async def lifespan(app):
    yield {"pool": 1}

app = FastAPI(lifespan=lifespan)

class Item(BaseModel):
    name: str
    tags: list[str]
    price: float

def other(number):
    @app.get(f"/other{number}/{{name}}")
    async def read_other(name: str):
        return name

for number in range(10):
    other(number)

@app.get("/items/{item_id}")
async def read_item(item_id: str, q: str = ""):
    return {"id": item_id, "q": q}

@app.post("/items")
async def create_items(items: list[Item]) -> list[Item]:
    return items

PICTURE = bytes(range(256)) * 4096

@app.get("/picture")
async def read_picture():
    return Response(PICTURE, media_type="image/png")
'''

CONTEXT = SimpleNamespace(
    aws_request_id="11111111-2222-3333-4444-555555555555",
    function_name="bench",
    memory_limit_in_mb="1024",
    invoked_function_arn="arn:aws:lambda:eu-west-1:123456789012:function:bench",
)
BODY = json.dumps([{"name": "a name of some letters", "tags": ["one", "two"], "price": 1.5}] * 31)
REQUESTS = {
    "get": ("GET", "/items/42", "/items/{item_id}", {"item_id": "42"}, None),
    "post": ("POST", "/items", "/items", None, BODY),
    "binary": ("GET", "/picture", "/picture", None, None),
}
ROUNDS = 15


def event(method, path, resource, parameters, body):
    headers = {
        "Accept": "*/*",
        "Accept-Encoding": "gzip, deflate, br",
        "Content-Type": "application/json",
        "Host": "api.example.com",
        "User-Agent": "bench",
        "X-Amzn-Trace-Id": "Root=1-65f0c0de-0123456789abcdef01234567",
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
    }
    return {
        "resource": resource,
        "path": f"/v1{path}",
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": {"q": "some"},
        "multiValueQueryStringParameters": {"q": ["some"]},
        "pathParameters": parameters,
        "requestContext": {
            "path": f"/v1{path}",
            "stage": "prod",
            "requestId": "7d0c3c4e-0a53-4a3e-8d61-2f8f4f1f9a10",
            "identity": {"sourceIp": "203.0.113.7"},
            "domainName": "api.example.com",
        },
        "body": body,
        "isBase64Encoded": False,
    }


def fresh_app():
    sys.modules.pop("bench_requests_app", None)
    return importlib.import_module("bench_requests_app").app


def direct(app, made, loop):
    """As a server calls it behind this gateway: the same scope, the loop running."""
    headers = [(name.lower().encode(), value.encode()) for name, value in made["headers"].items()]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": made["httpMethod"],
        "scheme": "https",
        "root_path": "/v1",
        "path": made["path"],
        "raw_path": made["path"].encode(),
        "query_string": b"q=some",
        "headers": headers,
        "client": ("203.0.113.7", 0),
        "server": ("api.example.com", 443),
        "state": {},
    }
    body = (made["body"] or "").encode()

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        assert message.get("status", 200) == 200

    async def run(count):
        for _ in range(count):
            await app(dict(scope), receive, send)

    return lambda count: loop.run_until_complete(run(count))


def through(handler, made, loop):
    def run(count):
        asyncio.set_event_loop(loop)
        for _ in range(count):
            assert handler(made, CONTEXT)["statusCode"] == 200

    return run


def main() -> None:
    shim, *observed = sys.argv[1:]
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "bench_requests_app.py").write_text(APP)
        sys.path[:0] = [shim, directory]
        os.environ["CDK_FASTAPI_APP"] = "bench_requests_app:app"
        os.environ["CDK_FASTAPI_OPERATION"] = "GET /items/{item_id}\nPOST /items\nGET /picture"
        os.environ["CDK_FASTAPI_BASE_PATH"] = "v1"
        if observed:
            os.environ["CDK_FASTAPI_OBSERVABILITY"] = "1"
        handler = importlib.import_module("cdk_fastapi_runtime.handler").handler
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        mangum = importlib.import_module("mangum").Mangum(fresh_app(), api_gateway_base_path="/v1")
        logging.getLogger("mangum").setLevel(logging.WARNING)
        app = fresh_app()
        found = {}
        with Path(os.devnull).open("w") as nowhere:
            out, sys.stdout = sys.stdout, nowhere
            for name, request in REQUESTS.items():
                made = event(*copy.deepcopy(request))
                count = 50 if name == "binary" else 300
                ways = {
                    "direct": direct(app, made, loop),
                    "ours": through(handler, made, asyncio.get_event_loop()),
                    "mangum": through(mangum, made, loop),
                }
                times = {way: [] for way in ways}
                for _ in range(ROUNDS):
                    for way, run in ways.items():
                        began = time.process_time()
                        run(count)
                        times[way].append((time.process_time() - began) / count * 1e6)
                found[name] = {way: statistics.median(each) for way, each in times.items()}
            sys.stdout = out
        print(json.dumps(found))


if __name__ == "__main__":
    main()
