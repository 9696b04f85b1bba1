"""A page that depends on who asks is kept by no cache but theirs."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

Answer = Callable[[HttpRequest], HttpResponse]


def private_with_a_session(get_response: Answer) -> Answer:
    """Forbid keeping what was made with a look at the session, unless the view has said how long itself."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.session.accessed and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    return answer
