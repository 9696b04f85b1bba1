"""What a browser may do on the site's pages; what it may load there is django-csp's part (CONTENT_SECURITY_POLICY)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

UNUSED = ("browsing-topics", "camera", "geolocation", "microphone", "payment", "usb")

Answer = Callable[[HttpRequest], HttpResponse]


def permissions_policy(get_response: Answer) -> Answer:
    """Keep scripts, ours too, from what the site has no use for."""
    policy = ", ".join(f"{feature}=()" for feature in UNUSED)

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers["Permissions-Policy"] = policy
        return response

    return answer
