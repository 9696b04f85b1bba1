"""Text of other people's, as it may be shown."""

import re

_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # C0 and C1, but tab and line ends: terminals obey some
    "\u202a-\u202e\u2066-\u2069]"  # bidirectional overrides turn what follows around
)


def printable(text: str) -> str:
    """Return a text without control characters."""
    return _CONTROLS.sub("", text)


def clipped(text: str, length: int) -> str:
    """Return a text of at most `length` characters."""
    return text if len(text) <= length else f"{text[: length - 1]}…"
