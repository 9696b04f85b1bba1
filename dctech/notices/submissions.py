"""What people who submitted something are told: that it came, and what was decided or asked."""

import datetime as dt
import logging

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.dateformat import format as date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from dctech.models import History
from dctech.moderation import APPROVED, REJECTED, Moderated
from dctech.moderation.reviews import DISMISSED
from dctech.notices.channels import FAILURES, cause
from dctech.notices.mail import Message, one_line
from dctech.notices.moderators import heard_of

ASKED, ACCEPTED = "asked", "accepted"
SUBMITTER = "submitter"
TITLE = 100
"""Characters of a title: what a stranger typed goes to an address that nobody has confirmed."""

logger = logging.getLogger(__name__)


def received(item: Moderated, *, now: dt.datetime | None = None) -> None:
    """Send the receipt for a stored submission with its private link, and tell the moderators. Never fails."""
    _tell(item, "received")
    heard_of(item.object_id, now or timezone.now())


def decided(item: Moderated, record: History) -> None:
    """Tell the submitter what staff decided or asked, if the item is somebody's submission. Never fails."""
    proposal = record.action == DISMISSED and record.before  # else it is what trust had approved
    if record.by != SUBMITTER and (
        proposal or record.action in {APPROVED, REJECTED, ASKED, ACCEPTED}
    ):
        _tell(item, record.action, reason=record.reason or "")


def _tell(item: Moderated, what: str, reason: str = "") -> None:
    if not item.submitted_by or getattr(item, "source_type", "submission") == "ical":
        return
    try:
        validate_email(item.submitted_by)
    except ValidationError:
        # What an old site's file calls a submitter may be a user's name there.
        logger.info("%s has no e-mail address to write to", item.object_id)
        return
    try:
        _message(item, what, reason).send([item.submitted_by])
    except FAILURES as error:
        logger.warning(
            "The mail about %s (%s) was not sent: %s", item.object_id, what, cause(error)
        )


def _message(item: Moderated, what: str, reason: str) -> Message:
    with translation.override(settings.LANGUAGE_CODE):
        if what == ASKED:
            return _question(item)
        if what == REJECTED:
            return _rejection(item, reason)
        if what == APPROVED:
            return _approval(item)
        if what == ACCEPTED:
            return _acceptance(item)
        if what == DISMISSED:
            return _dismissal(item, reason)
        return _receipt(item)


def _receipt(item: Moderated) -> Message:
    if item.status == APPROVED:
        outcome, links = _("It is on the calendar already."), [_public(item)]
    else:
        outcome, links = _("People read each submission before it is on the calendar."), []
    return Message(
        _("Received: %s") % _title(item),
        [
            _("Thank you for your submission to %s.") % settings.SITE_NAME,
            _what(item),
            outcome,
            _(
                "Below is your own link: see there what becomes of it, change it or withdraw it. "
                "Whoever has the link can do so; keep it to yourself."
            ),
            _("If you have sent nothing, you need do nothing."),
        ],
        links=[_private(item), *links],
    )


def _approval(item: Moderated) -> Message:
    return Message(
        _("Published: %s") % _title(item),
        [_("Your submission is on the calendar."), _what(item)],
        links=[_public(item), _private(item)],
    )


def _rejection(item: Moderated, reason: str) -> Message:
    why = [_("The reason:")] if reason else []
    return Message(
        _("Not published: %s") % _title(item),
        [_("Your submission was not put on the calendar."), _what(item), *why],
        quoted=reason,
        links=[_private(item)],
    )


def _acceptance(item: Moderated) -> Message:
    return Message(
        _("Changed: %s") % _title(item),
        [_("What you proposed is on the calendar."), _what(item)],
        links=[_public(item), _private(item)],
    )


def _dismissal(item: Moderated, reason: str) -> Message:
    why = [_("The reason:")] if reason else []
    return Message(
        _("Not changed: %s") % _title(item),
        [_("What you proposed was not taken over; it stays as it was."), _what(item), *why],
        quoted=reason,
        links=[_public(item), _private(item)],
    )


def _question(item: Moderated) -> Message:
    return Message(
        _("A question about: %s") % _title(item),
        [
            _what(item),
            _("Before it can be decided, the moderators would like to know:"),
        ],
        quoted=(item.question or {}).get("text", ""),
        links=[(_("Answer here"), _private(item)[1])],
    )


def _title(item: Moderated) -> str:
    title = item.title if item.KIND == "event" else item.name  # type: ignore[attr-defined]
    return str(Truncator(one_line(title)).chars(TITLE))


def _what(item: Moderated) -> str:
    """Return the title, and of an event the day and time on the site's clock."""
    if item.KIND != "event":
        return _title(item)
    start = item.start_datetime  # type: ignore[attr-defined]
    day = date_format(start, _("l, F j, Y"))
    when = day if item.all_day else f"{day}, {date_format(start, 'P')}"  # type: ignore[attr-defined]
    return f"{_title(item)}\n{when} ({settings.SITE_TIMEZONE})"


def _public(item: Moderated) -> tuple[str, str]:
    names = [item.key, item.slug] if item.KIND == "event" else [item.slug]  # type: ignore[attr-defined]
    return _("On the calendar"), f"{settings.SITE_URL}{reverse(item.KIND, args=names)}"


def _private(item: Moderated) -> tuple[str, str]:
    from dctech.submissions.links import private_link  # noqa: PLC0415 - its views call this module

    return _("Your submission"), private_link(item)
