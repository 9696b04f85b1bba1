"""The indexes of the Events table, and what each projects."""

from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from dctech.dynamodb import TimestampAttribute, WallTimeAttribute

ON_THE_PAGE = [
    "end_datetime",
    "all_day",
    "title",
    "excerpt",
    "url",
    "location",
    "location_type",
    "city",
    "region",
    "geo",
    "group_id",
    "group_name",
    "group_website",
    "cost",
    "categories",
    "event_status",
    "also_published_by",
    "sequence",
    "changed_at",
    "created_at",
    "sessions",
    "previous_start",
]
"""What a list of events shows. The description stays out: an index entry over 1 KB costs every write twice."""


class DateIndex(GlobalSecondaryIndex[Any]):
    """Listed events by region and time. Sparse: only a listed event has a `state`."""

    class Meta:
        index_name = "DateIndex"
        projection = IncludeProjection(ON_THE_PAGE)

    state = UnicodeAttribute(hash_key=True)
    start_datetime = WallTimeAttribute(range_key=True)


class GroupIndex(GlobalSecondaryIndex[Any]):
    """All events of a group, listed or not, with what a collection compares."""

    class Meta:
        index_name = "GroupIndex"
        projection = IncludeProjection(
            [
                *(name for name in ON_THE_PAGE if name not in {"group_id", "created_at", "geo"}),
                "state",
                "status",
                "uid",
                "recurrence_id",
                "feed_hash",
                "last_seen_date",
                "withdrawn_at",
                "hidden",
                "duplicate_of",
                "locks",
                "source_type",
                "version",
            ]
        )

    group_id = UnicodeAttribute(hash_key=True)
    start_datetime = WallTimeAttribute(range_key=True)


class StatusIndex(GlobalSecondaryIndex[Any]):
    """Every event by moderation status, oldest first: the queues."""

    class Meta:
        index_name = "StatusIndex"
        projection = IncludeProjection(
            ["title", "location", "group_name", "source_type", "region", "location_type", "url"]
        )

    status = UnicodeAttribute(hash_key=True)
    submitted_at = TimestampAttribute(range_key=True)
