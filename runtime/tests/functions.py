"""Small functions for the tests of the server; copied into a bundle, run by awslambdaric or by ``stream`` below."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any


def echo(event: Any, context: Any) -> Any:
    return {
        "event": event,
        "request": context.aws_request_id,
        "arn": context.invoked_function_arn,
        "client": context.client_context and context.client_context.custom,
        "remaining": context.get_remaining_time_in_millis(),
        "process": os.getpid(),
        "variables": dict(os.environ),
        "path": sys.path,
        "directory": str(Path.cwd()),
    }


def fail(event: Any, context: Any) -> Any:
    raise ValueError(event["why"])


def leave(event: Any, context: Any) -> Any:
    if event == "stay":
        return os.getpid()
    if event == "killed":
        os.kill(os.getpid(), 9)
    os._exit(7)


def hang(event: Any, context: Any) -> Any:
    if event == "answer":
        return os.getpid()
    child = subprocess.Popen(["sleep", "600"])
    Path(event).write_text(str(child.pid))
    time.sleep(600)
    return None


def size(event: Any, context: Any) -> Any:
    print(f"asked for {event}")
    return "x" * event


def stream(address: str) -> None:
    """A runtime of its own, which streams: the event says in what way."""
    register(address)
    while True:
        connection = http.client.HTTPConnection(address)
        connection.request("GET", "/2018-06-01/runtime/invocation/next")
        response = connection.getresponse()
        event = response.read().decode().strip('"')
        path = f"/2018-06-01/runtime/invocation/{response.headers['Lambda-Runtime-Aws-Request-Id']}/response"
        connection.close()
        respond(address, path, event)


def register(address: str) -> None:
    connection = http.client.HTTPConnection(address)
    connection.request("POST", "/2020-01-01/extension/register", '{"events": ["INVOKE", "SHUTDOWN"]}')
    response = connection.getresponse()
    assert response.status == 200
    assert b"functionName" in response.read()
    connection.close()


def respond(address: str, path: str, event: str) -> None:
    host, port = address.split(":")
    with socket.create_connection((host, int(port))) as sender:
        sender.sendall(
            f"POST {path} HTTP/1.1\r\nHost: {address}\r\nTransfer-Encoding: chunked\r\n"
            "Content-Type: application/vnd.awslambda.http-integration-response\r\n"
            "Lambda-Runtime-Function-Response-Mode: streaming\r\n"
            "Trailer: Lambda-Runtime-Function-Error-Type\r\n\r\n".encode()
        )
        for chunk in (b'{"statusCode":200}' + bytes(8), b"one", b"two"):
            sender.sendall(b"%x\r\n%b\r\n" % (len(chunk), chunk))
            if event.startswith("/"):
                # Goes on when the caller says that it has seen the chunk.
                while not Path(event, f"seen-{chunk[:1].hex()}").exists():
                    time.sleep(0.01)
        if event == "truncate":
            sender.sendall(b"10\r\nhalf")
            return
        if event == "cut":
            return
        trailers = {
            "fail": "Lambda-Runtime-Function-Error-Type: Broken\r\n"
            "Lambda-Runtime-Function-Error-Body: eyJlcnJvclR5cGUiOiJCcm9rZW4ifQ==\r\n",
            "fail silently": "Lambda-Runtime-Function-Error-Type: Broken\r\n",
            "fail badly": "Lambda-Runtime-Function-Error-Type: Broken\r\nLambda-Runtime-Function-Error-Body: %\r\n",
        }.get(event, "")
        sender.sendall(f"0\r\n{trailers}\r\n".encode())
        assert sender.recv(12) == b"HTTP/1.1 202"


if __name__ == "__main__":
    stream(os.environ["AWS_LAMBDA_RUNTIME_API"])
