"""Write units of a collection: a later run of the same day with 95% unchanged, against what cannot be saved."""

import datetime as dt
import hashlib
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings

from benchmarks.meter import Meter, Shape
from collector.collect import Collection
from collector.fetch import Fetcher, Response
from collector.report import Report
from collector.revision import Moment
from dctech.models import History
from events.models import Event
from groups.models import Group

GROUPS, EVENTS, CHANGED = 150, 20, 0.05
START = dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC)
WORDS = (
    "python",
    "data",
    "maps",
    "robots",
    "coffee",
    "talk",
    "night",
    "lab",
    "city",
    "web",
    "club",
    "hack",
)


def rows():
    """Return (name, ours, reference, ratio, goal) for each figure, in write units."""
    chance = random.Random(7)
    feeds = {f"group-{n}": [_event(chance, n, k) for k in range(EVENTS)] for n in range(GROUPS)}
    meter = Meter()
    _collect(feeds, START)
    changed = _change(chance, feeds)
    with meter.measuring():
        _collect(feeds, START + dt.timedelta(hours=4))
    ours = _total(meter.cost())
    floor, everything, everything_projected = _references(meter)
    events = GROUPS * EVENTS
    name = f"later run, {events} events of {GROUPS} feeds, {changed} changed"
    with meter.measuring():
        _collect(feeds, START + dt.timedelta(days=1))
    refresh = _total(meter.cost())
    return [
        (f"{name}, against the floor", ours, floor, ours / floor, "<= 1.5"),
        (
            f"{name}, against rewriting all (indexes that project ALL)",
            ours,
            everything,
            ours / everything,
            "<= 0.083",
        ),
        (
            f"{name}, against rewriting all (our indexes)",
            ours,
            everything_projected,
            ours / everything_projected,
            "",
        ),
        (
            "the day's first run, nothing changed, units an event",
            refresh,
            events,
            refresh / events,
            "",
        ),
    ]


def _event(chance, group, number):
    start = START + dt.timedelta(days=chance.randrange(1, 120), hours=chance.randrange(8))
    return {
        "uid": f"{group}-{number}@example.org",
        "title": " ".join(chance.choices(WORDS, k=4)).title(),
        "start": start,
        "about": " ".join(chance.choices(WORDS, k=150)),  # about 800 characters, as on Meetup
        "place": f"{chance.randrange(1, 999)} Main Street, Arlington, VA 22201",
    }


def _change(chance, feeds):
    """Change one event in twenty: half in the description, a quarter in the time, a quarter in the title."""
    changed = 0
    for events in feeds.values():
        for event in events:
            if chance.random() >= CHANGED:
                continue
            changed += 1
            kind = changed % 4
            if kind == 0:
                event["start"] += dt.timedelta(hours=1)
            elif kind == 1:
                event["title"] += " (new)"
            else:
                event["about"] += " Bring a friend."
    return changed


def _body(events):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0"]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event['uid']}",
            f"DTSTART:{event['start']:%Y%m%dT%H%M%SZ}",
            f"DTEND:{event['start'] + dt.timedelta(hours=2):%Y%m%dT%H%M%SZ}",
            f"SUMMARY:{event['title']}",
            f"DESCRIPTION:{event['about']}",
            f"LOCATION:{event['place'].replace(',', chr(92) + ',')}",
            f"URL:https://example.org/{event['uid']}",
            "END:VEVENT",
        ]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def _collect(feeds, now):
    moment = Moment(now, now.astimezone(settings.SITE_ZONE).replace(tzinfo=None))
    with Fetcher.from_settings() as fetcher, ThreadPoolExecutor(4) as pool:
        collection, run = Collection(moment, fetcher, pool), Report(now)
        for group_id, events in feeds.items():
            body = _body(events)
            group = Group(
                group_id,
                slug=group_id,
                name=group_id.title(),
                website=f"https://{group_id}.example.org/",
                ical=f"https://{group_id}.example.org/feed",
                categories=["python"],
            )
            digest = hashlib.sha256(body).hexdigest()
            answer = Response(str(group.ical), 200, body, "", "", digest, "text/calendar")
            report = collection.process(group, answer)
            assert report.outcome in {"ok", "unchanged"}, report
            run.feeds.append(report)
            collection.announce_changes(report)
        collection.announce_changes()
        collection.books.note_run(run, now)


def _total(costs):
    return sum(sum(cost.values()) for cost in costs.values())


def _references(meter):
    """Return the floor (each changed event and its History once), and the cost of putting every event again."""
    events, history = str(Event.Meta.table_name), str(History.Meta.table_name)
    shape, wide = Shape(Event), Shape(Event, project_all=True)
    floor = sum(
        sum(Shape(History).cost(None, item).values())
        for key, item in meter.after[history].items()
        if key not in meter.before[history]
    )
    everything: Counter[bool] = Counter()
    before, after = meter.before[events], meter.after[events]
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if old != new:
            floor += sum(shape.cost(old, new).values())
        for projected in (True, False):
            fresh = new and {**new, "updated_at": {"S": "again"}, "last_seen_date": {"S": "again"}}
            cost = (shape if projected else wide).cost(old, fresh)
            everything[projected] += sum(cost.values())
    return floor, everything[False], everything[True]
