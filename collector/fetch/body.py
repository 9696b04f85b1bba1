"""A response's body within limits: what is read off the wire and what it inflates to."""

import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError

from collector.fetch.errors import AnswerError
from collector.fetch.transport import explain

if TYPE_CHECKING:
    from zlib import _Decompress

ACCEPT_ENCODING = "gzip, deflate"

_CHUNK = 1 << 16
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WBITS = 16 + zlib.MAX_WBITS
_MAX_MEMBERS = 1000  # a gzip stream may be a chain; a million empty links are an attack on the CPU


def read_body(raw: BaseHTTPResponse, host: str, max_bytes: int) -> bytes:
    """Return the decoded body of `raw`, which may take `max_bytes` on the wire and inflated.

    Raises AnswerError (`too-large`, `truncated`, `encoding`, `protocol`) or UnreachableError (`timeout`,
    `deadline`, `connection`). A bomb is inflated to one byte more than `max_bytes` and dropped.
    """
    too_large = AnswerError(f"{host} sent more than {max_bytes:,} bytes.", kind="too-large")
    length = raw.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:18]) > max_bytes:
        raise too_large
    decoder = _decoder(raw.headers.get("content-encoding", ""), host)
    body, taken = bytearray(), 0
    for chunk in _chunks(raw, host):
        taken += len(chunk)
        body += decoder.decode(chunk, max_bytes + 1 - len(body)) if decoder else chunk
        if max(taken, len(body)) > max_bytes:
            raise too_large
    if decoder and taken and not decoder.complete:
        raise AnswerError(f"{host} broke off before the end of its answer.", kind="truncated")
    return bytes(body)


def _chunks(raw: BaseHTTPResponse, host: str) -> Iterator[bytes]:
    try:
        while chunk := raw.read1(_CHUNK, decode_content=False):
            yield chunk
    except HTTPError as error:
        raise explain(error, host) from None


class _Inflater:
    """Undo gzip or deflate; urllib3's decoders take a stream that breaks off for a whole one."""

    def __init__(self, host: str, *, gzip: bool) -> None:
        self._host = host
        self._gzip = gzip
        self._head = b""
        self._stream: _Decompress | None = None
        self._members = 0

    @property
    def complete(self) -> bool:
        return self._stream is not None and self._stream.eof

    def decode(self, data: bytes, room: int) -> bytes:
        """Return at most `room` bytes of output; what would be beyond it is given up."""
        if self._stream is None:
            self._head = data = self._head + data
            if len(data) < len(_GZIP_MAGIC):
                return b""
        stream = self._stream or self._begin(_GZIP_WBITS if self._gzip else _deflate_wbits(data))
        try:
            return self._inflate(stream, data, room)
        except zlib.error:
            raise self._damaged() from None

    def _inflate(self, stream: "_Decompress", data: bytes, room: int) -> bytes:
        out = bytearray()
        while data and len(out) < room:
            if stream.eof:
                if not (self._gzip and _GZIP_MAGIC.startswith(data[:2])):
                    break  # padding after the end, which other clients let pass too
                stream = self._begin(_GZIP_WBITS)
            out += stream.decompress(data, room - len(out))
            data = stream.unconsumed_tail or stream.unused_data
        return bytes(out)

    def _begin(self, wbits: int) -> "_Decompress":
        self._members += 1
        if self._members > _MAX_MEMBERS:
            raise self._damaged()
        self._stream = zlib.decompressobj(wbits)
        return self._stream

    def _damaged(self) -> AnswerError:
        return AnswerError(f"{self._host} sent a damaged compressed answer.", kind="encoding")


def _decoder(coding: str, host: str) -> _Inflater | None:
    match coding.strip().lower():
        case "" | "identity":
            return None
        case "gzip" | "x-gzip":
            return _Inflater(host, gzip=True)
        case "deflate":
            return _Inflater(host, gzip=False)
    raise AnswerError(
        f"{host} compressed its answer in a way that was not asked for.", kind="encoding"
    )


def _deflate_wbits(head: bytes) -> int:
    """Tell RFC 1950 from the bare RFC 1951 stream that many servers send as "deflate"."""
    wrapped = head[0] & 0x0F == zlib.DEFLATED and int.from_bytes(head[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS
