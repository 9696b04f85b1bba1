"""What the values of the old site's files mean. A value that means nothing is kept as it is, with a warning."""

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from collector.live_site.files import BrokenFile, SourceFile, Value, parse

Warn: TypeAlias = Callable[[str], None]
Converter: TypeAlias = Callable[[Value, Warn], Any]

MINUTES_OF_A_DAY = 24 * 60
LAST_DAY = "9999-12-30"
_ZERO_WIDTH = re.compile(r"\s*[\u200b\u2060\ufeff]+\s*")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::00)?")
_YES, _NO = {"true", "yes", "on"}, {"false", "no", "off"}


class UnreadableError(ValueError):
    """A value does not mean what its key asks for; the message ends a sentence that begins with the key."""


@dataclass(frozen=True, slots=True)
class FileWarning:
    """Something an operator should look at. `message` never holds what is private."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(slots=True)
class Reading:
    """A file's values, converted; and what of it nobody could convert, as it stands there."""

    file: SourceFile
    values: dict[str, Any] = field(default_factory=dict)
    unknown: dict[str, Value] = field(default_factory=dict)
    warnings: list[FileWarning] = field(default_factory=list)

    def warn(self, key: str, message: str) -> None:
        self.warnings.append(FileWarning(self.file.name, self.file.lines.get(key, 1), message))

    def put_aside(self, key: str, message: str) -> None:
        """Keep a key's value unconverted, and say why."""
        self.values.pop(key, None)
        self.unknown[key] = self.file.fields[key]
        self.warn(key, message)

    def broken(self, key: str, message: str) -> BrokenFile:
        return BrokenFile(self.file.name, self.file.lines.get(key, 1), message)

    def imported(self) -> dict[str, Any]:
        """Return what is kept on the item so that nothing of the file is lost."""
        return {
            "file": self.file.name,
            "text": self.file.text,
            "comments": list(self.file.comments),
            "unknown": self.unknown,
        }


def read_keys(
    file: SourceFile, keys: Mapping[str, Converter], required: Collection[str] = ()
) -> Reading:
    """Convert the known keys of a file; raise BrokenFile when a required one is missing or unreadable."""
    reading = Reading(file)
    for key, value in file.fields.items():
        if key not in keys:
            reading.put_aside(key, f"{key} is not a key we know: kept as it is")
        elif value is None:
            reading.values[key] = None
        else:
            _convert(reading, key, value, keys[key])
    for key in required:
        if key in reading.unknown:
            raise reading.broken(key, reading.warnings[-1].message.partition(": kept")[0])
        if not reading.values.get(key):
            raise reading.broken(key, f"{key} is missing")
    return reading


def _convert(reading: Reading, key: str, value: Value, converter: Converter) -> None:
    try:
        reading.values[key] = converter(
            value, lambda message: reading.warn(key, f"{key} {message}")
        )
    except UnreadableError as error:
        reading.put_aside(key, f"{key} {error}: kept as it is")


def text(value: Value, _warn: Warn) -> str:
    if not isinstance(value, str):
        raise UnreadableError("is not text")
    return value


def one_line(value: Value, warn: Warn) -> str:
    """Return text without the blanks of no width that come with a copied address, and without those around it."""
    return _ZERO_WIDTH.sub(" ", text(value, warn)).strip()


def without_lost_breaks(address: str) -> str:
    """Return an address with commas where a blank of no width stands for a line break that was lost in copying.

    For finding the place: "8th Floor North\u200bMcLean, VA" is in McLean, not in North McLean.
    """
    return _ZERO_WIDTH.sub(", ", address)


def address(value: Value, warn: Warn) -> str:
    """Return an address of the web; anything else must not become a link."""
    url = text(value, warn).strip()
    if not re.fullmatch(r"https?://[^\s/]\S*", url, re.IGNORECASE):
        raise UnreadableError("is not an address that begins with http:// or https://")
    return url


def feed_address(value: Value, warn: Warn) -> str:
    if isinstance(value, str) and re.fullmatch(r"\s*webcals?://[^\s/]\S*\s*", value, re.IGNORECASE):
        return value.strip()
    return address(value, warn)


def boolean(value: Value, warn: Warn) -> bool:
    word = text(value, warn).lower()
    if word not in _YES | _NO:
        raise UnreadableError("is neither true nor false")
    return word in _YES


def day(value: Value, warn: Warn) -> str:
    """Return YYYY-MM-DD."""
    written = text(value, warn).strip()
    try:
        parsed = dt.date.fromisoformat(written).isoformat()
    except ValueError:
        parsed = ""
    # Python takes 20260531 as well, and no event can end after its last day.
    if parsed != written or parsed > LAST_DAY:
        raise UnreadableError("is not a date like 2026-05-31")
    return parsed


def clock(value: Value, warn: Warn) -> str:
    """Return HH:MM. A bare number is minutes since midnight: how YAML 1.1 reads an unquoted 10:00 and writes it."""
    written = text(value, warn).strip()
    if match := _CLOCK.fullmatch(written):
        return f"{int(match[1]):02}:{match[2]}"
    if re.fullmatch(r"0|[1-9]\d{0,3}", written) and int(written) < MINUTES_OF_A_DAY:
        hours, minutes = divmod(int(written), 60)
        warn(f"is {written}, read as {hours:02}:{minutes:02}")
        return f"{hours:02}:{minutes:02}"
    raise UnreadableError("is not a time like 18:30")


def times(value: Value, warn: Warn) -> str | dict[str, str] | None:
    """Return HH:MM; or day -> HH:MM where the days of a longer event have times of their own."""
    if isinstance(value, dict):
        return {day(key, warn): clock(item, warn) for key, item in sorted(value.items())} or None
    return clock(value, warn)


def words(value: Value, warn: Warn) -> list[str]:
    """Return a list of text; also of a list that was written as text ("[]"), and of a single word."""
    if isinstance(value, str):
        warn("is text where a list belongs")
        return _list_in_text(value)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise UnreadableError("is not a list of words")
    return [str(item) for item in value]


def suppressed(value: Value, warn: Warn) -> list[str] | bool | None:
    """Return the addresses to leave out, True where the feed's links are useless, None for neither."""
    if isinstance(value, str) and value.lower() in _YES | _NO:
        return boolean(value, warn) or None
    return words(value, warn)


def rule(value: Value, warn: Warn) -> str:
    """Return an RRULE's value, without the property's name before it."""
    written = text(value, warn).strip().upper().removeprefix("RRULE:")
    if not re.fullmatch(r"[A-Z0-9=;,+-]+", written) or "FREQ=" not in written:
        raise UnreadableError("is not a rule like FREQ=WEEKLY;BYDAY=TU")
    return written


def submitter(value: Value, warn: Warn) -> str | None:
    written = text(value, warn).strip()
    return None if written.casefold() in {"", "anonymous"} else written


def _list_in_text(value: str) -> list[str]:
    if not value.strip().startswith("["):
        return [value.strip()] if value.strip() else []
    try:
        inner = parse("", f"list: {value}").fields["list"]
    except BrokenFile:
        raise UnreadableError("is not a list of words") from None
    if not isinstance(inner, list) or not all(isinstance(item, str) for item in inner):
        raise UnreadableError("is not a list of words")
    return [str(item) for item in inner]
