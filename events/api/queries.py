"""What can be asked of lists of events, checked where it enters, and the filter that pages share."""

import datetime as dt
import re
from dataclasses import replace
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import QueryDict
from ninja import Schema
from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from dctech.api.problems import Problem
from events.filters import VALUES_AT_MOST, BadFilter, Filter
from events.periods import FIRST_YEAR, LAST_YEAR, Day, NoSuchPeriod

LIMIT, LIMIT_AT_MOST = 50, 200
REGION = "|".join(map(re.escape, settings.SITE_REGIONS))
SLUG = "[a-z0-9-]{1,80}"
RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+ -]\d\d:\d\d)", re.ASCII
)


def _day(text: str) -> str:
    try:
        Day.read(text)
    except NoSuchPeriod as error:
        raise ValueError(f"Write a day of {FIRST_YEAR} to {LAST_YEAR} like 2026-09-01.") from error
    return text


def _moment(text: str) -> str:
    moment_of(text)
    return text


def moment_of(text: str) -> dt.datetime:
    """Return the moment that a text names; a + that came as a space is one. Raises ValueError."""
    asked = ValueError("Write a moment with its offset, like 2026-09-01T12:00:00Z.")
    if not RFC_3339.fullmatch(text):
        raise asked
    date, clock = text[:10], text[11:].upper().replace(" ", "+")
    try:
        return dt.datetime.fromisoformat(f"{date}T{clock}").astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise asked from error


Date = Annotated[str, AfterValidator(_day), Field(json_schema_extra={"format": "date"})]
Moment = Annotated[str, AfterValidator(_moment), Field(json_schema_extra={"format": "date-time"})]


class PageQuery(Schema):
    limit: int = Field(LIMIT, ge=1, le=LIMIT_AT_MOST, description="How many to answer at most.")
    cursor: str | None = Field(
        None, max_length=2000, description="`next` of the page before, with the same filters."
    )


class EventsQuery(PageQuery):
    """Every filter that is given must hold. Those with several values, apart by commas, hold with any of them."""

    state: str | None = Field(
        None,
        pattern=f"^({REGION})(,({REGION}))*$",
        description=f"{', '.join(settings.SITE_REGIONS)}: one or several, with commas.",
        examples=[settings.SITE_REGIONS[-1]],
    )
    start_date: Date | None = Field(
        None, description="The first day. From now on, unless it is said.", examples=["2026-09-01"]
    )
    end_date: Date | None = Field(None, description="The last day, inclusive.")
    group_id: str | None = Field(
        None,
        min_length=1,
        max_length=500,
        description="Events that these groups hold or announce, with commas.",
    )
    category: str | None = Field(
        None,
        pattern=f"^{SLUG}(,{SLUG}){{0,{VALUES_AT_MOST - 1}}}$",
        description="Slugs, with commas.",
    )
    q: str | None = Field(
        None, max_length=200, description="Words of title, group, place or excerpt: all of them."
    )

    @field_validator("end_date")
    @classmethod
    def _in_order(cls, end_date: str | None, others: ValidationInfo) -> str | None:
        start_date = others.data.get("start_date")
        if start_date and end_date and end_date < start_date:
            raise ValueError(f"It is before the start_date {start_date}.")
        return end_date

    def filter(self, kind: str = "") -> Filter:
        """Return the filter that the site's pages have for the same."""
        said = QueryDict(mutable=True)
        fields = {"region": self.state, "category": self.category, "q": self.q, "kind": kind}
        said.update({name: value for name, value in fields.items() if value})
        # As they are: an address of the site leaves out what nobody can see, and then asks for every group.
        groups = [part.strip() for part in self.group_id.split(",")] if self.group_id else ()
        try:
            return replace(Filter.from_query(said), groups=tuple(groups))
        except BadFilter as error:
            raise Problem(422, str(error)) from error

    @property
    def narrow(self) -> bool:
        """Tell whether many of the events that are read may not be wanted."""
        beside = {"limit", "cursor", "state", "start_date", "end_date"}
        return any(self.dict(exclude=beside).values())

    @property
    def scope(self) -> dict[str, Any]:
        """What decides which events are in the list: a cursor is good for the same alone."""
        return self.dict(exclude={"limit", "cursor"})


class ChangesQuery(EventsQuery):
    location_type: Literal["in_person", "virtual", "hybrid"] | None = Field(
        None, description="Hybrid events are in person and virtual; `hybrid` names these alone."
    )
    updated_since: Moment | None = Field(
        None,
        description="Only what changed from this moment on, and `gone`; of the last 30 days. Goes without dates.",
        examples=["2026-09-01T12:00:00Z"],
    )
