"""What every endpoint that is not public has in common: nothing is kept, and the limits are told."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import get_urlconf, set_urlconf

from dctech.submissions.limits import Standing

Run = Callable[..., HttpResponse]


def private(run: Run) -> Run:
    """Answer an operation so; a decorator of routers, in mode `view`."""

    @wraps(run)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        api = get_urlconf()
        # Mails and private links lead to pages, which the API's own URLconf does not have.
        set_urlconf(settings.ROOT_URLCONF)
        try:
            response = run(request, *args, **kwargs)
        finally:
            set_urlconf(api)
        response.headers["Cache-Control"] = "private, no-store"
        if standing := getattr(request, "standing", None):
            tell(response, standing)
        return response

    return answer


def tell(response: HttpResponse, standing: Standing) -> None:
    """Say how much of a limit is left, in the headers of draft-ietf-httpapi-ratelimit-headers-06."""
    response.headers["RateLimit-Limit"] = str(standing.allowed)
    response.headers["RateLimit-Remaining"] = str(standing.left)
    response.headers["RateLimit-Reset"] = str(standing.seconds)
