"""Imports a Lambda handler and sends it requests of a REST API: ``python serve.py MODULE.HANDLER COUNT``, in its bundle.

What the handler prints goes nowhere, and a socket takes what is sent to the X-Ray daemon.
"""

import copy
import importlib
import os
import socket
import sys
from types import SimpleNamespace

CONTEXT = SimpleNamespace(
    function_name="bench",
    function_version="$LATEST",
    memory_limit_in_mb="1024",
    invoked_function_arn="arn:aws:lambda:eu-west-1:123456789012:function:bench",
    aws_request_id="11111111-2222-3333-4444-555555555555",
    get_remaining_time_in_millis=lambda: 30_000,
)

EVENT = {
    "resource": "/echo",
    "path": "/echo",
    "httpMethod": "GET",
    "headers": {"Accept": "application/json", "Host": "api.execute-api.eu-west-1.amazonaws.com", "Origin": "https://page.example"},
    "multiValueHeaders": {
        "Accept": ["application/json"],
        "Host": ["api.execute-api.eu-west-1.amazonaws.com"],
        "Origin": ["https://page.example"],
    },
    "queryStringParameters": {"message": "hello"},
    "multiValueQueryStringParameters": {"message": ["hello"]},
    "pathParameters": None,
    "stageVariables": None,
    "requestContext": {
        "resourcePath": "/echo",
        "httpMethod": "GET",
        "path": "/prod/echo",
        "protocol": "HTTP/1.1",
        "stage": "prod",
        "requestId": "7d0c3c4e-0a53-4a3e-8d61-2f8f4f1f9a10",
        "identity": {"sourceIp": "203.0.113.7", "userAgent": "bench"},
        "domainName": "api.execute-api.eu-west-1.amazonaws.com",
        "apiId": "api",
    },
    "body": None,
    "isBase64Encoded": False,
}


def main() -> None:
    name, count = sys.argv[1:]
    daemon = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    daemon.bind(("127.0.0.1", 0))
    os.environ["AWS_XRAY_DAEMON_ADDRESS"] = f"127.0.0.1:{daemon.getsockname()[1]}"
    sys.path.insert(0, os.getcwd())
    module, _, attribute = name.rpartition(".")
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        sys.stdout = nowhere
        handler = getattr(importlib.import_module(module), attribute)
        for _ in range(int(count)):
            answer = handler(copy.deepcopy(EVENT), CONTEXT)
            if answer["statusCode"] != 200 or "hello" not in answer["body"]:
                sys.exit(f"unexpected answer: {answer}")
        sys.stdout = sys.__stdout__


if __name__ == "__main__":
    main()
