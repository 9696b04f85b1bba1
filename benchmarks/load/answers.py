"""The pages that are read, and how an answer is known to be the right one: whole, of its address, and not too old."""

import hashlib
import re
from dataclasses import dataclass

from benchmarks.load.truth import Truth

HTML, OK, NOT_MODIFIED, NOT_FOUND = "text/html; charset=utf-8", 200, 304, 404

ROOM = re.compile(rb"Room (\d+) of the Load Hall")
TITLE = re.compile(rb"Collected (\d+) times")
TOGGLED = b"Now and again"
"""What a moderator edits, a feed renames, and a moderator rejects and approves."""


@dataclass(frozen=True, slots=True)
class Page:
    """An address, how often it is asked for, and what no other page's answer has."""

    path: str
    weight: int
    mark: str
    kind: str = HTML
    end: bytes = b"</html>\n"
    lists: bool = False
    """Whether it lists what changes."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    sent: float
    received: float


@dataclass(frozen=True, slots=True)
class Said:
    """What an answer says of what changes."""

    rooms: frozenset[int]
    titles: frozenset[int]
    toggled: int | None

    @classmethod
    def by(cls, page: Page, body: bytes) -> "Said":
        listed = (OK if TOGGLED in body else NOT_FOUND) if page.lists else None
        return cls(_numbers(ROOM, body), _numbers(TITLE, body), listed)


@dataclass(frozen=True, slots=True)
class Truths:
    room: Truth
    title: Truth
    toggled: Truth
    """The status that the event's page has."""

    def faults(self, said: Said, answer: Answer) -> list[str]:
        """Return what an answer says that nobody may read any more, or yet."""
        moments = answer.sent, answer.received
        found = []
        for name, truth, values in (
            ("room", self.room, said.rooms),
            ("title", self.title, said.titles),
            ("toggled", self.toggled, set() if said.toggled is None else {said.toggled}),
        ):
            if wrong := values - (allowed := truth.allowed(*moments)):
                found.append(f"{name} {sorted(wrong)}, not of {sorted(allowed)}")
        return found


def faults(page: Page, answer: Answer, kept: Said | None, truths: Truths) -> list[str]:
    """Return what is wrong with an answer. `kept` is what the reader has, whose ETag was sent."""
    if answer.status == NOT_MODIFIED and kept:
        return truths.faults(kept, answer)
    if page.path.endswith("/now-and-again/") and answer.status in {OK, NOT_FOUND}:
        said = Said(frozenset(), frozenset(), answer.status)
        return truths.faults(said, answer) + (_of_page(page, answer) if answer.status == OK else [])
    if answer.status != OK:
        return [f"status {answer.status}"]
    said = Said.by(page, answer.body)
    missing = ["what changes is missing"] if page.lists and not (said.rooms and said.titles) else []
    return [*_of_page(page, answer), *missing, *truths.faults(said, answer)]


def _of_page(page: Page, answer: Answer) -> list[str]:
    digest = hashlib.sha256(answer.body).hexdigest()[:32]
    checks = {
        f"it is {answer.headers.get('content-type')}": page.kind
        == answer.headers.get("content-type"),
        "its ETag is another body's": answer.headers.get("etag") == f'"{digest}"',
        "it ends early": answer.body.endswith(page.end),
        "it is another page": page.mark.encode() in answer.body,
        "it is an old copy": "warning" not in answer.headers,
    }
    return [what for what, good in checks.items() if not good]


def _numbers(pattern: re.Pattern[bytes], body: bytes) -> frozenset[int]:
    return frozenset(int(number) for number in pattern.findall(body))
