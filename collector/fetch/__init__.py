"""Fetch feeds and pages from other people's servers: `Fetcher` asks, `FetchError` says why not."""

from collector.fetch.errors import AnswerError, FetchError, RefusedError, UnreachableError
from collector.fetch.fetcher import Fetcher
from collector.fetch.messages import Request, Response

__all__ = [
    "AnswerError",
    "FetchError",
    "Fetcher",
    "RefusedError",
    "Request",
    "Response",
    "UnreachableError",
]
