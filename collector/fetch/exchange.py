"""One HTTP request and its answer, without following where it points."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import BaseHTTPResponse

from collector.fetch.body import read_body
from collector.fetch.errors import AnswerError
from collector.fetch.messages import Request, Response, retry_after, validator
from collector.fetch.transport import Timer, current_timer, explain

_REDIRECTS = {301, 302, 303, 307, 308}

# urllib3 warns of odd headers with the whole address, which may hold a private feed's secret.
logging.getLogger("urllib3").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where the host says the answer is: an absolute address, not yet checked."""

    url: str


def exchange(
    adapter: HTTPAdapter,
    request: Request,
    prepared: requests.PreparedRequest,
    timer: Timer,
    max_bytes: int,
) -> Response | Redirect:
    """Send `prepared` on behalf of `request` within `timer`; raises FetchError.

    The adapter is used without a Session, which would read redirects' bodies to their end, share
    cookies between feeds and take proxies and passwords from the environment.
    """
    url = str(prepared.url)
    host = urlsplit(url).hostname or ""
    current_timer.set(timer)
    timeout = (timer.connect_timeout, timer.read_timeout)
    try:
        raw = adapter.send(prepared, stream=True, timeout=timeout).raw
    except requests.RequestException as error:
        raise explain(error, host) from None
    try:
        return _read(request, prepared, raw, max_bytes)
    finally:
        raw.close()  # closes what was not read to its end; the rest is back in its pool


def _read(
    request: Request, prepared: requests.PreparedRequest, raw: BaseHTTPResponse, max_bytes: int
) -> Response | Redirect:
    url = str(prepared.url)
    host = urlsplit(url).hostname or ""
    location = raw.headers.get("location", "")
    if raw.status in _REDIRECTS and location:
        return Redirect(_absolute(url, location))
    if raw.status == HTTPStatus.OK:
        body = read_body(raw, host, max_bytes)
        return _response(url, raw, body, hashlib.sha256(body).hexdigest())
    if raw.status == HTTPStatus.NOT_MODIFIED and _is_conditional(prepared):
        raw.drain_conn()  # it has no body; this gives the connection back
        return _response(url, raw, b"", "", known=request)
    raise _refusal(raw, host)


def _response(
    url: str, raw: BaseHTTPResponse, body: bytes, sha256: str, known: Request | None = None
) -> Response:
    etag = validator(raw.headers.get("etag", ""))
    last_modified = validator(raw.headers.get("last-modified", ""))
    return Response(
        url=url,
        status=raw.status,
        body=body,
        etag=etag or (known.etag if known else ""),
        last_modified=last_modified or (known.last_modified if known else ""),
        sha256=sha256,
        content_type=raw.headers.get("content-type", ""),
    )


def _is_conditional(prepared: requests.PreparedRequest) -> bool:
    return "If-None-Match" in prepared.headers or "If-Modified-Since" in prepared.headers


def _absolute(url: str, location: str) -> str:
    """Resolve a Location, whose bytes http.client read as Latin-1 and servers mean as UTF-8."""
    try:
        return urljoin(url, location.encode("latin-1").decode(errors="replace"))
    except ValueError:
        return location


def _refusal(raw: BaseHTTPResponse, host: str) -> AnswerError:
    try:
        meaning = f"{raw.status} {HTTPStatus(raw.status).phrase}"
    except ValueError:
        meaning = str(raw.status)
    limited = raw.status == HTTPStatus.TOO_MANY_REQUESTS or raw.status >= HTTPStatus(500)
    wait = retry_after(raw.headers.get("retry-after", ""), datetime.now(UTC)) if limited else 0.0
    return AnswerError(
        f"{host} answered {meaning}.",
        kind=f"http-{raw.status}",
        transient=limited,
        retry_after=wait,
    )
