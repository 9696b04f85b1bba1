"""Moderators hear of submissions: at most one notice in WINDOW, over all processes; what comes meanwhile is counted.

What still waits is told once a day beside.
"""

import datetime as dt
import logging
from collections.abc import Iterable
from itertools import islice
from typing import Self

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pynamodb.attributes import NumberAttribute
from pynamodb.exceptions import PynamoDBException, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from dctech.dynamodb import TimestampAttribute, lost_race
from dctech.models import Operation
from dctech.moderation import PENDING, Review
from dctech.notices.channels import FAILURES, Channel, cause, configured
from dctech.notices.mail import Message
from dctech.observability.runs import queue_age
from events.models import Event
from groups.models import Group

WINDOW = dt.timedelta(minutes=15)

A_DAY = dt.timedelta(hours=20)
"""Between two reminders at least: somewhat less than the schedule's day, and more than its tries at one."""

COUNTED = 100
"""How many of a queue are counted; beyond it a notice says "more than"."""

logger = logging.getLogger(__name__)


class Unannounced(Operation):
    """What moderators have not heard of yet: partition `notices`, sort `moderators`."""

    waiting = NumberAttribute(default=0)
    """Submissions since the last notice that went out."""
    last_sent = TimestampAttribute(null=True)
    """When somebody last undertook to send one."""
    last_reminder = TimestampAttribute(null=True)
    """When somebody last undertook to tell of what still waits."""

    @classmethod
    def moderators(cls) -> Self:
        return cls("notices", "moderators")

    def add(self, number: int) -> None:
        self.update(actions=[Unannounced.waiting.add(number)])

    def claim(self, now: dt.datetime) -> bool:
        """Undertake to send the notice of this window; False when there is nothing to tell, or somebody else has.

        The count stays until the notice is out: that of a process which dies on the way is told in the next window.
        """
        over = Unannounced.last_sent.does_not_exist() | (Unannounced.last_sent <= now - WINDOW)
        return self._set(Unannounced.last_sent.set(now), (Unannounced.waiting > 0) & over)

    def claim_reminder(self, now: dt.datetime) -> bool:
        """Undertake to send this day's reminder; False when somebody else has."""
        last = Unannounced.last_reminder
        return self._set(last.set(now), last.does_not_exist() | (last <= now - A_DAY))

    def _set(self, action: Action, condition: Condition) -> bool:
        """Tell whether the condition held."""
        try:
            self.update(actions=[action], condition=condition)
        except UpdateError as error:
            if lost_race(error):
                return False
            raise
        return True


def heard_of(object_id: str, now: dt.datetime) -> None:
    """Count a submission and tell the moderators if it is time to."""
    if not configured():
        return
    try:
        Unannounced.moderators().add(1)
    except PynamoDBException as error:
        logger.warning("Moderators will not hear of %s: %s", object_id, type(error).__name__)
        return
    tell_moderators(now)


def tell_moderators(now: dt.datetime) -> int:
    """Send what waits by every channel, if it is time to; return how many submissions the notice told of."""
    channels = configured()
    if not channels:
        return 0
    try:
        unannounced = Unannounced.moderators()
        if not unannounced.claim(now):
            return 0
        number = int(unannounced.waiting)
        message = _notice(number)
        outcomes = [_sent(name, channel, message) for name, channel in channels.items()]
        if not any(outcomes):
            return 0
        unannounced.add(-number)
    except PynamoDBException as error:
        logger.warning("Moderators could not be told: %s", type(error).__name__)
        return 0
    return number


def remind_moderators(now: dt.datetime) -> bool:
    """Tell by every channel what waits, once a day, and nothing when nothing does; return whether one took it."""
    channels = configured()
    if not channels:
        return False
    try:
        waiting = _waiting()
        if not waiting or not Unannounced.moderators().claim_reminder(now):
            return False
        message = _reminder(waiting, queue_age(now))
    except PynamoDBException as error:
        logger.warning("Moderators could not be reminded: %s", type(error).__name__)
        return False
    outcomes = [_sent(name, channel, message) for name, channel in channels.items()]
    return any(outcomes)


def _sent(name: str, channel: Channel, message: Message) -> bool:
    """Tell whether a channel took it."""
    try:
        channel(message)
    except FAILURES as error:
        logger.warning("Moderators were not told by %s: %s", name, cause(error))
        return False
    return True


def _notice(number: int) -> Message:
    """Return how much is new and how much waits, and where: nothing of what people sent."""
    with translation.override(settings.LANGUAGE_CODE):
        new = ngettext("%(number)d new submission", "%(number)d new submissions", number)
        return _message(f"{settings.SITE_NAME}: {new % {'number': number}}", _waiting())


def _reminder(waiting: list[str], seconds: float) -> Message:
    """Return how much waits, since when, and where."""
    days = int(seconds // 86_400)
    with translation.override(settings.LANGUAGE_CODE):
        if days:
            since = ngettext(
                "The oldest has waited for %(number)d day.",
                "The oldest has waited for %(number)d days.",
                days,
            )
            waiting = [*waiting, since % {"number": days}]
        return _message(f"{settings.SITE_NAME}: {_('what waits for moderators')}", waiting)


def _message(heading: str, waiting: list[str]) -> Message:
    return Message(
        heading,
        [f"{heading}.", *(["\n".join(waiting)] if waiting else [])],
        links=[(_("The queue"), f"{settings.SITE_URL}{reverse('admin:index')}")],
    )


def _waiting() -> list[str]:
    """Return a line for each queue that holds something."""
    with translation.override(settings.LANGUAGE_CODE):
        queues: list[tuple[str, Iterable[object]]] = [
            (
                _("Events that wait for a decision: %s"),
                Event.by_status.query(PENDING, limit=COUNTED + 1),
            ),
            (
                _("Groups that wait for a decision: %s"),
                Group.by_status.query(PENDING, limit=COUNTED + 1),
            ),
            (_("Published events to look at: %s"), Review.waiting(Event.KIND)),
            (_("Published groups to look at: %s"), Review.waiting(Group.KIND)),
        ]
        counted = [(words, _count(items)) for words, items in queues]
        return [words % count for words, count in counted if count]


def _count(items: Iterable[object]) -> str:
    found = sum(1 for _item in islice(items, COUNTED + 1))
    if found > COUNTED:
        return str(_("more than %d") % COUNTED)
    return str(found or "")
