"""Settings come from environment variables; these functions read one each and say what is wrong with it."""

import os
from collections.abc import Callable
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured

Number = TypeVar("Number", int, float)


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def number(name: str, default: int, *, minimum: int = 0) -> int:
    """Return a whole number; raise ImproperlyConfigured for anything else or less than `minimum`."""
    return _converted(name, default, int, f"a whole number of at least {minimum}", minimum)


def seconds(name: str, default: float, *, minimum: float = 0) -> float:
    """Return a number of seconds; raise ImproperlyConfigured for anything else."""
    return _converted(name, default, float, f"a number of at least {minimum}", minimum)


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


def words(name: str, default: str = "") -> list[str]:
    """Return a comma separated list without its blanks."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def _converted(
    name: str, default: Number, convert: Callable[[str], Number], expected: str, minimum: Number
) -> Number:
    value = text(name)
    if not value:
        return default
    try:
        converted = convert(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r} must be {expected}.") from None
    if converted < minimum:
        raise ImproperlyConfigured(f"{name}={value!r} must be {expected}.")
    return converted
