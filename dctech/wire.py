"""DynamoDB's wire without the detours that botocore takes for the sake of every other service.

botocore checks each attribute value for ten union members and copies every map it goes through: 13 CPU ms for a page of
200 events, more than all the rest of a page. An AttributeValue is its own JSON already, but for binary, which comes in
base64. A read of one tiny item spends two thirds of its CPU time on the way to the socket and back: `QuickReads` goes
straight there, and leaves whatever is not a plain answer to botocore.
"""

import base64
import http.client
import json
import ssl
import threading
import time
import weakref
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import ReadTimeoutError
from botocore.httpsession import get_cert_path
from botocore.parsers import PROTOCOL_PARSERS, JSONParser, ResponseParserFactory

from dctech.patience import left, spend

TIMEOUT = 3.0
"""Seconds that a quick read waits before botocore asks again, with its own patience."""

PAUSE = 0.02
"""Seconds before a read for a page is repeated; each later time twice as long."""

BUSY = (b"ProvisionedThroughputExceeded", b"ThrottlingException", b"RequestLimitExceeded")


class AttributeValueParser(JSONParser):
    """A JSON parser that leaves attribute values as they are."""

    def _handle_structure(self, shape: Any, value: Any) -> Any:
        if shape.name == "AttributeValue":
            return decoded(value)
        return super()._handle_structure(shape, value)

    def _handle_map(self, shape: Any, value: Any) -> Any:
        if shape.value.name == "AttributeValue" and value is not None:
            return {name: item if "S" in item else decoded(item) for name, item in value.items()}
        return super()._handle_map(shape, value)


class ParserFactory(ResponseParserFactory):
    """Gives the parser above for DynamoDB's protocol, botocore's own for any other."""

    def create_parser(self, protocol_name: str) -> Any:
        if PROTOCOL_PARSERS[protocol_name] is JSONParser:
            return AttributeValueParser(**self._defaults)
        return super().create_parser(protocol_name)


def decoded(value: dict[str, Any]) -> dict[str, Any]:
    """Return an attribute value with its binary parts as bytes."""
    for kind, content in value.items():
        if kind == "B":
            return {"B": base64.b64decode(content)}
        if kind == "BS":
            return {"BS": [base64.b64decode(item) for item in content]}
        if kind == "M":
            return {"M": {name: decoded(item) for name, item in content.items()}}
        if kind == "L":
            return {"L": [decoded(item) for item in content]}
    return value


class QuickReads:
    """Answers GetItem and Query before botocore sends them (its `before-call` event).

    A read may be repeated, so that only a whole, plain answer counts: after a lost connection, a throttled or refused
    request or a body that its checksum does not confirm, botocore sends the request itself, with its retries. Where
    somebody waits for a page (`dctech/patience.py`), it is repeated here instead until their patience ends.
    """

    def __init__(
        self, region: str, credentials: Callable[[], ReadOnlyCredentials], *, ca_bundle: str | None
    ) -> None:
        self._region = region
        self._credentials = credentials
        self._tls = ssl.create_default_context(cafile=ca_bundle or get_cert_path(verify=True))
        self._local = threading.local()

    def __call__(
        self, model: Any, params: dict[str, Any], context: dict[str, Any], **_more: Any
    ) -> tuple[AWSResponse, dict[str, Any]] | None:
        if model.name not in {"GetItem", "Query"}:
            return None
        url = urlsplit(params["url"])
        headers = {**params["headers"], "Host": url.netloc}
        request = AWSRequest("POST", params["url"], headers, params["body"])
        region = context.get("signing", {}).get("region", self._region)
        SigV4Auth(self._credentials(), "dynamodb", region).add_auth(request)
        head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
        length = f"Content-Length: {len(params['body'])}\r\n"
        message = f"POST / HTTP/1.1\r\n{head}{length}\r\n".encode("ascii") + params["body"]
        pause = PAUSE
        while True:
            began = time.monotonic()
            answer, again = self._tried(url, message, model.output_shape)
            if answer is not None:
                return AWSResponse(params["url"], 200, {}, None), answer
            spend(time.monotonic() - began + pause)
            seconds = left()
            if seconds is None or not again:
                return None
            if not seconds:
                raise ReadTimeoutError(endpoint_url=params["url"])
            time.sleep(pause)
            pause *= 2

    def _tried(
        self, url: SplitResult, message: bytes, shape: Any
    ) -> tuple[dict[str, Any] | None, bool]:
        """Send a request in one piece; return a plain answer, and of none whether it is worth asking again."""
        try:
            connection = self._connection(url)
            connection.send(message)
            response = http.client.HTTPResponse(connection.sock, method="POST")
            response.begin()
            content = response.read()
            if response.will_close:
                connection.close()
            checksum = response.headers.get("x-amz-crc32")
            if checksum is not None and int(checksum) != zlib.crc32(content):
                return None, True
            if response.status == http.client.OK:
                return _parsed(content, shape), False
        except (OSError, http.client.HTTPException, ValueError):
            self._local.kept = None  # most likely closed while the process slept
            return None, True
        busy = response.status >= http.client.INTERNAL_SERVER_ERROR
        return None, busy or any(code in content for code in BUSY)

    def _connection(self, url: SplitResult) -> http.client.HTTPConnection:
        """Return this thread's connection to a host."""
        made: http.client.HTTPConnection
        kept: Kept | None = getattr(self._local, "kept", None)
        if kept is None or kept.host != url.netloc:
            if url.scheme == "https":
                made = http.client.HTTPSConnection(url.netloc, timeout=TIMEOUT, context=self._tls)
            else:
                made = http.client.HTTPConnection(url.netloc, timeout=TIMEOUT)
            kept = self._local.kept = Kept(url.netloc, made)
            weakref.finalize(kept, made.close)
        seconds = left()
        kept.connection.timeout = TIMEOUT if seconds is None else min(TIMEOUT, seconds + PAUSE)
        if kept.connection.sock is not None:
            kept.connection.sock.settimeout(kept.connection.timeout)
        return kept.connection


@dataclass(slots=True, weakref_slot=True)
class Kept:
    """A thread's connection to a host. It is closed when the thread lets go of it, by ending at the latest.

    Not by `__del__`: the garbage collector may come to the socket first.
    """

    host: str
    connection: http.client.HTTPConnection


def _parsed(body: bytes, shape: Any) -> dict[str, Any]:
    """Return what a body says in JSON; raise ValueError where that is no object."""
    said = json.loads(body)
    if not isinstance(said, dict):
        raise ValueError("DynamoDB answers with an object")  # noqa: TRY004 - it is what was sent, not a bug of ours
    if b'"B"' in body or b'"BS"' in body:
        answer = {"body": body, "headers": {}, "status_code": 200}
        said = AttributeValueParser().parse(answer, shape)
    return {**said, "ResponseMetadata": {"HTTPStatusCode": 200}}
