"""What Django's admin sees of an event: names, permissions and form fields. The accounts database has none of it."""

from typing import Any, Self

from django.db import models

from dctech.moderation import Review
from events import models as stored


class Event(models.Model):
    """An event as the admin's forms and lists have it; `item` is the one in DynamoDB."""

    event_id = models.CharField(primary_key=True, max_length=64, editable=False)
    title = models.CharField(max_length=500)
    start_datetime = models.DateTimeField("start")
    end_datetime = models.DateTimeField("end", null=True, blank=True)
    all_day = models.BooleanField(default=False)
    location_type = models.CharField("how", max_length=20, default="in_person")
    location = models.CharField("place", max_length=500, null=True, blank=True)
    city = models.CharField(max_length=100, null=True, blank=True)
    region = models.CharField(max_length=20, null=True, blank=True)
    group_name = models.CharField("group", max_length=200, null=True, blank=True)
    group_website = models.URLField("group's website", max_length=2_000, null=True, blank=True)
    url = models.URLField("link", max_length=2_000, null=True, blank=True)
    cost = models.CharField(max_length=100, null=True, blank=True)
    categories = models.JSONField(null=True, blank=True)
    event_status = models.CharField("state", max_length=20, null=True, blank=True)
    description = models.TextField(null=True, blank=True)
    submitted_at = models.DateTimeField(editable=False)
    source_type = models.CharField("source", max_length=20, editable=False)
    status = models.CharField(max_length=20, editable=False)

    class Meta:
        managed = False
        permissions = (("moderate_event", "Can moderate event"),)

    def __str__(self) -> str:
        return str(self.title or self.pk)

    @classmethod
    def from_item(cls, item: stored.Event) -> Self:
        """Return what the admin shows of an item, or of what an index projects of it."""
        names = (field.name for field in cls._meta.fields)
        event = cls(**{name: getattr(item, name, None) for name in names})
        event.description = item.markdown or item.description
        event.item = item
        return event

    @classmethod
    def from_row(cls, row: Any) -> Self:
        """Return a row of a list: of an index, or of what waits to be reviewed."""
        if isinstance(row, Review):
            return cls(event_id=row.sort, title=row.title, submitted_at=row.at)
        return cls.from_item(row)
