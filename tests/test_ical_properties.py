"""Whatever the bytes are, reading ends in a Reading or in NotACalendar."""

import random
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as some

from collector.ical import NotACalendar, read_calendar
from tests.feeds import AUTUMN, FOLDER, NEW_YORK

BODIES = [path.read_bytes() for path in sorted(FOLDER.glob("*.ics"))]
PIECES = [
    b"\n",
    b":",
    b";",
    b'"',
    b",",
    b"-1",
    b"9999",
    b"00010101T000000Z",
    b"99991231T235959",
    b"P99999999D",
    b"COUNT=99999999",
    b"INTERVAL=99999",
    b"BYSETPOS=-1",
    b"UNTIL=99991231T235959Z",
    b"FREQ=MINUTELY",
    b"VALUE=DATE",
    b"TZID=a",
    b"RECURRENCE-ID:",
    b"BEGIN:VEVENT\n",
    b"END:VEVENT\n",
    "٣".encode(),
    b"\xff",
    b"\0",
]
MUTATIONS = some.lists(
    some.tuples(some.floats(0, 1), some.integers(0, 12), some.sampled_from([b"", *PIECES])),
    max_size=12,
)


SEVERAL = [
    content
    for content in BODIES
    if content.count(b"BEGIN:VEVENT\n")
    == content.count(b"END:VEVENT\nEND:VCALENDAR") + content.count(b"END:VEVENT\nBEGIN")
    > 1
]


def read(content):
    return read_calendar(content, AUTUMN, zone=NEW_YORK)


@given(some.binary(max_size=400), some.booleans())
def test_arbitrary_bytes(content, begun):
    with suppress(NotACalendar):
        read(b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + content if begun else content)


@settings(deadline=None, max_examples=200)
@given(some.sampled_from(BODIES), MUTATIONS)
def test_mutated_calendars(content, mutations):
    for place, length, piece in mutations:
        at = int(place * len(content))
        content = content[:at] + piece + content[at + length :]
    with suppress(NotACalendar):
        read(content)


@settings(deadline=None)
@given(some.sampled_from(BODIES), some.randoms(use_true_random=False))
def test_folding_changes_nothing(content, chance: random.Random):
    pieces = []
    for line in content.split(b"\n"):
        at = chance.randrange(1, len(line)) if len(line) > 1 else 0
        pieces.append(line[:at] + b"\r\n " + line[at:] if at else line)
    if content.isascii() and b"\n\n" not in content:
        with suppress(NotACalendar):
            assert read(b"\r\n".join(pieces)).occurrences == read(content).occurrences


@settings(deadline=None)
@given(some.sampled_from(SEVERAL), some.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(content, chance: random.Random):
    head, *events = content.split(b"BEGIN:VEVENT\n")
    shuffled = [event.removesuffix(b"END:VCALENDAR\n") for event in events]
    chance.shuffle(shuffled)
    again = b"BEGIN:VEVENT\n".join([head, *shuffled]) + b"END:VCALENDAR\n"
    assert read(again).occurrences == read(content).occurrences
