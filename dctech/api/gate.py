"""What holds for every request to the API, before its endpoint and after: formats, methods, other origins, errors."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from dctech.api.conditional import JSON, is_public
from dctech.api.prefix import PREFIX, URLCONF
from dctech.api.problems import PROBLEM, as_problem, problem

STAFF_PREFIX = f"{PREFIX}admin/"
"""Only here has anybody a session."""

WITH_BODY = {"POST", "PUT", "PATCH"}
WITHOUT_CONTENT = {204, 304}
ACCEPTED = {"*/*", "application/*", JSON, PROBLEM}
"""What an Accept header may name, one of these at least, whatever their parameters."""

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
    if not request.path_info.startswith(STAFF_PREFIX):
        # Whoever they name: what is public is read as nobody. Django would replace those that it cannot read.
        request.COOKIES = {}
    method = request.method
    if method == "HEAD":  # a GET whose body the server leaves out
        request.method = "GET"
    response = _refused(request) or as_problem(get_response(request))
    request.method = method
    response = _opened(request, response)
    if response.status_code in WITHOUT_CONTENT:
        del response.headers["Content-Type"]
    return response


def _refused(request: HttpRequest) -> HttpResponse | None:
    if not _accepts_json(request):
        return problem(406)
    sent = request.META.get("CONTENT_LENGTH") not in {None, "", "0"}
    if request.method not in WITH_BODY or not sent:
        return None
    if request.content_type != JSON:
        return problem(415, headers={"Accept": JSON})
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        return problem(415, "A body is sent uncompressed.", headers={"Accept-Encoding": "identity"})
    return None


def _accepts_json(request: HttpRequest) -> bool:
    """Tell whether a request takes our format; one that names none takes any."""
    if not request.headers.get("Accept", "").strip():
        return True
    return any(f"{kind.main_type}/{kind.sub_type}" in ACCEPTED for kind in request.accepted_types)


def _opened(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let scripts of other origins read what is public: its answers and its problems."""
    public = is_public(_operation(request))
    if "Allow" in response.headers:
        response.headers["Allow"] = (
            PREFLIGHT["Allow"] if public else _with_head(response.headers["Allow"])
        )
    if not public:
        return response
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers=PREFLIGHT)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = EXPOSED
    return response


def _operation(request: HttpRequest) -> str | None:
    """Return the name of the operation at a request's address, whether or not it was asked."""
    try:
        match = request.resolver_match or resolve(request.path_info, URLCONF)
    except Resolver404:
        return None
    name: str | None = match.url_name
    return name


def _with_head(allow: str) -> str:
    methods = set(allow.split(", "))
    return ", ".join(sorted(methods | {"HEAD"} if "GET" in methods else methods))
