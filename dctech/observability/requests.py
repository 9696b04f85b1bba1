"""One line for each request, and its number for all that is logged meanwhile."""

import logging
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from dctech.observability.capacity import meter
from dctech.observability.logs import request_id, route_of

Answer = Callable[[HttpRequest], HttpResponse]

logger = logging.getLogger(__name__)


def observed(get_response: Answer) -> Answer:
    """Log each request as its route, status, duration and what it cost; on Lambda these are metrics as well."""

    def answer(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        request_id.set(_number_of(request))  # until it is over: Django logs what failed after this
        response = get_response(request)
        _log(request, response, time.perf_counter() - began)
        return response

    # A machine of one's own has Django's line for each request.
    return answer if settings.ON_LAMBDA else get_response


@receiver(request_finished, dispatch_uid=__name__)
def _is_over(**_about: object) -> None:
    request_id.set("")


def _number_of(request: HttpRequest) -> str:
    """Return Lambda's own number of the request, which its other lines have too."""
    context = request.META.get("lambda.context")
    return str(getattr(context, "aws_request_id", "") or uuid.uuid4())


def _log(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    read, written = meter.take()
    logger.info(
        "%s %s",
        request.method,
        route := route_of(request),
        extra={
            "method": request.method,
            "route": route,
            "status": response.status_code,
            "stale": response.has_header("Warning") or None,
            "duration_ms": round(seconds * 1000, 1),
            "user": _user(request),
            "metrics": {
                "PageServed": (1, "Count"),
                "ConsumedReadUnits": (read, "Count"),
                "ConsumedWriteUnits": (written, "Count"),
            },
        },
    )


def _user(request: HttpRequest) -> str | None:
    """Return a name for somebody signed in that only this site can make; nobody is looked up for it."""
    user = getattr(request, "_cached_user", None)
    if user is None or not user.is_authenticated:
        return None
    return str(salted_hmac("dctech.observability", str(user.pk)).hexdigest()[:16])
