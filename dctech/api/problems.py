"""Errors as RFC 9457 problem details: every one of the API's, whoever noticed it."""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PROBLEM = "application/problem+json"
RETRY_AFTER = 5
"""Seconds, where DynamoDB is busy or away."""

DETAILS = {
    400: "The request cannot be read.",
    401: "An API key or a signed-in member of the staff is needed.",
    403: "That is not allowed with this key or account.",
    404: "There is nothing at this address.",
    405: "The address does not answer to this method.",
    406: "Answers are application/json.",
    409: "It is not as it was seen.",
    410: "It was here, and is gone for good.",
    412: "It is not the version that If-Match names.",
    413: "The request is too large.",
    414: "The address is too long.",
    415: "A body is sent as application/json.",
    422: "Some values are not valid.",
    429: "Too many requests.",
    500: "Something went wrong on our side.",
    503: "The tables do not answer at the moment.",
}
"""What a problem says where nobody has said more."""

TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    409: "Conflict",
    410: "Gone",
    412: "Precondition Failed",
    413: "Content Too Large",
    414: "URI Too Long",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
"""As RFC 9110 and RFC 6585 have them: HTTPStatus has other ones from one Python to the next."""

COMPONENTS = "#/components/responses/"
HEADERS = "#/components/headers/"

Errors = Iterable[tuple[str, str]]
"""(field, message)"""


class Problem(Exception):  # noqa: N818 - it is an answer to the client
    """Raised by an endpoint, or what it calls, to be answered like this. `more` are members of its own."""

    def __init__(
        self,
        status: int,
        detail: str = "",
        *,
        errors: Errors = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        self.status, self.detail, self.errors = status, detail, list(errors)
        self.headers, self.more = headers, more
        super().__init__(status, detail)

    @property
    def answer(self) -> HttpResponse:
        return problem(
            self.status, self.detail, errors=self.errors, headers=self.headers, **self.more
        )


def problem(
    status: int,
    detail: str = "",
    *,
    errors: Errors = (),
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> HttpResponse:
    """Return the answer that says what is wrong."""
    said = {
        "type": f"{settings.SITE_URL}/api/docs#problem-{status}",
        "title": TITLES.get(status) or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail or DETAILS.get(status) or HTTPStatus(status).phrase,
        "errors": [{"field": field, "message": message} for field, message in errors],
        **more,
    }
    needed = {"Cache-Control": "no-store"}
    if status == HTTPStatus.UNAUTHORIZED:
        needed["WWW-Authenticate"] = 'Bearer realm="api"'
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        needed["Retry-After"] = str(RETRY_AFTER)
    content = json.dumps(said, ensure_ascii=False).encode()
    return HttpResponse(
        content, status=status, content_type=PROBLEM, headers={**needed, **(headers or {})}
    )


def refusals(*statuses: int) -> dict[str, Any]:
    """Return an operation's `openapi_extra` that names the problems it may answer, beside those of all."""
    return {"responses": {status: {"$ref": f"{COMPONENTS}{status}"} for status in statuses}}


def as_problem(response: HttpResponse) -> HttpResponse:
    """Return a response, or the problem that stands for one that Django or a middleware made of an error."""
    if response.status_code < HTTPStatus.BAD_REQUEST or response.headers.get(
        "Content-Type", ""
    ).startswith(PROBLEM):
        return response
    allow = response.headers.get("Allow")
    return problem(response.status_code, headers={"Allow": allow} if allow else None)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(404)


def server_error(request: HttpRequest) -> HttpResponse:
    return problem(500)
