"""Days, ISO weeks and months: what an address says, what comes before and after, and a month as a grid."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Self

from django.urls import reverse

FIRST_YEAR, LAST_YEAR = 1970, 2200
"""Addresses reach no further, so that a crawler that follows "next" comes to an end."""

DAY = dt.timedelta(days=1)
WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class NoSuchPeriod(ValueError):  # noqa: N818 - it is what the address says
    """Week 54, month 13, the 30th of February, or a year out of bounds."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` up to, and without, `end`."""

    first: dt.date
    end: dt.date

    @classmethod
    def around(cls, date: dt.date) -> Self:
        """Return the period a date belongs to; raise NoSuchPeriod out of bounds."""
        raise NotImplementedError

    @property
    def previous(self) -> Self | None:
        return self._neighbour(self.first - DAY)

    @property
    def next(self) -> Self | None:
        return self._neighbour(self.end)

    def _neighbour(self, date: dt.date) -> Self | None:
        try:
            return self.around(date)
        except NoSuchPeriod:
            return None

    @property
    def last(self) -> dt.date:
        return self.end - DAY

    @property
    def starts(self) -> dt.datetime:
        """The first moment, as wall time."""
        return dt.datetime.combine(self.first, dt.time())

    @property
    def ends(self) -> dt.datetime:
        """The first moment after it, as wall time."""
        return dt.datetime.combine(self.end, dt.time())

    def __contains__(self, date: dt.date) -> bool:
        return self.first <= date < self.end


class Day(Period):
    @classmethod
    def around(cls, date: dt.date) -> Self:
        _bounded(date.year)
        return cls(date, date + DAY)

    @classmethod
    def read(cls, text: str) -> Self:
        """Read `2026-09-01`."""
        if not DATE.fullmatch(text):
            raise NoSuchPeriod(text)
        try:
            return cls.around(dt.date.fromisoformat(text))
        except ValueError as error:
            raise NoSuchPeriod(text) from error

    def get_absolute_url(self) -> str:
        return str(reverse("day", args=[self.first.isoformat()]))


class Week(Period):
    """An ISO week: from Monday, in the year that has its Thursday."""

    @classmethod
    def around(cls, date: dt.date) -> Self:
        _bounded(date.isocalendar().year)
        monday = date - date.weekday() * DAY
        return cls(monday, monday + 7 * DAY)

    @classmethod
    def read(cls, text: str) -> Self:
        """Read `2026-W36`."""
        said = WEEK.fullmatch(text)
        if said is None:
            raise NoSuchPeriod(text)
        try:
            return cls.around(dt.date.fromisocalendar(int(said[1]), int(said[2]), 1))
        except ValueError as error:
            raise NoSuchPeriod(text) from error

    @property
    def number(self) -> int:
        return self.first.isocalendar().week

    def get_absolute_url(self) -> str:
        return str(reverse("week", args=[f"{self.first:%G-W%V}"]))


class Month(Period):
    @classmethod
    def around(cls, date: dt.date) -> Self:
        _bounded(date.year)
        first = date.replace(day=1)
        return cls(first, (first + 31 * DAY).replace(day=1))

    @classmethod
    def read(cls, year: str, month: str) -> Self:
        """Read `2026`, `9`."""
        try:
            return cls.around(dt.date(int(year), int(month), 1))
        except ValueError as error:
            raise NoSuchPeriod(f"{year}/{month}") from error

    @property
    def grid(self) -> list[list[dt.date]]:
        """Whole weeks from Monday that cover the month."""
        return calendar.Calendar().monthdatescalendar(self.first.year, self.first.month)

    def get_absolute_url(self) -> str:
        return str(reverse("month", args=[self.first.year, self.first.month]))


def _bounded(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NoSuchPeriod(f"{year} is not between {FIRST_YEAR} and {LAST_YEAR}")
