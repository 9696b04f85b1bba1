"""The one transaction of an act: the item, its History record, the calendar's version and the tally, all or none."""

import random
import time
from collections.abc import Callable

from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from dctech.dynamodb import conflicted, lost_race, transaction
from dctech.freshness import pages
from dctech.models import CalendarVersion, History
from dctech.moderation.tallies import Tally

ATTEMPTS = 12
"""How often a transaction that met another is tried again: all of them share the calendar's version."""

PAUSE = 0.02
"""Seconds before the second attempt; each later one waits up to twice as long."""


class LostRace(Exception):  # noqa: N818 - it is the state of the item, not a fault
    """A condition does not hold: somebody else wrote first."""


def commit(writes: Callable[[TransactWrite], None], record: History) -> None:
    """Carry an act out and say that the calendar has changed; raise LostRace when a condition failed."""
    for attempt in range(ATTEMPTS):
        try:
            with transaction() as write:
                writes(write)
                write.save(record, condition=History.object_id.does_not_exist())
                CalendarVersion.bump_within(write)
                Tally.add(write, record)
        except TransactWriteError as error:
            if conflicted(error) and attempt < ATTEMPTS - 1:
                time.sleep(random.uniform(0, PAUSE * 2 ** min(attempt, 6)))  # noqa: S311 - spreads retries
                continue
            if lost_race(error):
                raise LostRace from error
            raise
        pages.forget_version()
        return
