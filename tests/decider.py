"""A process that decides, for tests that kill it: `python -m tests.decider approve <key>`, or `loop <key> <key>`."""

import datetime as dt
import sys
from collections.abc import Sequence
from itertools import count

import django

if __name__ == "__main__":
    django.setup()

from dctech.moderation import Act
from dctech.submissions import acts
from dctech.submissions.acts import SUBMITTER
from events.models import Event
from tests import make
from tests.make import NOW, TOMORROW_EVENING

LATER = TOMORROW_EVENING + dt.timedelta(days=1)
BOB = Act("user:bob", NOW + dt.timedelta(minutes=5), reason="Because")
KIM = Act(SUBMITTER, BOB.now)
MOVED = {"title": "Moved", "start_datetime": LATER, "end_datetime": LATER}


def newest(event):
    return next(event.history())


ACTS = {
    "approve": lambda event: event.approve(BOB),
    "approve-and-move": lambda event: event.approve(BOB, MOVED),
    "reject": lambda event: event.reject(BOB),
    "ask": lambda event: event.change("asked", BOB, {"question": {"text": "Why?"}}),
    "edit": lambda event: event.edit(BOB, {"title": "Edited"}),
    "undo": lambda event: event.undo(newest(event), BOB),
    "restore": lambda event: event.restore(list(event.history())[-1].entry_id, BOB),
    "delete": lambda event: event.remove(BOB),
    "withdraw": lambda event: acts.withdraw(event, KIM),
    "propose": lambda event: acts.edit(event, KIM, {"title": "Proposed"}, event.title),
}
"""What is done to an event that is there"""


def decide(what: str, key: str) -> None:
    if what == "send":
        event = make.event("Sent", source_type="submission", group_id=None, uid=None)
        acts.send(event, KIM, event.title)
    elif what == "revive":
        Event.revive(next(Event(key, TOMORROW_EVENING).history()), BOB)
    else:
        ACTS[what](Event.find(key))


def loop(keys: Sequence[str]) -> None:
    """Decide for ever, with a line on standard output after each decision."""
    for number in count():
        event = Event.find(keys[number % len(keys)])
        act = Act("user:bob", dt.datetime.now(dt.UTC), reason="Because")
        (event.reject if event.status == "approved" else event.approve)(act)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "loop":
        loop(sys.argv[2:])
    else:
        decide(*sys.argv[1:])
