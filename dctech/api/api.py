"""The NinjaAPI object: how it reads bodies, and what becomes of what its operations raise."""

import json
from http import HTTPStatus
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from pynamodb.exceptions import PynamoDBException

from dctech.api.problems import Problem, problem
from dctech.dynamodb import busy_or_away


class UnreadableError(ValueError):
    """JSON that readers differ about; its words are the answer's."""


class StrictParser(Parser):
    """JSON as RFC 8259 has it, and nothing that readers differ about: UTF-8 alone, each name of an object once.

    Python alone reads NaN and Infinity, and takes 1.0 for no integer. Who sends nothing sends no body: null would be
    a second way.
    """

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            text = request.body.decode()
        except UnicodeDecodeError as error:
            raise UnreadableError("The body is not UTF-8.") from error
        said = json.loads(
            text, parse_constant=_refused, parse_float=_number, object_pairs_hook=_object
        )
        if said is None:
            _refused("null")
        return said


def _refused(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not what a body has")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) < len(pairs):
        raise UnreadableError("The body names something twice in one object.")
    return said


def _number(said: str) -> int | float:
    number = float(said)
    return int(number) if number.is_integer() else number


api = NinjaAPI(
    title=settings.SITE_NAME,
    version="1",
    description=(
        f"{settings.SITE_TAGLINE}. What is public needs no key and may be read from any site's scripts. "
        "Fields are added in time, and never changed or taken away."
    ),
    parser=StrictParser(),
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
    servers=[{"url": settings.SITE_URL}],
)


@api.exception_handler(Problem)
def _problem(_request: HttpRequest, error: Problem) -> HttpResponse:
    return error.answer


@api.exception_handler(ValidationError)
def _invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problem(422, errors=[(_field(e["loc"]), _said(e["msg"])) for e in error.errors])


@api.exception_handler(HttpError)
def _http_error(_request: HttpRequest, error: HttpError) -> HttpResponse:
    # Of its own accord django-ninja answers 400 to nothing else.
    if error.status_code != HTTPStatus.BAD_REQUEST:
        return problem(error.status_code)
    cause = error.__cause__
    return problem(
        400, str(cause) if isinstance(cause, UnreadableError) else "The body is no JSON object."
    )


@api.exception_handler(Http404)
def _not_found(_request: HttpRequest, _error: Http404) -> HttpResponse:
    return problem(404)


@api.exception_handler(SuspiciousOperation)
def _suspicious(_request: HttpRequest, error: SuspiciousOperation) -> HttpResponse:
    return problem(413 if isinstance(error, RequestDataTooBig) else 400)


@api.exception_handler(PynamoDBException)
def _dynamodb(_request: HttpRequest, error: PynamoDBException) -> HttpResponse:
    if busy_or_away(error):
        return problem(503)
    raise error


@api.exception_handler(Exception)
def _fault(_request: HttpRequest, error: Exception) -> NoReturn:
    """Leave a fault of ours to Django, which logs it; `gate` makes a problem of its page."""
    raise error


def _field(location: tuple[str | int, ...]) -> str:
    """Return the field of the query or the body: where it was sent, and what we call the whole, say nothing."""
    source, *path = location
    named = path[1:] if source == "body" and len(path) > 1 else path[-1:]
    return ".".join(map(str, named))


def _said(message: str) -> str:
    return message.removeprefix("Value error, ")
