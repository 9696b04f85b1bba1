"""How much one client, or one e-mail address, may submit: counters in DynamoDB, since a Lambda remembers nothing."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import salted_hmac
from pynamodb.attributes import NumberAttribute

from dctech.models import Operation

HOUR, DAY = 3_600, 86_400


class TooMany(Exception):  # noqa: N818 - it is an answer to a person, not a fault
    """Somebody has used up a limit. `seconds` until it begins anew."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Count(Operation):
    """How often in one window of time: partition `limits#<what>`, sort the hash of who, and the window's start.

    The hash is keyed with SECRET_KEY: nobody reads an address out of the table.
    """

    number = NumberAttribute(default=0)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `allowed` (the name of a setting) in each window of so many seconds."""

    what: str
    allowed: str
    seconds: int

    def take(self, who: str, now: dt.datetime) -> None:
        """Count one more in a single write, so that no two take the last one; raise TooMany."""
        start = int(now.timestamp()) // self.seconds * self.seconds
        count = Count(f"limits#{self.what}", f"{_hashed(self.what, who)}#{start}")
        end = dt.datetime.fromtimestamp(start + self.seconds, dt.UTC)
        count.update(actions=[Count.number.add(1), Count.ttl.set(end)])
        if count.number > getattr(settings, self.allowed):
            raise TooMany(start + self.seconds - int(now.timestamp()))


FROM_ADDRESS = Limit("address", "SUBMISSIONS_PER_HOUR", HOUR)
FROM_EMAIL = Limit("email", "SUBMISSIONS_PER_EMAIL_AND_DAY", DAY)
FEED_READS = Limit("feed", "FEED_PREVIEWS_PER_HOUR", HOUR)


def _hashed(what: str, who: str) -> str:
    digest = salted_hmac(f"dctech.limits.{what}", who.casefold(), algorithm="sha256")
    return str(digest.hexdigest()[:32])
