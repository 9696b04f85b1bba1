"""How much one client, or one e-mail address, may submit: counters in DynamoDB, since a Lambda remembers nothing."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import salted_hmac
from pynamodb.attributes import NumberAttribute

from dctech.models import Operation

HOUR, DAY = 3_600, 86_400


@dataclass(frozen=True, slots=True)
class Standing:
    """How much of a limit is left to somebody, and for how many seconds, before it begins anew."""

    allowed: int
    left: int
    seconds: int


class TooMany(Exception):  # noqa: N818 - it is an answer to a person, not a fault
    """Somebody has used up a limit. `seconds` until it begins anew."""

    def __init__(self, standing: Standing) -> None:
        super().__init__(standing)
        self.standing, self.seconds = standing, standing.seconds


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

    def take(self, who: str, now: dt.datetime) -> Standing:
        """Count one more in a single write, so that no two take the last one; raise TooMany."""
        start = int(now.timestamp()) // self.seconds * self.seconds
        count = Count(f"limits#{self.what}", f"{hashed(self.what, who)}#{start}")
        end = dt.datetime.fromtimestamp(start + self.seconds, dt.UTC)
        count.update(actions=[Count.number.add(1), Count.ttl.set(end)])
        allowed = getattr(settings, self.allowed)
        seconds = start + self.seconds - int(now.timestamp())
        standing = Standing(allowed, max(0, allowed - int(count.number)), seconds)
        if count.number > allowed:
            raise TooMany(standing)
        return standing


FROM_ADDRESS = Limit("address", "SUBMISSIONS_PER_HOUR", HOUR)
FROM_EMAIL = Limit("email", "SUBMISSIONS_PER_EMAIL_AND_DAY", DAY)
FEED_READS = Limit("feed", "FEED_PREVIEWS_PER_HOUR", HOUR)
BY_KEY = Limit("key", "API_REQUESTS_PER_KEY_AND_HOUR", HOUR)


def hashed(what: str, who: str) -> str:
    digest = salted_hmac(f"dctech.limits.{what}", who.casefold(), algorithm="sha256")
    return str(digest.hexdigest()[:32])
