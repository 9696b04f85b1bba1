"""What is asked and what comes back, and the request headers that follow from them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import SplitResult, urldefrag, urlsplit

import requests

from collector.fetch.body import ACCEPT_ENCODING
from collector.fetch.errors import RefusedError

_WEB_SCHEMES = {"http": "http", "https": "https", "webcal": "http", "webcals": "https"}
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Request:
    """One address to read, with the validators of the copy that the caller has already."""

    url: str
    etag: str = ""
    last_modified: str = ""
    accept: str = "text/calendar, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class Response:
    """The answer: the whole decoded body, or none of it because it has not changed (304).

    `url` is where the redirects ended. `sha256` is the body's, in hex; empty for a 304.
    """

    url: str
    status: int
    body: bytes
    etag: str
    last_modified: str
    sha256: str
    content_type: str

    @property
    def not_modified(self) -> bool:
        return self.status == HTTPStatus.NOT_MODIFIED


def prepare(request: Request, url: str, user_agent: str) -> requests.PreparedRequest:
    """Build the GET of `url` on behalf of `request`; raises RefusedError (`bad-url`).

    Validators go only to the origin that gave them. Nothing else in the headers is the caller's,
    and an address with a user name or password is refused: feeds are stored and shown in clear.
    """
    headers = {
        "User-Agent": user_agent,
        "Accept": request.accept,
        "Accept-Encoding": ACCEPT_ENCODING,
    }
    if _same_origin(request.url, url):
        headers |= _validators(request)
    try:
        prepared = requests.Request("GET", web_address(url), headers=headers).prepare()
        parts = urlsplit(str(prepared.url))
    except (requests.RequestException, ValueError):
        raise RefusedError("The address is not a possible web address.", kind="bad-url") from None
    if "@" in parts.netloc:
        raise RefusedError(
            f"The address at {parts.hostname} holds a user name or password; use one without.",
            kind="bad-url",
        )
    return prepared


def web_address(url: str) -> str:
    """Return `url` as http or https (webcal is http, webcals https), without its fragment."""
    url = urldefrag(url.strip()).url
    scheme = _SCHEME.match(url)
    if not scheme or scheme[1].lower() not in _WEB_SCHEMES:
        raise RefusedError("The address does not begin with https, http or webcal.", kind="bad-url")
    return f"{_WEB_SCHEMES[scheme[1].lower()]}://{url[scheme.end() :]}"


def validator(value: str) -> str:
    """Return an ETag or Last-Modified that can be sent back, else nothing."""
    return value if value.isascii() and value.isprintable() else ""


def retry_after(value: str, now: datetime) -> float:
    """Return the seconds that a Retry-After header (RFC 9110 10.2.3) asks for; 0 if it says nothing."""
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    at = at if at.tzinfo else at.replace(tzinfo=UTC)  # "-0000": UTC, without a zone of its own
    return max(0.0, (at - now).total_seconds())


def _validators(request: Request) -> dict[str, str]:
    sent = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
    return {name: value for name, value in sent.items() if value and validator(value)}


def _same_origin(first: str, second: str) -> bool:
    if first == second:
        return True
    try:
        one, other = urlsplit(web_address(first)), urlsplit(web_address(second))
        return _origin(one) == _origin(other) or _upgrades(one, other)
    except ValueError:
        return False


def _origin(url: SplitResult) -> tuple[str, str | None, int | None]:
    return url.scheme, url.hostname, url.port or _DEFAULT_PORTS[url.scheme]


def _upgrades(one: SplitResult, other: SplitResult) -> bool:
    """Say whether a plain address became the encrypted one of the same host, on the usual ports."""
    return _origin(one) == ("http", other.hostname, 80) and _origin(other)[::2] == ("https", 443)
