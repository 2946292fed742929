"""Errors that are answered as problem details (RFC 9457)."""

from http import HTTPStatus

from fastapi import Request
from fastapi.responses import JSONResponse


class Problem(Exception):  # noqa: N818 - the RFC's own name
    """An answer other than success, raised from anywhere below an endpoint."""

    def __init__(
        self, status: HTTPStatus, detail: str, headers: dict[str, str] | None = None
    ) -> None:
        """Keep what the answer is made of."""
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers


def not_found(what: str, key: object) -> Problem:
    """The problem of a thing that is not there."""
    return Problem(HTTPStatus.NOT_FOUND, f"there is no {what} {key}")


async def answer_problem(request: Request, problem: Exception) -> JSONResponse:
    """Exception handler for `Problem`."""
    assert isinstance(problem, Problem)
    return JSONResponse(
        {
            "type": "about:blank",
            "title": problem.status.phrase,
            "status": problem.status.value,
            "detail": problem.detail,
        },
        status_code=problem.status,
        headers=problem.headers,
        media_type="application/problem+json",
    )
