"""Three calendars to walk over: made up and with every kind of event, real, and without anything."""

import datetime as dt
import io
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone

from collector.collect import collect
from collector.live_site.migration import import_site
from events.models import Category, Event
from groups.models import Group
from tests import make
from tests.servers import FeedServer, ok

LONG = "Supercalifragilisticexpialidocious" * 6
DAY = dt.timedelta(days=1)
DESCRIPTION = f"""<h2>Agenda</h2><p>Doors, <a href="https://example.org/{LONG}">{LONG}</a>.</p>
<ul><li>One</li><li>Two</li></ul><pre>{LONG}</pre><table><tbody><tr><td>{LONG}</td></tr></tbody></table>"""

KINDS = {
    "cancelled": {"event_status": "CANCELLED"},
    "postponed": {"event_status": "POSTPONED"},
    "moved": {"previous_start": dt.datetime(2026, 9, 2, 18, 30)},
    "several-days": {"hours": 57},
    "all-day": {"all_day": True, "hours": 24},
    "all-day-fair": {"all_day": True, "hours": 72},
    "virtual": {"location_type": "virtual", "location": "https://meet.example.org/room"},
    "hybrid": {"location_type": "hybrid", "cost": "Free"},
    "nowhere": {"location": None, "region": None, "city": None, "group_name": None},
    "long": {"title": LONG, "location": LONG, "group_name": LONG, "cost": LONG},
    "told": {"description": "<p>", "description_html": DESCRIPTION},
    "right-to-left": {"title": 'לילה של פייתון < & > "quoted"', "location": "תל אביב"},
    "cross-post": {"also_published_by": [{"group_id": "data", "group_name": "Data"}]},
}
"""One event of each: what differs from `make.event`."""


def today() -> dt.date:
    return timezone.now().astimezone(settings.SITE_ZONE).date()


def sample() -> dict[str, Event]:
    """Load the sample city and an event of each kind; return these, and one that is over, by their kind."""
    with io.StringIO() as unread:
        call_command("load_sample", stdout=unread)
        call_command("collect_feeds", verbosity=0, stdout=unread)
    make.group("quiet").save()
    Category("category", "quiet", name="Quiet").save()
    evening = dt.datetime.combine(today() + 2 * DAY, dt.time(18, 30))
    events = {kind: _event(kind, evening, dict(more)) for kind, more in KINDS.items()}
    events["over"] = make.event("Over", dt.datetime(2026, 1, 5, 18), group_id="bay-makers")
    for event in events.values():
        event.create()
    return events


def _event(kind: str, evening: dt.datetime, more: dict[str, object]) -> Event:
    start = evening.replace(hour=0, minute=0) if more.get("all_day") else evening
    values = {"title": kind, "categories": ["data"], "uid": kind, **more}
    return make.event(start=start, **values)


def real(shared: Path) -> None:
    """Collect the groups of the live site; calendars of the corpus, read from loopback, stand for their feeds."""
    now = timezone.now()
    import_site(shared / "data/dctech", now)
    corpus = sorted(
        path
        for path in (shared / "corpus/open").rglob("*.ics")
        if b"BEGIN:VCALENDAR" in path.read_bytes()
    )
    with (
        FeedServer() as server,
        override_settings(
            COLLECTOR_ALLOW_HOSTS=[server.host],
            COLLECTOR_HOST_PAUSE=0,
            COLLECTOR_HOST_CONCURRENCY=16,
        ),
    ):
        groups = Group.with_feeds()
        for number, group in enumerate(groups):
            path = f"/{number}.ics"
            server[path] = ok(corpus[number * len(corpus) // len(groups)].read_bytes())
            group.update(actions=[Group.ical.set(server.url(path))])
        collect(now)
