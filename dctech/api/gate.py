"""What holds for every request to the API, before its endpoint and after: formats, methods, other origins, errors."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from dctech.api.conditional import JSON, is_public
from dctech.api.problems import as_problem, problem

WITH_BODY = {"POST", "PUT", "PATCH"}
PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
    "Allow": "GET, HEAD, OPTIONS",
}
"""What another origin's script may do with a public endpoint. No credentials: there is nothing to see with them."""
EXPOSED = "ETag, Last-Modified, Retry-After"


def through(
    request: HttpRequest, get_response: Callable[[HttpRequest], HttpResponse]
) -> HttpResponse:
    """Answer a request, unless its formats are not the API's; errors become problems."""
    if refused := _refused(request):
        return refused
    method = request.method
    if method == "HEAD":  # a GET whose body the server leaves out
        request.method = "GET"
    response = as_problem(get_response(request))
    request.method = method
    return _opened(request, response)


def _refused(request: HttpRequest) -> HttpResponse | None:
    if not request.accepts(JSON):
        return problem(406)
    sent = request.META.get("CONTENT_LENGTH") not in {None, "", "0"}
    if request.method in WITH_BODY and sent and request.content_type != JSON:
        return problem(415, headers={"Accept": JSON})
    return None


def _opened(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let scripts of other origins read what is public: its answers and its problems."""
    match = request.resolver_match
    if match is None or not is_public(match.url_name):
        return response
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers=PREFLIGHT)
    if "Allow" in response.headers:
        response.headers["Allow"] = PREFLIGHT["Allow"]
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = EXPOSED
    return response
