"""What holds for every answer: what a browser may do there, and that caches give nobody another one's cookies.

What a page may load is django-csp's part (CONTENT_SECURITY_POLICY).
"""

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


def no_cookies_for_everybody(get_response: Answer) -> Answer:
    """Keep cookies out of what shared caches keep.

    Django replaces a cookie that it cannot read, on whatever page that comes with: from a cache everybody would be
    given one visitor's CSRF token, or be signed out.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "public" in response.get("Cache-Control", ""):
            response.cookies.clear()
            vary = [name for name in response.get("Vary", "").split(", ") if name != "Cookie"]
            response.headers["Vary"] = ", ".join(vary)
            if not response.headers["Vary"]:
                del response.headers["Vary"]
        return response

    return answer
