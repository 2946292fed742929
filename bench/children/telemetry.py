"""Starts one application with OpenTelemetry in one of two ways and says what that took: ``python telemetry.py WAY WHAT``.

WAY is ``ours`` (the shim's handler) or ``wrapper`` (``Mangum(app)`` as the wrapper of OpenTelemetry's layers runs it, in a
process that ``opentelemetry-instrument`` has started). WHAT is ``start`` (CPU of the process up to the first answer) or
``warm`` (CPU of a later request). Both send spans, metrics and log records to a receiver in another process.
"""

import http.server
import json
import os
import subprocess
import sys
import time
from types import SimpleNamespace

WARM = 200


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


def receive() -> None:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    print(server.server_address[1], flush=True)
    server.serve_forever()


def wrapped():
    """What `otel_wrapper` of the layers does."""
    from importlib import import_module

    from opentelemetry.instrumentation.aws_lambda import AwsLambdaInstrumentor

    AwsLambdaInstrumentor().instrument()
    return import_module("telemetry_app").handler


def event() -> dict:
    headers = {"host": "api.execute-api.eu-west-1.amazonaws.com", "accept": "*/*"}
    return {
        "resource": "/items/{item_id}",
        "path": "/items/1",
        "httpMethod": "GET",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"item_id": "1"},
        "stageVariables": None,
        "requestContext": {
            "resourcePath": "/items/{item_id}",
            "httpMethod": "GET",
            "path": "/prod/items/1",
            "stage": "prod",
            "domainName": headers["host"],
            "requestId": "1",
            "identity": {"sourceIp": "192.0.2.1"},
        },
        "body": None,
        "isBase64Encoded": False,
    }


def main() -> None:
    way, what = sys.argv[1:]
    if way == "receive":
        return receive()
    port = os.environ.get("BENCH_PORT")
    if port is None:
        plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        receiver = subprocess.Popen([sys.executable, __file__, "receive", "-"], stdout=subprocess.PIPE, text=True, env=plain)
        os.environ["BENCH_PORT"] = receiver.stdout.readline().strip()
        os.environ["BENCH_RECEIVER"] = str(receiver.pid)
        os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = f"http://127.0.0.1:{os.environ['BENCH_PORT']}"
        # Anew, so that the way's own start counts and nothing of this; the processor's clock goes on.
        os.environ["BENCH_BEFORE"] = str(time.process_time())
        script = [sys.executable, "-s", __file__, way, what]
        tool = [sys.executable, "-s", os.environ["BENCH_INSTRUMENT"]] if way == "wrapper" else []
        os.execv(sys.executable, [*tool, *script])
    if way == "ours":
        from cdk_fastapi_runtime.handler import handler
    else:
        handler = wrapped()
    context = SimpleNamespace(
        aws_request_id="1",
        function_name="bench",
        invoked_function_arn="arn:aws:lambda:eu-west-1:123456789012:function:bench",
        get_remaining_time_in_millis=lambda: 30_000,
    )

    def ask() -> None:
        if handler(event(), context)["statusCode"] != 200:
            raise SystemExit("the application did not answer")

    ask()
    found = time.process_time() - float(os.environ["BENCH_BEFORE"])
    if what == "warm":
        for _ in range(20):
            ask()
        began = time.process_time()
        for _ in range(WARM):
            ask()
        found = (time.process_time() - began) / WARM
    with open(os.environ["BENCH_CPU"], "w", encoding="utf-8") as file:
        json.dump({"user": found, "system": 0, "wall": 0}, file)
    os.kill(int(os.environ["BENCH_RECEIVER"]), 9)
    os._exit(0)


main()
