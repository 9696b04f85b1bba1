"""What the API's answers about events look like, for its description and its tests."""

import datetime as dt
from typing import Literal

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field

EVENT_ID = "7b2f1c0a9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a"


class Answer(Schema):
    """An answer has all of its fields, always; what is not known is null."""

    model_config = ConfigDict(extra="forbid")


class Session(Answer):
    start: AwareDatetime
    end: AwareDatetime | None


class EventGroup(Answer):
    group_id: str = Field(examples=["dc-python"])
    name: str = Field(examples=["DC Python"])
    website: str | None = Field(examples=["https://dcpython.org/"])


class Publisher(EventGroup):
    url: str | None = Field(description="That group's own page of the event.")


class Event(Answer):
    event_id: str = Field(description="Never changes.", examples=[EVENT_ID])
    title: str = Field(examples=["Python Night"])
    excerpt: str | None = Field(description="The first words of the description.")
    start: AwareDatetime = Field(examples=["2026-09-02T18:30:00-04:00"])
    end: AwareDatetime = Field(
        description="Exclusive; equal to the start where nobody has said how long it takes.",
        examples=["2026-09-02T20:30:00-04:00"],
    )
    all_day: bool = Field(
        description="Only the dates count; the end is the midnight after the last day."
    )
    timezone: str = Field(
        description="The zone of all times here, the city's.", examples=["America/New_York"]
    )
    sessions: list[Session] = Field(
        description="Where the days of a longer event have their own times."
    )
    previous_start: AwareDatetime | None = Field(description="Where it was before it moved.")
    status: Literal["confirmed", "tentative", "cancelled", "postponed"]
    sequence: int = Field(description="Grows when time, place or status changes (RFC 5545).")
    url: str | None = Field(description="The organizer's page.")
    html_url: str = Field(description="The calendar's page.")
    ics_url: str = Field(description="The event as iCalendar.")
    location_type: Literal["in_person", "virtual", "hybrid"]
    location: str | None = Field(examples=["Town Hall, 1 Main Street, Arlington, VA"])
    city: str | None = Field(examples=["Arlington"])
    state: str | None = Field(
        description="One of the calendar's regions; null for what is online or elsewhere.",
        examples=["VA"],
    )
    group: EventGroup | None
    also_published_by: list[Publisher]
    categories: list[str] = Field(examples=[["python", "social"]])
    cost: str | None = Field(examples=["Free"])
    free: bool
    updated_at: AwareDatetime = Field(description="When what is said here last changed.")


class EventDetails(Event):
    description: str | None
    description_html: str | None = Field(description="Sanitised HTML.")
    own_timezone: str | None = Field(
        description="The event's own zone where it is another one; times are not in it."
    )
    geo: list[float] | None = Field(
        description="Latitude and longitude.", min_length=2, max_length=2
    )
    created_at: AwareDatetime


class Gone(Answer):
    event_id: str
    status: Literal["gone"]
    updated_at: AwareDatetime


class Events(Answer):
    events: list[Event]
    next: str | None = Field(
        description="Send it back as `cursor` for the rest; null on the last page. A page may be shorter than `limit`."
    )


class EventsAndGone(Events):
    gone: list[Gone] = Field(
        description="With `updated_since`: what has left the calendar, or does not match any more. Apply it first."
    )
    next_updated_since: AwareDatetime = Field(
        description="What to send as `updated_since` after the last page, to hear what has changed since the first."
    )


class Week(Answer):
    week: str = Field(examples=["2026-W36"])
    start_date: dt.date
    end_date: dt.date = Field(description="Inclusive.")
    previous: str | None
    next: str | None
    events: list[Event]


class City(Answer):
    name: str
    upcoming: int


class Location(Answer):
    state: str = Field(examples=["VA"])
    upcoming: int
    cities: list[City]


class Locations(Answer):
    days_ahead: int = Field(description="How far ahead is counted.")
    locations: list[Location]
    virtual: int = Field(description="Events online, hybrid ones included.")
    elsewhere: int


class Category(Answer):
    slug: str = Field(examples=["python"])
    name: str = Field(examples=["Python"])
    description: str | None
    html_url: str


class Categories(Answer):
    categories: list[Category]
