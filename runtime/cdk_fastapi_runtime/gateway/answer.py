"""Converts the response of an application to the format that Lambda returns to the gateway."""

from __future__ import annotations

import binascii
import json
import sys
from functools import lru_cache
from typing import Any

from .event import Event, is_format_two, is_of_load_balancer
from .exchange import Exchange

TEXT_TYPES = (
    "text/",
    "application/json",
    "application/javascript",
    "application/xml",
    "application/graphql",
    "application/yaml",
    "application/x-ndjson",
    "application/x-www-form-urlencoded",
    "application/vnd.oai.openapi",
    "+json",
    "+xml",
    "+yaml",
)
"""Content types answered as text; a body among them that is not UTF-8 is still sent as base64."""

LIMIT = 6 * 1024 * 1024
"""Bytes of an answer that Lambda takes, as JSON.

@see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

_SURELY_WITHIN = 1_000_000
"""Characters that stay within the limit even if JSON writes six bytes for each of them."""

_ASCII_ONLY = sys.version_info < (3, 12)
"""How Lambda's runtime writes JSON."""


def lambda_answer(event: Event, exchange: Exchange) -> dict[str, Any]:
    """The answer in the format of the event."""
    headers = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in exchange.headers]
    body, is_base64 = _body(exchange.content, next((value for name, value in headers if name == "content-type"), ""))
    answer: dict[str, Any] = {"statusCode": exchange.status, "body": body, "isBase64Encoded": is_base64}
    if is_format_two(event):
        answer.update(_headers_of_format_two(headers))
    elif is_of_load_balancer(event):
        answer.update(_headers_of_load_balancer(headers, several="multiValueHeaders" in event))
    else:
        answer.update(_headers_of_format_one(headers))
    return answer


def size(answer: dict[str, Any]) -> int:
    """Bytes of the answer as JSON; for an answer that is certainly within the limit, a lower estimate."""
    body = answer["body"]
    if len(body) < _SURELY_WITHIN:
        return len(body)
    if answer["isBase64Encoded"]:
        # Nothing in it needs an escape.
        return len(body) + _json_bytes({**answer, "body": ""})
    return _json_bytes(answer)


def _json_bytes(answer: dict[str, Any]) -> int:
    return len(json.dumps(answer, ensure_ascii=_ASCII_ONLY).encode())


def _body(content: bytes, content_type: str) -> tuple[str, bool]:
    if not content:
        return "", False
    if _is_text(content_type):
        try:
            return str(content, "utf-8"), False
        except UnicodeDecodeError:
            pass
    return binascii.b2a_base64(content, newline=False).decode("ascii"), True


@lru_cache(maxsize=64)
def _is_text(content_type: str) -> bool:
    return any(text_type in content_type for text_type in TEXT_TYPES)


def _headers_of_format_two(headers: list[tuple[str, str]]) -> dict[str, Any]:
    single: dict[str, str] = {}
    cookies: list[str] = []
    for name, value in headers:
        if name == "set-cookie":
            cookies.append(value)
        else:
            single[name] = f"{single[name]},{value}" if name in single else value
    return {"headers": single, "cookies": cookies} if cookies else {"headers": single}


def _headers_of_format_one(headers: list[tuple[str, str]]) -> dict[str, Any]:
    single = dict(headers)
    if len(single) == len(headers):
        return {"headers": single, "multiValueHeaders": {}}
    several = _several(headers)
    return {
        "headers": {name: values[0] for name, values in several.items() if len(values) == 1},
        "multiValueHeaders": {name: values for name, values in several.items() if len(values) > 1},
    }


def _headers_of_load_balancer(headers: list[tuple[str, str]], *, several: bool) -> dict[str, Any]:
    values = _several(headers)
    if several:
        return {"multiValueHeaders": values}
    cookies = values.pop("set-cookie", [])
    # One value per name, so each cookie gets a spelling of its own.
    spelled = {_spelling("set-cookie", index): cookie for index, cookie in enumerate(cookies)}
    return {"headers": {**{name: ",".join(each) for name, each in values.items()}, **spelled}}


def _spelling(name: str, index: int) -> str:
    letters = [letter.upper() if index >> position & 1 else letter for position, letter in enumerate(name)]
    return "".join(letters)


def _several(headers: list[tuple[str, str]]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name, []).append(value)
    return values
