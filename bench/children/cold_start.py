"""Starts an application in one of four ways, asks it once, and says what that took: ``python cold_start.py WAY WHAT``.

WAY is ``lambda`` (the shim's handler), ``mangum`` (the application in Mangum and nothing else), ``server`` (the shim's
server of streaming functions) or ``uvicorn``. WHAT is ``start`` (CPU of the process up to the first answer), ``restored``
(CPU of the first request alone, as after a snapshot), ``warm`` (CPU of a later request) or ``memory`` (bytes at most, up to
the first answer). The application is that of ``CDK_FASTAPI_APP``, the request ``BENCH_REQUEST`` as JSON: method, path, body.
"""

import http.client
import importlib
import json
import os
import resource
import socket
import sys
import threading
import time
from types import SimpleNamespace

WARM = 200


def finish(asked: float, ask) -> None:
    """Writes what was asked for, and ends the process with everything in it."""
    answered = time.process_time()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    found = {"start": answered, "restored": answered - asked, "memory": memory}
    if sys.argv[2] == "warm":
        for _ in range(20):
            ask()
        warm = time.process_time()
        for _ in range(WARM):
            ask()
        found["warm"] = (time.process_time() - warm) / WARM
    with open(os.environ["BENCH_CPU"], "w", encoding="utf-8") as file:
        json.dump({"user": found[sys.argv[2]], "system": 0, "wall": 0}, file)
    os._exit(0)


def check(status: int) -> None:
    if status >= 500:
        raise SystemExit(f"the application answered {status}")


def by_event(handler, method: str, path: str, body: str) -> None:
    headers = {"content-type": "application/json", "host": "api.execute-api.eu-west-1.amazonaws.com"}
    event = {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": path,
            "httpMethod": method,
            "path": f"/prod{path}",
            "protocol": "HTTP/1.1",
            "stage": "prod",
            "domainName": headers["host"],
            "requestId": "1",
            "identity": {"sourceIp": "192.0.2.1"},
        },
        "body": body or None,
        "isBase64Encoded": False,
    }
    context = SimpleNamespace(aws_request_id="1", get_remaining_time_in_millis=lambda: 30_000)

    def ask() -> None:
        check(handler(event, context)["statusCode"])

    asked = time.process_time()
    ask()
    finish(asked, ask)


def by_port(port: int, serve, method: str, path: str, body: str) -> None:
    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request(method, path, body or None, {"content-type": "application/json"})
        check(connection.getresponse().status)
        connection.close()

    def client() -> None:
        while socket.socket().connect_ex(("127.0.0.1", port)) != 0:
            time.sleep(0.02)
        asked = time.process_time()
        ask()
        finish(asked, ask)

    threading.Thread(target=client, daemon=True).start()
    serve(port)


def load():
    module, _, attribute = os.environ["CDK_FASTAPI_APP"].partition(":")
    return getattr(importlib.import_module(module), attribute)


def main() -> None:
    request = json.loads(os.environ["BENCH_REQUEST"])
    way = sys.argv[1]
    if way == "lambda":
        by_event(importlib.import_module("cdk_fastapi_runtime.handler").handler, *request)
    elif way == "mangum":
        app = load()
        import asyncio

        from mangum import Mangum

        asyncio.set_event_loop(asyncio.new_event_loop())
        by_event(Mangum(app), *request)
    else:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        os.environ["PORT"] = str(port)
        by_port(port, server if way == "server" else uvicorn, *request)


def server(port: int) -> None:
    importlib.import_module("cdk_fastapi_runtime.server").main(os.environ)


def uvicorn(port: int) -> None:
    import uvicorn as program

    program.run(load(), host="127.0.0.1", port=port, log_level="warning", access_log=False)


main()
