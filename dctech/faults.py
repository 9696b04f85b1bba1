"""What the public is told while DynamoDB throttles or does not answer; each kept page stays readable meanwhile."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from pynamodb.exceptions import PynamoDBException

from dctech.dynamodb import busy_or_away
from dctech.observability.logs import route_of
from dctech.patience import patience

RETRY_AFTER = 5

Answer = Callable[[HttpRequest], HttpResponse]

logger = logging.getLogger(__name__)


class Faults:
    """The middleware that gives pages their patience, and makes a 503 of what the tables did not answer."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            # What somebody sends is worth every retry: to be told "try again" is to wonder whether it was stored.
            return self.get_response(request)
        with patience(settings.DYNAMODB_PATIENCE):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, PynamoDBException) or not busy_or_away(error):
            return None
        logger.warning(
            "The tables did not answer for %s: %s",
            route_of(request),
            type(error.cause).__name__,
        )
        return unavailable()


def unavailable() -> HttpResponse:
    return HttpResponse(
        render_to_string("503.html"),
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        headers={"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"},
    )
