"""How the old site named an event."""

import hashlib
from collections.abc import Iterable


def legacy_hashes(date: str, time: str, title: str, urls: Iterable[str]) -> set[str]:
    """Return the names that an event can have had: MD5 over date-time-title-url, and over date-time-title.

    `date` is YYYY-MM-DD and `time` HH:MM, or "" for all-day. All of it is as it was before any correction.
    """
    seen = f"{date}-{time}-{title}"
    return {_md5(seen), *(_md5(f"{seen}-{url}") for url in urls)}


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
