"""Encodings, line ends and folding: the same calendar, however it is written."""

import pytest

from collector.ical import read_calendar
from tests.feeds import AUTUMN, NEW_YORK, body, read

PLAIN = body("simple")
NARROW = PLAIN.replace("\u2019".encode(), b"'")


def occurrences(content):
    return read_calendar(content, AUTUMN, zone=NEW_YORK).occurrences


def folded(content, width, line_end=b"\r\n"):
    """Fold at octets, as RFC 5545 does: characters may be split."""
    lines = []
    for line in content.split(b"\n"):
        parts = [line[at : at + width] for at in range(0, max(len(line), 1), width)]
        lines.append((line_end + b" ").join(parts))
    return line_end.join(lines)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(PLAIN, id="LF"),
        pytest.param(PLAIN.replace(b"\n", b"\r\n"), id="CRLF"),
        pytest.param(PLAIN.replace(b"\n", b"\r\r\n"), id="CR CR LF"),
        pytest.param(PLAIN.replace(b"\n", b"\r"), id="CR"),
        pytest.param(b"\xef\xbb\xbf" + PLAIN, id="UTF-8 with BOM"),
        pytest.param(PLAIN.decode().encode("utf-16"), id="UTF-16 with BOM"),
        pytest.param(PLAIN.decode().encode("utf-16-be"), id="UTF-16 BE without BOM"),
        pytest.param(PLAIN.decode().encode("utf-16-le"), id="UTF-16 LE without BOM"),
        pytest.param(PLAIN.decode().encode("cp1252"), id="cp1252"),
        pytest.param(PLAIN.replace(b"\n", b"\n\n"), id="blank lines"),
        pytest.param(PLAIN.replace(b"SUMMARY", b"SUM\0MARY"), id="NUL"),
        pytest.param(b"<!-- made by hand -->\n" + PLAIN, id="a comment before it"),
        *(
            pytest.param(folded(PLAIN, width, end), id=f"folded at {width} by {end!r}")
            for width in (7, 20, 75)
            for end in (b"\r\n", b"\n", b"\r\r\n")
        ),
    ],
)
def test_the_same_calendar_however_it_is_written(content):
    assert occurrences(content) == read("simple").occurrences


def test_latin_1_is_read_as_such():
    assert occurrences(NARROW.decode().encode("latin-1")) == occurrences(NARROW)


def test_a_stray_byte_spoils_no_character_beside_it():
    [occurrence] = occurrences(PLAIN.replace(b"SUMMARY:Zo", b"SUMMARY:\xe9 Zo"))
    assert occurrence.summary == "é Zoë\u2019s talk"
