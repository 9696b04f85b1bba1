"""What Django's admin sees of a group: names, permissions and form fields. The accounts database has none of it."""

from typing import Any, Self

from django.db import models

from dctech.moderation import Review
from groups import models as stored


class Group(models.Model):
    """A group as the admin's forms and lists have it; `item` is the one in DynamoDB."""

    group_id = models.CharField(primary_key=True, max_length=200, editable=False)
    name = models.CharField(max_length=200)
    website = models.URLField(max_length=2_000, null=True, blank=True)
    description = models.TextField(null=True, blank=True)
    categories = models.JSONField(null=True, blank=True)
    ical = models.URLField("feed", max_length=2_000, null=True, blank=True)
    fallback_url = models.URLField(
        "link for events without one", max_length=2_000, null=True, blank=True
    )
    timezone = models.CharField("time zone of the feed", max_length=64, null=True, blank=True)
    active = models.BooleanField(default=True, help_text="Read the feed and list the group.")
    scan_for_metadata = models.BooleanField("read the events' pages", default=False)
    suppress_urls = models.JSONField("links to leave out", null=True, blank=True)
    suppress_guid = models.BooleanField(
        "the feed's UIDs change", default=False, help_text="Know its events by what they say."
    )
    skip_phrases = models.JSONField("leave out titles with", null=True, blank=True)
    submitted_at = models.DateTimeField(editable=False)
    status = models.CharField(max_length=20, editable=False)

    class Meta:
        managed = False
        permissions = (("moderate_group", "Can moderate group"),)

    def __str__(self) -> str:
        return str(self.name or self.pk)

    @classmethod
    def from_item(cls, item: stored.Group) -> Self:
        """Return what the admin shows of an item, or of what an index projects of it."""
        names = (field.name for field in cls._meta.fields)
        group = cls(**{name: getattr(item, name, None) for name in names})
        group.item = item
        return group

    @classmethod
    def from_row(cls, row: Any) -> Self:
        """Return a row of a list: of an index, or of what waits to be reviewed."""
        if isinstance(row, Review):
            return cls(group_id=row.sort, name=row.title, submitted_at=row.at)
        return cls.from_item(row)
