"""Settings come from environment variables; these functions read one each and say what is wrong with it."""

import os
import re
from collections.abc import Callable, Sequence
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured

Number = TypeVar("Number", int, float)


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def number(name: str, default: int, *, minimum: int = 0, maximum: int = 2**31) -> int:
    """Return a whole number; raise ImproperlyConfigured for anything else, or one out of bounds."""
    return _converted(name, default, int, minimum=minimum, maximum=maximum)


def seconds(name: str, default: float, *, minimum: float = 0) -> float:
    """Return a number of seconds; raise ImproperlyConfigured for anything else."""
    return _converted(name, default, float, minimum=minimum, maximum=86_400)


def switch(name: str, *, default: bool = False) -> bool:
    """Return True for 1/true/yes/on, False for 0/false/no/off; raise ImproperlyConfigured otherwise."""
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} must be 1 or 0.")


def choice(name: str, default: str, known: Sequence[str]) -> str:
    """Return one of the known values; raise ImproperlyConfigured for anything else."""
    value = text(name, default)
    if value not in known:
        raise ImproperlyConfigured(f"{name}={value!r} must be {' or '.join(known)}.")
    return value


def words(name: str, default: str = "", *, pattern: str = ".+", example: str = "") -> list[str]:
    """Return a comma separated list without its blanks; raise ImproperlyConfigured for a word of another form."""
    found = [word.strip() for word in text(name, default).split(",") if word.strip()]
    for word in found:
        if not re.fullmatch(pattern, word):
            raise ImproperlyConfigured(f"{name}: {word!r} must look like {example}.")
    return found


def address(name: str, default: str = "") -> str:
    """Return an http(s) address without a slash at its end; raise ImproperlyConfigured for anything else."""
    value = text(name, default).rstrip("/")
    if value and not re.fullmatch(r"https?://[^\s/]+\S*", value):
        raise ImproperlyConfigured(f"{name}={value!r} must be an address like https://example.org.")
    return value


def zone(name: str, default: str) -> ZoneInfo:
    """Return an IANA time zone; raise ImproperlyConfigured for a name that is none."""
    value = text(name, default)
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ImproperlyConfigured(
            f"{name}={value!r} must be a time zone like America/New_York."
        ) from None


def _converted(
    name: str,
    default: Number,
    convert: Callable[[str], Number],
    *,
    minimum: Number,
    maximum: Number,
) -> Number:
    value = text(name)
    if not value:
        return default
    expected = "a whole number" if convert is int else "a number"
    problem = ImproperlyConfigured(
        f"{name}={value!r} must be {expected} between {minimum} and {maximum}."
    )
    try:
        converted = convert(value)
    except ValueError:
        raise problem from None
    if not minimum <= converted <= maximum:  # and so no nan
        raise problem
    return converted
