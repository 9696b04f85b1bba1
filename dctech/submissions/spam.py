"""What tells people from programs without asking people anything: a field to leave empty, and a form's age."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from django.core import signing
from django.utils.translation import gettext as _

QUICKEST = 3
"""Seconds in which nobody fills in a form."""

OLDEST = 24 * 60 * 60
"""Seconds after which a form is signed anew."""

HONEYPOT, BEGUN = "subject", "begun"


@dataclass(frozen=True, slots=True)
class Guard:
    """`begun` is for the form's hidden field; `objection` why what was sent is not taken yet, "" where it is."""

    begun: str
    objection: str = ""

    @classmethod
    def fresh(cls, now: dt.datetime, objection: str = "") -> Self:
        return cls(_signer().sign(str(int(now.timestamp()))), objection)

    @classmethod
    def of(cls, sent: Mapping[str, str], now: dt.datetime) -> Self:
        """Look at what was sent. Whatever is wrong, sending the same form once more mends it for a person."""
        begun = sent.get(BEGUN, "")
        try:
            age = now.timestamp() - int(_signer().unsign(begun))
        except (signing.BadSignature, ValueError):
            return cls.fresh(now, _("Please look it over and send it again."))
        if sent.get(HONEYPOT):
            return cls(
                begun, _("The field “Leave this empty” has to be empty. Please send it again.")
            )
        if age > OLDEST:
            return cls.fresh(
                now,
                _("The form was open for more than a day. Please look it over and send it again."),
            )
        if age < QUICKEST:
            return cls(begun, _("That was very quick. Please look it over and send it again."))
        return cls(begun)


def _signer() -> signing.Signer:
    return signing.Signer(salt="dctech.submissions.begun")
