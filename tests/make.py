"""Objects for tests, with what the test does not care about filled in."""

import datetime as dt

from collector.announce import Announcement
from events.models import Event
from groups.models import Group

NOW = dt.datetime(2026, 9, 1, 16, tzinfo=dt.UTC)
"""Tuesday, noon in the site's zone."""

WALL = dt.datetime(2026, 9, 1, 12)
TOMORROW_EVENING = dt.datetime(2026, 9, 2, 18, 30)


def event(title="Python Night", start=TOMORROW_EVENING, hours=2, **more):
    """Return an unsaved, listed event of the group `pythons`."""
    values = {
        "end_datetime": start + dt.timedelta(hours=hours),
        "title": title,
        "url": "https://example.org/python-night",
        "location": "Town Hall, Arlington, VA",
        "region": "VA",
        "city": "Arlington",
        "group_id": "pythons",
        "group_name": "Pythons",
        "source_type": "ical",
        "uid": "python-night",
        "last_seen_date": NOW.date(),
        "status": "approved",
        "submitted_at": NOW,
        "created_at": NOW,
        "updated_at": NOW,
        "changed_at": NOW,
    } | more
    event_id = values.pop("event_id", None) or Event.identify(
        values["url"] or "", title, start, all_day=values.get("all_day", False)
    )
    made = Event(event_id, start, **values)
    made.state = made.state_if_listed()
    made.ttl = made.expiry()
    return made


def group(group_id="pythons", **more):
    """Return an unsaved, approved, active group."""
    values = {
        "slug": Group.slug_for(group_id),
        "name": group_id.title(),
        "website": f"https://{group_id}.example.org/",
        "ical": f"https://{group_id}.example.org/feed.ics",
        "status": "approved",
        "submitted_at": NOW,
        "created_at": NOW,
        "updated_at": NOW,
    } | more
    made = Group(group_id, **values)
    made.mark_activity()
    return made


def announcement(title="Python Night", start=TOMORROW_EVENING, **more):
    """Return what the feed of `pythons` says."""
    values = {
        "uid": "python-night",
        "recurrence_id": "",
        "end": start + dt.timedelta(hours=2),
        "all_day": False,
        "url": "https://example.org/python-night",
        "group_id": "pythons",
        "group_name": "Pythons",
        "group_website": "",
        "location": "Town Hall, Arlington, VA",
        "city": "Arlington",
        "region": "VA",
    } | more
    return Announcement(title=title, start=start, **values)
