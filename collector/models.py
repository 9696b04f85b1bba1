"""The collector's own records in the Operations table: feeds, runs, and what was imported and waits."""

import datetime as dt
from typing import Self

from django.conf import settings
from pynamodb.attributes import NumberAttribute, UnicodeAttribute, VersionAttribute
from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from dctech.dynamodb import DateAttribute, JSONAttribute, TimestampAttribute, lost_race
from dctech.models import Operation

HISTORY_DAYS = 60
"""How long the records of single reads and runs are kept."""


class Leased(Operation):
    """What one collection at a time may have."""

    lease_owner = UnicodeAttribute(null=True)
    lease_until = TimestampAttribute(null=True)

    def lease(
        self, owner: str, now: dt.datetime, seconds: float, *, only: Condition | None = None
    ) -> bool:
        """Take it for `owner`; False while somebody else's lease runs. Reads the state anew when it is taken."""
        free = (
            Leased.lease_owner.does_not_exist()
            | (Leased.lease_owner == owner)
            | (Leased.lease_until < now)
        )
        until = now + dt.timedelta(seconds=seconds)
        return self.update_unless_lost(
            [Leased.lease_owner.set(owner), Leased.lease_until.set(until)],
            free if only is None else only & free,
        )

    def give_up(self, owner: str) -> None:
        """End the lease, unless somebody else has it meanwhile, and store nothing: it is read again."""
        self.update_unless_lost(
            [Leased.lease_owner.remove(), Leased.lease_until.remove()],
            Leased.lease_owner == owner,
        )

    def update_unless_lost(self, actions: list[Action], condition: Condition) -> bool:
        """Update it; False where the condition does not hold."""
        try:
            self.update(actions=actions, condition=condition)
        except UpdateError as error:
            if lost_race(error):
                return False
            raise
        return True


class Feed(Leased):
    """What is known of one feed between two reads: partition `feeds`, sort group_id."""

    etag = UnicodeAttribute(null=True)
    last_modified = UnicodeAttribute(null=True)
    sha256 = UnicodeAttribute(null=True)
    last_read_at = TimestampAttribute(null=True)
    """Unchanged reads later the same day are noted by their `Run` alone."""
    last_success_at = TimestampAttribute(null=True)
    success_date = DateAttribute(null=True)
    previous_success_date = DateAttribute(null=True)
    """The last day before `success_date` on which the feed could be read: absence is measured against it."""
    expanded_date = DateAttribute(null=True)
    """The last day on which the whole feed was read anew, so that newly visible weeks came in."""
    settings_hash = UnicodeAttribute(null=True)
    """The group's settings at the last reconciliation: a change of them is a reason to read again."""
    failures = NumberAttribute(default=0)
    """Failed reads since the last success."""
    last_error = UnicodeAttribute(null=True)
    occurrences = NumberAttribute(null=True)
    pages = JSONAttribute(null=True)
    """address -> [date checked, EventPage as a dict] where the group has scan_for_metadata"""

    @classmethod
    def of(cls, group_id: str) -> Self:
        """Return the feed's state, a fresh one if it was never read."""
        try:
            return cls.get("feeds", group_id, consistent_read=True)
        except cls.DoesNotExist:
            return cls("feeds", group_id)

    @classmethod
    def all(cls) -> dict[str, Self]:
        """Return every feed's state by group_id."""
        return {feed.sort: feed for feed in cls.query("feeds", consistent_read=True)}

    @classmethod
    def forget_content(cls, group_id: str) -> None:
        """Forget what the feed held, so that the next read of it counts as new."""
        cls("feeds", group_id).update_unless_lost(
            [cls.etag.remove(), cls.last_modified.remove(), cls.sha256.remove()],
            cls.partition.exists(),  # a feed that was never read has nothing to forget
        )

    def release(self, owner: str) -> bool:
        """Store the state and end the lease; False when the lease was lost meanwhile, and nothing is stored."""
        self.lease_owner = self.lease_until = None
        try:
            self.save(condition=Feed.lease_owner == owner)
        except PutError as error:
            if lost_race(error):
                return False
            raise
        return True


class CrossPost(Operation):
    """An event that this feed announces and another group has: partition `crossposts#<group_id>`, sort event_id.

    By its UID the event is known again when it moves; the group that has it decides when it is.
    """

    uid = UnicodeAttribute()
    recurrence_id = UnicodeAttribute(null=True)
    day = DateAttribute()
    """The day of the event: what is over needs not be announced any more."""

    @classmethod
    def of(cls, group_id: str) -> dict[str, Self]:
        """Return a group's cross-posts by event_id."""
        found = cls.query(f"crossposts#{group_id}", consistent_read=True)
        return {record.sort: record for record in found}


class FeedRead(Operation):
    """One read of one feed that changed something or failed: partition `feed#<group_id>`, sort the moment."""

    run = UnicodeAttribute()
    outcome = UnicodeAttribute()
    """`ok`, `unchanged` or the kind of error"""
    detail = UnicodeAttribute(null=True)
    counts = JSONAttribute(null=True)
    changes = JSONAttribute(null=True)
    """[[what, event_id, title], ...], the first hundred"""
    problems = JSONAttribute(null=True)


class Run(Operation):
    """One collection of many feeds: partition `runs`, sort the moment it began."""

    finished_at = TimestampAttribute()
    counts = JSONAttribute()
    """outcome of a feed, or kind of change -> how many"""
    failures = JSONAttribute(null=True)
    """group_id -> why"""
    units = JSONAttribute(null=True)
    """[read, written]: what DynamoDB bills for it, but for this record"""

    @classmethod
    def newest(cls) -> Self | None:
        return next(iter(cls.query("runs", scan_index_forward=False, limit=1)), None)

    @property
    def began_at(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self.sort.partition("#")[0])

    @property
    def day(self) -> dt.date:
        """The date on which it began, on the site's clock."""
        return self.began_at.astimezone(settings.SITE_ZONE).date()


class Overlay(Operation):
    """A moderator's correction from the old site, named by the old hash of an event: partition `overlays`.

    It waits until a collection meets that event, and then becomes locks of the event. One without fields stands for
    the target of a `duplicate_of`, which is known by its old hash alone until that target is met.
    """

    fields = JSONAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    imported = JSONAttribute(null=True)
    event_id = UnicodeAttribute(null=True)
    bound_at = TimestampAttribute(null=True)
    version = VersionAttribute()

    @classmethod
    def all(cls) -> dict[str, Self]:
        """Return every overlay by the old hash."""
        return {overlay.sort: overlay for overlay in cls.query("overlays", consistent_read=True)}


class Series(Operation):
    """An event with an RRULE and no feed: partition `series`. Its occurrences are put 90 days ahead at each run."""

    definition = JSONAttribute()
    """title, date, time, url, location, cost, description, categories, rrule"""
    imported = JSONAttribute(null=True)
    expanded_until = DateAttribute(null=True)
    """Occurrences before this day were put once: one that staff have deleted does not come back."""
    version = VersionAttribute()

    @classmethod
    def all(cls) -> list[Self]:
        return list(cls.query("series", consistent_read=True))
