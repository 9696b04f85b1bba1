"""Who submits: anybody, or somebody with an account, whose verified e-mail address is then theirs to use."""

import datetime as dt
from dataclasses import dataclass
from typing import Self

from django.conf import settings
from django.http import HttpRequest
from pynamodb.attributes import UnicodeAttribute

from dctech.dynamodb import TimestampAttribute
from dctech.models import Operation


class TrustedSubmitter(Operation):
    """Somebody whose submissions are published at once: partition `trusted`, sort the id of their account.

    By the account and never by the e-mail address alone, which anybody may type.
    """

    email = UnicodeAttribute()
    by = UnicodeAttribute()
    """Who marked them: `user:<name>`"""
    at = TimestampAttribute()

    @classmethod
    def all(cls) -> list[Self]:
        return list(cls.query("trusted", consistent_read=True))

    @classmethod
    def find(cls, user_id: object) -> Self | None:
        try:
            return cls.get("trusted", str(user_id), consistent_read=True)
        except cls.DoesNotExist:
            return None

    @classmethod
    def trust(cls, user_id: object, email: str, *, by: str, now: dt.datetime) -> Self:
        """Mark somebody."""
        trusted = cls("trusted", str(user_id), email=email, by=by, at=now)
        trusted.save()
        return trusted


@dataclass(frozen=True, slots=True)
class Person:
    """`email` is the verified address of an account; "" where somebody has none."""

    email: str = ""
    trusted: bool = False


def person(request: HttpRequest) -> Person:
    """Return who asks. Without a session cookie nobody asks the accounts database."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return Person()
    from allauth.account.models import EmailAddress  # noqa: PLC0415 - anonymous pages never load it

    verified = EmailAddress.objects.filter(user=request.user, verified=True)
    address = verified.order_by("-primary").first()
    if address is None:
        return Person()
    return Person(address.email, trusted=TrustedSubmitter.find(request.user.pk) is not None)
