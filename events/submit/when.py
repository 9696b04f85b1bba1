"""When an event is, as a form says it: one day or several, with times or without, in any zone."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import LONGEST
from events.submit.times import SkippedTime, Span, moment, span, wall, whole_days

FURTHEST = dt.timedelta(days=2 * 366)
"""A date further away is taken for a slip of the finger."""

MORE_DAYS = range(2, 8)
"""The days after the first that have fields of their own."""


class Day(forms.DateField):
    def __init__(self, **more: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(input_formats=["%Y-%m-%d"], widget=widget, **more)


class Time(forms.TimeField):
    def __init__(self, **more: Any) -> None:
        widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        super().__init__(input_formats=["%H:%M", "%H:%M:%S"], widget=widget, required=False, **more)


class WhenForm(forms.Form):
    """What is valid holds `span` (events.submit.times) and `sessions`, [Span] where days have times of their own."""

    date = Day(label=gettext_lazy("Date"))
    time = Time(label=gettext_lazy("Begins at"))
    end_time = Time(label=gettext_lazy("Ends at"))
    end_date = Day(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Only if it goes on past midnight, or for several days."),
    )
    all_day = forms.BooleanField(label=gettext_lazy("All day"), required=False)
    timezone = forms.ChoiceField(label=gettext_lazy("Time zone"), required=False)

    def __init__(self, *args: Any, now: dt.datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        self.now = wall(now)
        self.span: Span | None = None
        self.sessions: list[Span] = []
        for number in MORE_DAYS:
            self.fields[f"date_{number}"] = Day(label=gettext_lazy("Date"), required=False)
            self.fields[f"time_{number}"] = Time(label=gettext_lazy("Begins at"))
            self.fields[f"end_time_{number}"] = Time(label=gettext_lazy("Ends at"))
        zones = sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")
        self._choose("timezone", [(zone, zone.replace("_", " ")) for zone in zones])
        self.fields["timezone"].initial = settings.SITE_TIMEZONE

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def more_days(self) -> Iterator[tuple[int, list[BoundField]]]:
        """Yield the days after the first, each with its fields."""
        for number in MORE_DAYS:
            names = (f"date_{number}", f"time_{number}", f"end_time_{number}")
            yield number, [self[name] for name in names]

    @property
    def says_more_days(self) -> bool:
        return any(field.value() or field.errors for _n, day in self.more_days() for field in day)

    def clean_timezone(self) -> ZoneInfo:
        return ZoneInfo(self.cleaned_data["timezone"] or settings.SITE_TIMEZONE)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = self.cleaned_data
        for name in ("date", "end_date", *(f"date_{number}" for number in MORE_DAYS)):
            self._check_date(name, said.get(name))
        if not self._failed():
            try:
                self._read_when(said)
            except forms.ValidationError as error:
                self.add_error(None, error)
        return said

    def _more_names(self) -> list[str]:
        return [field.name for _number, day in self.more_days() for field in day]

    def _failed(self) -> bool:
        """Tell whether something is wrong with the time."""
        names = ("date", "time", "end_time", "end_date", "all_day", "timezone")
        return any(name in self.errors for name in (*names, *self._more_names()))

    def _check_date(self, name: str, date: dt.date | None) -> None:
        if date and date > self.now.date() + FURTHEST:
            self.add_error(name, _("That is more than two years ahead. Is the year right?"))
        elif date and date < self.now.date() - LONGEST:
            self.add_error(name, _("That date has passed."))

    def _read_when(self, said: dict[str, Any]) -> None:
        if said["all_day"]:
            self.span = self._whole_days(said)
        else:
            self.sessions = list(self._times(said))
            self.span = self._from_first_to_last()
        if self.span is None or self._failed():
            return
        if max(self.span.end, self.span.start) <= self.now:
            self.add_error("date", _("That has passed: it would be over already."))
        elif self.span.end - self.span.start > LONGEST:
            last = "end_date" if said["end_date"] else self._last_date(said)
            self.add_error(last, _("It may last 31 days at most."))

    def _last_date(self, said: dict[str, Any]) -> str:
        return max((f"date_{n}" for n in MORE_DAYS if said[f"date_{n}"]), default="date")

    def _whole_days(self, said: dict[str, Any]) -> Span | None:
        if any(said[name] for name in self._more_names()):
            self.add_error(
                "all_day", _("All day on several days: give the date and the last day alone.")
            )
            return None
        last = said["end_date"] or said["date"]
        if last < said["date"]:
            self.add_error("end_date", _("The last day is before the first."))
            return None
        return whole_days(said["date"], last)

    def _times(self, said: dict[str, Any]) -> Iterator[Span]:
        """Yield the times of each day that was filled in."""
        for number in (1, *MORE_DAYS):
            suffix = "" if number == 1 else f"_{number}"
            date, time = said[f"date{suffix}"], said[f"time{suffix}"]
            if date and not time:
                self.add_error(f"time{suffix}", _("Say when it begins, or choose “All day”."))
            elif time and not date:
                self.add_error(f"date{suffix}", _("Say on which day."))
            elif date and (found := self._session(said, suffix)):
                yield found

    def _session(self, said: dict[str, Any], suffix: str) -> Span | None:
        date, end_time = said[f"date{suffix}"], said[f"end_time{suffix}"]
        last = (said["end_date"] if not suffix else None) or date
        zone = said["timezone"]
        start = self._moment(f"time{suffix}", date, said[f"time{suffix}"], zone)
        if last != date and not end_time:
            self.add_error("end_time", _("Say at what time it ends on the last day."))
            return None
        end = self._moment(f"end_time{suffix}", last, end_time, zone) if end_time else start
        if start is None or end is None:
            return None
        if end.astimezone(dt.UTC) < start.astimezone(dt.UTC) or (end_time and end == start):
            name = "end_date" if last < date else f"end_time{suffix}"
            self.add_error(
                name,
                _(
                    "It ends before it begins. If it goes on past midnight, give the last day as well."
                ),
            )
            return None
        return span(start, end)

    def _moment(self, name: str, day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime | None:
        try:
            return moment(day, time, zone)
        except SkippedTime as skipped:
            self.add_error(
                name,
                _(
                    "There is no such time on that day: the clocks go forward, and show %(time)s instead."
                )
                % {"time": f"{skipped.shown:%H:%M}"},
            )
            return None

    def _from_first_to_last(self) -> Span | None:
        if self._failed() or not self.sessions:
            return None
        if len(self.sessions) > 1 and self.cleaned_data["end_date"]:
            self.add_error(
                "end_date", _("Give either a last day, or the other days with their times.")
            )
            return None
        self.sessions.sort(key=lambda session: session.start)
        for before, after in zip(self.sessions, self.sessions[1:], strict=False):
            if after.start < before.end or after.start == before.start:
                raise forms.ValidationError(_("Two of the days overlap."))
        return Span(self.sessions[0].start, self.sessions[-1].end)
