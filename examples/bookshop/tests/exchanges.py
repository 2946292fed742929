"""The requests of `requests.json`, sent with any httpx2 client."""

import base64
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from httpx2 import Client, Response

REQUESTS = Path(__file__).parents[1] / "requests.json"


@dataclass(frozen=True)
class Exchange:
    """One request and the status of its answer."""

    operation: str
    status: int
    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, str | list[str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    json: Any = None
    form: dict[str, str] | None = None
    multipart: list[dict[str, str]] | None = None
    base64: str | None = None

    def send(self, client: Client) -> Response:
        """Fill in the path template and send the request."""
        method, template = self.operation.split(" ", 1)
        path = template.format(**{name: quote(value) for name, value in self.path.items()})
        return client.request(
            method,
            path,
            params=self.query or None,
            headers=self.headers,
            json=self.json,
            data=self.form,
            files=[_part(part) for part in self.multipart] if self.multipart else None,
            content=base64.b64decode(self.base64) if self.base64 else None,
            follow_redirects=False,
        )


def _part(part: dict[str, str]) -> tuple[str, tuple[str | None, bytes, str | None]]:
    if "value" in part:
        return part["name"], (None, part["value"].encode(), None)
    body = base64.b64decode(part["base64"])
    return part["name"], (part["filename"], body, part["contentType"])


def read_exchanges(file: Path = REQUESTS, *groups: str) -> list[Exchange]:
    """All requests of a file in their order."""
    document = json.loads(file.read_text("utf-8"))
    return [
        Exchange(operation, **request)
        for group in groups or ("operations", "hidden")
        for operation, requests in document.get(group, {}).items()
        for request in requests
    ]
