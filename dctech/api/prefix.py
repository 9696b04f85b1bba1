"""The first middleware: what begins with /api/ has a URLconf of its own, so that no page imports django-ninja."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PREFIX = "/api/"
URLCONF = "dctech.api.urls"
DOCS = "/api/docs"
"""A page of the site, in its design and by its URLconf."""

Answer = Callable[[HttpRequest], HttpResponse]


def api_by_prefix(get_response: Answer) -> Answer:
    """Answer the API by its own URLconf; what it refuses, and how it says so, is `gate`'s."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not f"{request.path_info}/".startswith(PREFIX) or request.path_info == DOCS:
            return get_response(request)
        from dctech.api.gate import through  # noqa: PLC0415 - for the API alone

        request.urlconf = URLCONF
        return through(request, get_response)

    return answer
