"""The HTTP server: which request is which API's."""

from __future__ import annotations

import base64
import binascii
import json
import re
import sys
import time
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from typing import Any

from .broker import Broker
from .exchange import BrokenBodyError, Exchange
from .extensions import Extensions
from .function import ARN, NAME, Function
from .invocation import Failure, FunctionError, Invocation

LIMIT = 6 * 1024 * 1024
"""Bytes of a request, and of a response that is not streamed."""

_INVOCATION = re.compile(r"/2018-06-01/runtime/invocation/([^/]+)/(response|error)")
_INVOKE = re.compile(r"/2015-03-31/functions/[^/]+/invocations")
_INVOKE_STREAM = re.compile(r"/2021-11-15/functions/[^/]+/response-streaming-invocations")


class Server(ThreadingHTTPServer):
    """Listens on the loopback interface; ``function`` is started by whoever made it, or absent."""

    daemon_threads = True

    def __init__(self, port: int, timeout: float) -> None:
        super().__init__(("127.0.0.1", port), Requests)
        self.seconds = timeout
        self.broker = Broker(timeout)
        self.extensions = Extensions()
        self.function: Function | None = None

    def handle_error(self, request: Any, client_address: Any) -> None:
        # Callers hang up, and killed runtimes do: neither is worth a traceback.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Requests(Exchange):
    """One connection; the methods are named after what they answer."""

    server: Server

    def do_GET(self) -> None:  # noqa: N802 http.server calls it
        path = self.path.partition("?")[0]
        if path == "/2018-06-01/runtime/invocation/next":
            self._next_invocation()
        elif path == "/2018-06-01/runtime/restore/next":
            self.answer(200)
        elif path == "/2020-01-01/extension/event/next":
            self._next_event()
        else:
            self._unknown()

    def do_POST(self) -> None:  # noqa: N802 the same
        path = self.path.partition("?")[0]
        invocation = _INVOCATION.fullmatch(path)
        try:
            if _INVOKE.fullmatch(path):
                self._invoke()
            elif _INVOKE_STREAM.fullmatch(path):
                self._invoke_stream()
            elif invocation:
                self._answered(invocation.group(1), invocation.group(2))
            elif path in ("/2018-06-01/runtime/init/error", "/2018-06-01/runtime/restore/error"):
                self._init_error()
            elif path == "/2020-01-01/extension/register":
                self._register()
            elif path in ("/2020-01-01/extension/init/error", "/2020-01-01/extension/exit/error"):
                self._init_error()
            else:
                self.body()
                self._unknown()
        except BrokenBodyError:
            self.close_connection = True

    # Runtime API

    def _next_invocation(self) -> None:
        invocation = self.server.broker.take(self.is_connected)
        if invocation is None or invocation.deadline is None:
            self.close_connection = True
            return
        deadline = str(int(invocation.deadline * 1000))
        self.server.extensions.announce(
            {"eventType": "INVOKE", "requestId": invocation.id, "deadlineMs": int(deadline), "invokedFunctionArn": ARN}
        )
        self.answer(
            200,
            invocation.payload,
            {
                "Content-Type": "application/json",
                "Lambda-Runtime-Aws-Request-Id": invocation.id,
                "Lambda-Runtime-Deadline-Ms": deadline,
                "Lambda-Runtime-Invoked-Function-Arn": ARN,
                **invocation.headers,
            },
        )

    def _answered(self, invocation_id: str, kind: str) -> None:
        invocation = self.server.broker.running(invocation_id)
        if invocation is None:
            self.body()
            self.answer_json(400, {"errorType": "InvalidRequestID", "errorMessage": "Invalid request ID"})
            return
        if kind == "error":
            error_type = self.headers.get("Lambda-Runtime-Function-Error-Type", "Unhandled")
            invocation.fail(Failure(error_type, self.body()))
        else:
            try:
                self._relay(invocation)
            except BrokenBodyError:
                invocation.fail(Failure.of("Runtime.TruncatedResponse", "The response ended before it was complete"))
                raise
        self.answer_json(202, {"status": "OK"})

    def _relay(self, invocation: Invocation) -> None:
        content_type = self.headers.get("Content-Type", "application/json")
        if self.headers.get("Lambda-Runtime-Function-Response-Mode", "").lower() != "streaming":
            body = self.body()
            if len(body) > LIMIT:
                message = f"Response payload size ({len(body)} bytes) exceeded maximum allowed payload size"
                invocation.fail(Failure.of("Function.ResponseSizeTooLarge", message))
                return
            invocation.begin(content_type)
            invocation.write(body)
            invocation.finish()
            return
        invocation.begin(content_type)
        for chunk in self.chunks():
            invocation.write(chunk)
        error_type = self.trailers.get("lambda-runtime-function-error-type")
        if error_type is None:
            invocation.finish()
            return
        try:
            payload = base64.b64decode(self.trailers.get("lambda-runtime-function-error-body", ""), validate=True)
        except binascii.Error:
            payload = b""
        invocation.fail(Failure(error_type, payload or Failure.of(error_type, "The response broke off").payload))

    def _init_error(self) -> None:
        error_type = self.headers.get("Lambda-Runtime-Function-Error-Type", "Runtime.InitError")
        self.server.broker.fail_initialization(Failure(error_type, self.body()))
        self.answer_json(202, {"status": "OK"})

    # Extensions API

    def _register(self) -> None:
        identifier = self.server.extensions.register(json.loads(self.body() or b"{}").get("events", []))
        content = {"functionName": NAME, "functionVersion": "$LATEST", "handler": ""}
        self.answer_json(200, content, {"Lambda-Extension-Identifier": identifier})

    def _next_event(self) -> None:
        event = self.server.extensions.next(self.headers.get("Lambda-Extension-Identifier", ""))
        if event is None:
            self.answer_json(403, {"errorType": "Extension.UnknownExtensionIdentifier"})
        else:
            self.answer_json(200, event)

    # Invoke API

    def _invoke(self) -> None:
        kind = self.headers.get("X-Amz-Invocation-Type", "RequestResponse")
        if kind == "DryRun":
            self.body()
            self.answer(204)
            return
        invocation = self._submit()
        if invocation is None:
            return
        headers = {"X-Amzn-RequestId": invocation.id, "X-Amz-Executed-Version": "$LATEST"}
        if kind == "Event":
            self.answer(202, b"", headers)
        try:
            body, content_type = b"".join(self._answer(invocation)), invocation.content_type
        except FunctionError as error:
            body, content_type = error.failure.payload, "application/json"
            headers["X-Amz-Function-Error"] = "Unhandled"
        if kind != "Event":
            self.answer(200, body, {"Content-Type": content_type, **headers})

    def _invoke_stream(self) -> None:
        invocation = self._submit()
        if invocation is None:
            return
        headers = {"X-Amzn-RequestId": invocation.id, "X-Amz-Executed-Version": "$LATEST"}
        answer = self._answer(invocation)
        try:
            next(answer)
        except FunctionError as error:
            failed = {"Content-Type": "application/json", "X-Amz-Function-Error": "Unhandled"}
            self.answer(200, error.failure.payload, {**headers, **failed})
            return
        trailers: dict[str, str] = {}
        announced = "X-Amz-Function-Error, X-Amz-Function-Error-Payload"
        self.begin_chunks({**headers, "Content-Type": invocation.content_type, "Trailer": announced})
        try:
            for chunk in answer:
                self._pass_on(chunk)
        except FunctionError as error:
            trailers["X-Amz-Function-Error"] = error.failure.error_type
            trailers["X-Amz-Function-Error-Payload"] = base64.b64encode(error.failure.payload).decode()
        self.end_chunks(trailers)

    def _pass_on(self, chunk: bytes) -> None:
        try:
            self.write_chunk(chunk)
        except ConnectionError:
            # The function goes on without its caller, and keeps its time limit.
            self.close_connection = True

    def _submit(self) -> Invocation | None:
        payload = self.body()
        if len(payload) > LIMIT:
            message = f"Request must be smaller than {LIMIT} bytes for the InvokeFunction operation"
            self.answer_json(413, {"Type": "User", "message": message})
            return None
        headers = {
            "Lambda-Runtime-Trace-Id": self.headers.get("X-Amzn-Trace-Id", f"Root=1-{int(time.time()):08x}-{'0' * 24}")
        }
        try:
            context = base64.b64decode(self.headers.get("X-Amz-Client-Context", ""), validate=True).decode()
        except ValueError:
            message = "`X-Amz-Client-Context` must be base64 of JSON"
            self.answer_json(400, {"Type": "User", "message": message})
            return None
        if context:
            headers["Lambda-Runtime-Client-Context"] = context
        invocation = Invocation(payload or b"{}", headers)
        if self.server.function is not None:
            self.server.function.ensure_running()
        self.server.broker.submit(invocation)
        return invocation

    def _answer(self, invocation: Invocation) -> Iterator[bytes]:
        try:
            yield from invocation.answer()
        except TimeoutError:
            message = f"RequestId: {invocation.id} Error: Task timed out after {self.server.seconds:.2f} seconds"
            if self.server.function is not None:
                self.server.function.kill()
            raise FunctionError(Failure.of("Sandbox.Timedout", message)) from None
        finally:
            self.server.broker.close(invocation)

    def _unknown(self) -> None:
        self.answer_json(404, {"errorType": "NotFound", "errorMessage": f"No such resource: {self.path}"})
