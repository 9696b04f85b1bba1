"""What may be done with a page that everybody may read: read it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed

READING = ("GET", "HEAD")
ALLOWED = (*READING, "OPTIONS")

View = Callable[..., HttpResponseBase]


def read_only(view: View) -> View:
    """Ask the view for GET and HEAD alone; say to OPTIONS, and to any other method by a 405, that these are all."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in READING:
            return view(request, *args, **kwargs)
        if request.method == "OPTIONS":
            return HttpResponse(headers={"Allow": ", ".join(ALLOWED)})
        return HttpResponseNotAllowed(ALLOWED)

    # Nothing here can be forged, and a 403 would hide the 405.
    answer.csrf_exempt = True  # type: ignore[attr-defined]
    return answer
