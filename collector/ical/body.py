"""From the bytes of a body to unfolded text, or the name of what it is instead of a calendar."""

import re

from collector.ical.records import NotACalendar

LINE_ENDS = re.compile(r"\r+\n?")
FOLDS = re.compile(r"\n[ \t]")
ESCAPED_BYTE = re.compile("[\udc80-\udcff]")
BEGIN_CALENDAR = re.compile(r"^BEGIN:VCALENDAR[ \t]*$", re.IGNORECASE | re.MULTILINE)
UTF16 = {
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
    b"B\0": "utf-16-le",
    b"\0B": "utf-16-be",
}
UTF8_MARK = b"\xef\xbb\xbf"
MESSAGES = {
    "empty": "The body is empty. Ask the organizer whether the feed has moved.",
    "compressed": "This is a compressed file. Use the address of the .ics file that is in it.",
    "html": "This is a web page, not a calendar: the address may need a sign-in, may have moved, or "
    "is the page about the calendar. Use the address behind its iCal or .ics link.",
    "xml": "This is XML, not a calendar. Use the address of an .ics (iCalendar) file.",
    "json": "This is JSON, often an error message of the host. Use the address of an .ics file.",
    "no-vcalendar": "There are events, but no BEGIN:VCALENDAR before them. Export the calendar anew.",
    "not-a-calendar": "There is no BEGIN:VCALENDAR in it. Use the address of an .ics file.",
}


def calendar_lines(body: bytes) -> str:
    """Return the body's physical lines, ended by a single line feed each and not yet unfolded.

    Bytes that are not UTF-8 are still escaped (PEP 383): a character may be split by a fold.
    Raises NotACalendar.
    """
    if encoding := UTF16.get(body[:2]):
        text = body.decode(encoding, "replace").lstrip("\ufeff")
    else:
        text = body.removeprefix(UTF8_MARK).decode("utf-8", "surrogateescape")
    if "\0" in text:
        text = text.replace("\0", "")
    if "\r" in text:
        text = LINE_ENDS.sub("\n", text)
    if not BEGIN_CALENDAR.search(text) and not BEGIN_CALENDAR.search(FOLDS.sub("", text)):
        raise refusal(body, text)
    return text


def unfolded(lines: str) -> str:
    """Join folded lines and decode what was not UTF-8: characters split by a fold, then cp1252."""
    text = FOLDS.sub("", lines)
    if not ESCAPED_BYTE.search(text):
        return text
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
    return ESCAPED_BYTE.sub(
        lambda found: bytes([ord(found.group()) - 0xDC00]).decode("cp1252", "replace"), text
    )


def refusal(body: bytes, text: str) -> NotACalendar:
    """Say what a body without BEGIN:VCALENDAR is, as far as its beginning tells."""
    beginning = text[:2000].strip().lower()
    if not beginning:
        kind = "empty"
    elif body.startswith((b"\x1f\x8b", b"PK\x03\x04")):
        kind = "compressed"
    elif beginning.startswith(("<!doctype html", "<html")) or "<head" in beginning:
        kind = "html"
    elif beginning.startswith("<"):
        kind = "xml"
    elif beginning.startswith(("{", "[")):
        kind = "json"
    elif "begin:vevent" in beginning:
        kind = "no-vcalendar"
    else:
        kind = "not-a-calendar"
    return NotACalendar(kind, MESSAGES[kind])
