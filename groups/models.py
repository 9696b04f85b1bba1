"""Groups: who announces events, and where their feeds are."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.utils.text import slugify
from pynamodb.attributes import BooleanAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from dctech.dynamodb import JSONAttribute, TextListAttribute, TimestampAttribute
from dctech.moderation import APPROVED, Act, Moderated


class StatusIndex(GlobalSecondaryIndex["Group"]):
    """Every group by moderation status, oldest first: the queues."""

    class Meta:
        index_name = "StatusIndex"
        projection = IncludeProjection(["name", "website", "ical", "active"])

    status = UnicodeAttribute(hash_key=True)
    submitted_at = TimestampAttribute(range_key=True)


class ActiveApprovedIndex(GlobalSecondaryIndex["Group"]):
    """Active, approved groups by name, with what pages show and the collector goes by.

    Sparse: the others have no `active_approved`. Who submitted it, and its file of the old site, stay out.
    """

    class Meta:
        index_name = "ActiveApprovedIndex"
        projection = IncludeProjection(
            [
                "slug",
                "website",
                "ical",
                "fallback_url",
                "timezone",
                "active",
                "status",
                "scan_for_metadata",
                "categories",
                "suppress_urls",
                "suppress_guid",
                "skip_phrases",
                "version",
            ]
        )

    active_approved = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute(range_key=True)


class Group(Moderated):
    """A community that holds events."""

    KIND = "group"

    class Meta(Moderated.TableMeta):
        table_name = settings.GROUPS_TABLE_NAME

    group_id = UnicodeAttribute(hash_key=True)
    slug = UnicodeAttribute()
    """Its place in addresses; the group_id itself where that is a clean slug."""
    name = UnicodeAttribute()
    website = UnicodeAttribute(null=True)
    ical = UnicodeAttribute(null=True)
    fallback_url = UnicodeAttribute(null=True)
    """Where an event without a link of its own leads."""
    timezone = UnicodeAttribute(null=True)
    """Zone of floating times in a feed that names none; the site's zone when absent."""
    active = BooleanAttribute(default=True)
    scan_for_metadata = BooleanAttribute(default=False)
    categories = TextListAttribute(null=True)
    suppress_urls = JSONAttribute(null=True)
    """A list of event addresses to leave out, or True: the feed's links are useless, link to the group instead."""
    suppress_guid = BooleanAttribute(default=False)
    """The feed's UIDs change from read to read: know its events by their content alone."""
    skip_phrases = TextListAttribute(null=True)
    """Events whose title contains one of these are left out."""

    description = UnicodeAttribute(null=True)
    active_approved = UnicodeAttribute(null=True)
    imported = JSONAttribute(null=True)

    by_status = StatusIndex()
    by_activity = ActiveApprovedIndex()

    @classmethod
    def find(cls, key: str) -> "Group | None":
        try:
            return cls.get(key, consistent_read=True)
        except cls.DoesNotExist:
            return None

    @property
    def key(self) -> str:
        return self.group_id

    @property
    def label(self) -> str:
        return self.name

    def settled(self, changes: Mapping[str, Any], _act: Act) -> dict[str, Any]:
        """Return `changes` and the key of the sparse index that follows from them."""
        after = Group(**{**self.attribute_values, **changes})
        after.mark_activity()
        return {**changes, "active_approved": after.active_approved}

    @classmethod
    def active_and_approved(cls, since: str = "", at_once: int | None = None) -> Iterator["Group"]:
        """Return the groups the public sees and the collector reads, by name, from this name on."""
        later = cls.name >= since if since else None
        return cls.by_activity.query("true_approved", later, page_size=at_once)

    @classmethod
    def with_feeds(cls) -> list["Group"]:
        return [group for group in cls.active_and_approved() if group.ical]

    @staticmethod
    def slug_for(group_id: str) -> str:
        return slugify(group_id.replace("_", "-")) or "group"

    def mark_activity(self) -> None:
        """Set the key of the sparse index to what `active` and `status` say."""
        self.active_approved = "true_approved" if self.active and self.status == APPROVED else None
