"""Answers of public endpoints: the same for everybody, kept by the calendar's version, open to other origins."""

import datetime as dt
import json
from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpResponse
from django.utils.http import http_date

from dctech.api.problems import HEADERS, refusals
from dctech.freshness import public_page

JSON = "application/json"

View = Callable[..., Any]
_public: set[str] = set()


def public(reads: Iterable[str] = ()) -> Callable[[View], View]:
    """Make an operation public: kept by the calendar's version, with an ETag, and open to other origins.

    `reads` names the parameters of its query; any other makes no answer of its own.
    """

    def made(view: View) -> View:
        _public.add(view.__name__)
        return public_page(view, reads=reads)  # type: ignore[no-any-return]

    return made


def public_uncached(view: View) -> View:
    """Make an operation public, and made anew for each request."""
    _public.add(view.__name__)
    return view


def kept(*problems: int, dated: bool = False) -> dict[str, Any]:
    """Return the `openapi_extra` of what `public` keeps, with the problems that it may answer.

    `dated`: its answers say in Last-Modified when what they show last changed.
    """
    extra = refusals(304, *problems)
    if dated:
        extra["responses"][200] = {
            "headers": {"Last-Modified": {"$ref": f"{HEADERS}Last-Modified"}}
        }
    return extra


def is_public(url_name: str | None) -> bool:
    """Tell whether an address (named for its operation) is public."""
    return url_name in _public


def answer(content: object, changed_at: dt.datetime | None = None) -> HttpResponse:
    """Return a public answer. It is written as it is: that it has its operation's schema, tests see to."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    response = HttpResponse(body, content_type=JSON, headers={"Vary": "Accept"})
    if changed_at:
        response.headers["Last-Modified"] = http_date(changed_at.timestamp())
    return response
