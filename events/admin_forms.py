"""The review form of an event."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings

from dctech.admin.forms import ReviewForm, WallTimeField
from dctech.moderation.values import plain
from dctech.submissions.fields import Line, Lines, WebAddress
from dctech.submissions.markdown import described
from events import models as stored

HOW = [("in_person", "In person"), ("virtual", "Online"), ("hybrid", "In person and online")]
STATES = [
    ("", "As planned"),
    ("TENTATIVE", "Tentative"),
    ("POSTPONED", "Postponed"),
    ("CANCELLED", "Cancelled"),
]


class EventForm(ReviewForm):
    class Meta:
        field_classes = dict.fromkeys(("title", "city", "group_name", "cost"), Line)

    start_datetime = WallTimeField(label="Start")
    end_datetime = WallTimeField(
        label="End", required=False, help_text="All day: midnight after the last day."
    )
    location_type = forms.ChoiceField(label="How", choices=HOW)
    location = Line(label="Place", required=False, max_length=1_000)
    region = forms.ChoiceField(required=False)
    group_website = WebAddress(label="Group's website", required=False)
    url = WebAddress(label="Link", required=False)
    event_status = forms.ChoiceField(label="State", required=False, choices=STATES)
    categories = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"})
    )
    description = Lines(
        required=False, widget=forms.Textarea(attrs={"rows": 10}), max_length=100_000
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        event = self.instance
        if "categories" in self.fields:
            known = {each.slug: each.name for each in stored.Category.all()}
            known |= {slug: slug for slug in event.categories or () if slug not in known}
            self.fields["categories"].choices = list(known.items())
        if "region" in self.fields:
            codes = dict.fromkeys([*settings.SITE_REGIONS, *filter(None, [event.region])])
            self.fields["region"].choices = [("", "Elsewhere"), *((code, code) for code in codes)]
        if "event_status" in self.fields and event.event_status not in dict(STATES):
            states = (
                [*STATES, (event.event_status, event.event_status)]
                if event.event_status
                else STATES
            )
            self.fields["event_status"].choices = states

        if "end_datetime" in self.fields and self._days:
            days = "; ".join(_in_words(each) for each in self._days)
            end = self.fields["end_datetime"]
            end.help_text += f" Its days: {days}. Moving start and end alike moves them too; anything else drops them."

    @property
    def _days(self) -> list[dict[str, Any]]:
        """The days of a stored event with times of their own."""
        return self.instance.item.session_times if self.instance.pk else []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end = cleaned.get("start_datetime"), cleaned.get("end_datetime")
        if start and "end_datetime" in cleaned:
            if end and end < start:
                self.add_error("end_datetime", "It ends before it starts.")
                return cleaned
            span = _span(start, end or start, all_day=bool(cleaned.get("all_day")))
            for name, moment in zip(("start_datetime", "end_datetime"), span, strict=True):
                if cleaned[name] != moment:
                    cleaned[name] = moment
                    self.following.add(name)
        return cleaned

    @property
    def changes(self) -> dict[str, Any]:
        """What was typed; people's descriptions are Markdown, a feed's are text."""
        changes = super().changes
        if "description" in changes:
            text = changes["description"]
            if self.instance.source_type == "ical":
                changes |= {"description_html": None, "markdown": None}
            else:
                changes |= described(text)
        if self._days and changes.keys() & {"start_datetime", "end_datetime", "all_day"}:
            changes["sessions"] = self._moved_days()
        return changes

    def _moved_days(self) -> list[dict[str, str | None]] | None:
        """Return the days moved along with start and end; None where these say something else than before."""
        item, said = self.instance.item, self.cleaned_data
        by = said["start_datetime"] - item.start_datetime
        if said["end_datetime"] - item.end_datetime != by or said["all_day"] != item.all_day:
            return None
        return [
            {name: moment and plain(moment + by) for name, moment in each.items()}
            for each in self._days
        ]


def _in_words(day: dict[str, Any]) -> str:
    start, end = day["start"], day["end"]
    return f"{start:%a %b} {start.day}, {start:%H:%M}{f' to {end:%H:%M}' if end else ''}"


def _span(
    start: dt.datetime, end: dt.datetime, *, all_day: bool
) -> tuple[dt.datetime, dt.datetime]:
    """Return start and end as they are stored: whole days end at the midnight after the last one."""
    if not all_day:
        return start, end
    first = start.replace(hour=0, minute=0, second=0)
    last = end.replace(hour=0, minute=0, second=0)
    return first, last if last == end and last > first else last + dt.timedelta(days=1)
