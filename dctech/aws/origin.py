"""Who may ask the function: the distribution, by a secret that it sends with each request."""

from collections.abc import Iterable, Sequence
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.utils.crypto import constant_time_compare

HEADER = "X-Origin-Secret"
VARIABLE = "HTTP_X_ORIGIN_SECRET"

STAGE = "$default"
"""The stage of the API that has limits and a log. Zappa makes one beside it, which has neither."""


def from_the_distribution(site: WSGIApplication, secrets: Sequence[str]) -> WSGIApplication:
    """Refuse what comes around the distribution, or around the stage that it asks.

    API Gateway's own address is public, and who asks there writes X-Forwarded-For as they like. Each of the secrets is
    taken, so that one can replace another; without any, nobody is asked for one.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        shown = environ.pop(VARIABLE, "")
        if secrets and True not in [constant_time_compare(shown, each) for each in secrets]:
            return _refused("403 Forbidden", start_response)
        if _stage(environ.get("lambda.event", {})) != STAGE:
            return _refused("404 Not Found", start_response)
        return site(environ, start_response)

    return answer


def _stage(event: dict[str, Any]) -> str:
    return str(event.get("requestContext", {}).get("stage", STAGE))


def _refused(status: str, start_response: StartResponse) -> list[bytes]:
    start_response(status, [("Content-Type", "text/plain"), ("Cache-Control", "no-store")])
    return [f"{status}\n".encode()]
