"""Calls an API as a client with AWS credentials does. Runs on Lambda, whose runtime has botocore."""

import base64
import os
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.session import Session

CALL_SECONDS = 35
NAMED = 20


def handler(event: dict[str, Any], context: object) -> str:
    """Sends each request signed, and the first one unsigned as well, and says what was not as expected."""
    wrong = [problem for request in event["requests"] for problem in check(request, signed=True)]
    first = event["requests"][0] | {"status": 403, "operation": "unsigned " + event["requests"][0]["operation"]}
    wrong += check(first, signed=False)
    if not wrong:
        return f"{len(event['requests'])} answers as expected"
    return f"{len(wrong)} answers not as expected: " + "; ".join(wrong[:NAMED])


def check(request: dict[str, Any], *, signed: bool) -> list[str]:
    got = send(request, signed=signed)
    if got == request["status"]:
        return []
    return [f"{request['operation']} gave {got} instead of {request['status']}"]


def send(request: dict[str, Any], *, signed: bool) -> int:
    url = os.environ["API_URL"].rstrip("/") + request["target"]
    message = AWSRequest(request["method"], url, headers=request["headers"], data=base64.b64decode(request["body"]))
    if signed:
        SigV4Auth(Session().get_credentials(), "execute-api", os.environ["AWS_REGION"]).add_auth(message)
    prepared = message.prepare()
    parts = urlsplit(prepared.url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.netloc, timeout=CALL_SECONDS)
    try:
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        connection.request(prepared.method, target, prepared.body, dict(prepared.headers))
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()
