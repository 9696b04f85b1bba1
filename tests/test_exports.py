"""One filter, every format, through the front."""

import csv
import datetime as dt
import io
import json
from xml.etree import ElementTree as ET

import icalendar
import pytest
from django.conf import settings
from django.utils import timezone

from dctech import freshness
from dctech.models import CalendarVersion
from events.exports.table import harmless
from tests import make
from tests.test_pages import UNLISTED

pytestmark = [pytest.mark.usefixtures("tables"), pytest.mark.urls("dctech.urls")]

DAY = dt.timedelta(days=1)
ATOM = "{http://www.w3.org/2005/Atom}"
TYPES = {
    "ics": "text/calendar; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
    "csv": "text/csv; charset=utf-8; header=present",
}


@pytest.fixture
def noon():
    """Today's noon as wall time."""
    now = timezone.now().astimezone(settings.SITE_ZONE)
    return now.replace(tzinfo=None, hour=12, minute=0, second=0, microsecond=0)


def get(client, extension, query="", **more):
    response = client.get(f"/events.{extension}{query}", **more)
    assert response.status_code == 200
    return response


def xml_titles(content, item, name):
    return [found.findtext(name) for found in ET.fromstring(content).iter(item)]  # noqa: S314 - ours


TITLES = {
    "ics": lambda content: [
        str(event["SUMMARY"]) for event in icalendar.Calendar.from_ical(content).walk("VEVENT")
    ],
    "rss": lambda content: xml_titles(content, "item", "title"),
    "atom": lambda content: xml_titles(content, f"{ATOM}entry", f"{ATOM}title"),
    "json": lambda content: [item["title"] for item in json.loads(content)["items"]],
    "csv": lambda content: [
        row["title"] for row in csv.DictReader(io.StringIO(content.decode(), newline=""))
    ],
}
FORMATS = pytest.mark.parametrize("extension", TITLES)


@FORMATS
def test_what_is_coming(client, noon, extension):
    make.event("Soon & <b>", noon + DAY, location_type="virtual", url=None).create()
    make.event("Off", noon + 2 * DAY, event_status="CANCELLED").create()
    make.event("Since yesterday", noon - DAY, 72).create()
    make.event("Over", noon - 2 * DAY).create()
    make.event("Last day", noon + 179 * DAY).create()
    make.event("Too far", noon + 181 * DAY).create()
    found = TITLES[extension](get(client, extension).content)
    assert found == ["Since yesterday", "Soon & <b>", "Cancelled: Off", "Last day"]


@FORMATS
@pytest.mark.parametrize("events", [0, 1, 3])
def test_a_file_costs_one_query_a_region(client, noon, extension, events, dynamodb_calls):
    for number in range(events):
        make.event(f"Event {number}", noon + (number + 1) * DAY).create()
    dynamodb_calls.clear()
    assert len(TITLES[extension](get(client, extension).content)) == events
    assert dynamodb_calls == ["GetItem", *["Query"] * 4]  # the version, and the regions


@pytest.mark.parametrize("kind", UNLISTED)
def test_what_is_not_listed_is_in_no_file(client, noon, kind):
    event = make.event(f"Secret {kind}", noon + DAY, **UNLISTED[kind])
    event.create()
    make.event("Open", noon + DAY).create()
    for extension, titles in TITLES.items():
        content = get(client, extension).content
        assert titles(content) == ["Open"]
        assert b"Secret" not in content
        assert event.event_id.encode() not in content
    alone = client.get(f"/events/{event.event_id}.ics")
    assert (alone.status_code, b"Secret" in alone.content) == (404, False)


@FORMATS
@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("?region=dc", ["In DC"]),
        ("?region=VA&free=1", ["Free in Virginia"]),
        ("?category=ai", ["In DC", "Free in Virginia"]),
        ("?group=pythons&kind=virtual", ["Online"]),
        ("?q=in&not=dc&utm_source=x", ["Free in Virginia"]),
    ],
)
def test_the_filter_of_the_address(client, noon, extension, query, titles):
    make.event("In DC", noon + DAY, region="DC", categories=["ai"]).create()
    make.event("Free in Virginia", noon + 2 * DAY, cost="Free", categories=["ai"]).create()
    make.event("Online", noon + 3 * DAY, location_type="virtual").create()
    assert TITLES[extension](get(client, extension, query).content) == titles


@FORMATS
def test_a_wrong_filter_says_how_to_mend_it(client, extension):
    response = client.get(f"/events.{extension}?region=<b>")
    assert response.status_code == 400
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode() == "There is no region '<B>'; there are DC, MD, VA.\n"


@FORMATS
def test_headers(client, noon, extension):
    newest = make.NOW + DAY
    make.event("Old", noon + DAY).create()
    make.event("New", noon + DAY, changed_at=newest).create()
    response = get(client, extension, headers={"accept": "image/png"})
    assert response["Content-Type"] == TYPES[extension]
    assert response["Last-Modified"] == "Wed, 02 Sep 2026 16:00:00 GMT"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cache-Control"] == (
        "public, max-age=0, s-maxage=60, stale-while-revalidate=300"
    )
    assert "Vary" not in response
    head = client.head(f"/events.{extension}")
    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == response["ETag"]
    assert head["Content-Length"] == str(len(response.content))
    assert client.post(f"/events.{extension}").status_code == 405


@FORMATS
def test_what_has_not_changed_is_not_sent_again(client, noon, extension):
    event = make.event("Open", noon + DAY)
    event.create()
    first = get(client, extension)
    assert first["ETag"].startswith('"')
    again = client.get(f"/events.{extension}", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Access-Control-Allow-Origin"] == "*"
    event.revise({"title": "New name", "changed_at": make.NOW + DAY}, now=make.NOW + DAY)
    publish()
    changed = get(client, extension, headers={"if-none-match": first["ETag"]})
    assert TITLES[extension](changed.content) == ["New name"]


def publish():
    """Make a new version of the calendar, and let the second pass in which a page is kept all the same."""
    CalendarVersion.bump()
    freshness.pages.forget_version()


@FORMATS
def test_an_empty_file_keeps_its_etag(client, extension):
    first = get(client, extension)
    assert TITLES[extension](first.content) == []
    assert get(client, extension)["ETag"] == first["ETag"]


def test_a_hidden_event_is_gone_for_those_who_ask_by_date_alone(client, noon):
    hidden = make.event("Hidden", noon + DAY)
    hidden.create()
    make.event("Open", noon + DAY, changed_at=make.NOW + DAY).create()
    date = get(client, "ics")["Last-Modified"]
    hidden.revise({"hidden": True, "state": None}, now=make.NOW + 2 * DAY)
    publish()
    content = get(client, "ics", headers={"if-modified-since": date}).content
    assert TITLES["ics"](content) == ["Open"]


def test_the_calendar_is_called_by_its_filter(client):
    query = "?region=VA&free=1&weekday=thu&time=evening&q=python&not=crypto"
    calendar = icalendar.Calendar.from_ical(get(client, "ics", query).content)
    words = "DC Tech Events: VA · free · Thu · evening · python · not crypto"
    assert str(calendar["X-WR-CALNAME"]) == words
    assert str(calendar["NAME"]) == words


@pytest.mark.parametrize("extension", ["rss", "atom", "json"])
def test_no_feed_holds_what_its_format_forbids(client, noon, extension):
    make.event("A\x00B\x0b\ufffe\U0001f600", noon + DAY, excerpt="5 < 6 \x1f]]>").create()
    assert TITLES[extension](get(client, extension).content) == ["AB\U0001f600"]


def test_rss_names_itself_and_its_items(client, noon):
    event = make.event("Python Night", noon + DAY, excerpt="5 < 6", categories=["ai"])
    event.create()
    channel = ET.fromstring(get(client, "rss", "?region=VA").content).find("channel")  # noqa: S314
    assert channel.findtext("title") == "DC Tech Events: VA"
    assert channel.findtext("link") == "http://127.0.0.1:8000/events/?region=VA"
    assert channel.find(f"{ATOM}link").get("href") == "http://127.0.0.1:8000/events.rss?region=VA"
    item = channel.find("item")
    short = f"http://127.0.0.1:8000/events/{event.event_id}/"
    assert item.findtext("link") == f"{short}python-night/"
    assert item.findtext("guid") == short
    assert item.find("guid").get("isPermaLink") == "false"
    assert item.findtext("category") == "ai"
    assert "<p>5 &lt; 6</p>" in item.findtext("description")


def test_atom_has_what_the_standard_demands(client, noon):
    make.event("Python Night", noon + DAY).create()
    feed = ET.fromstring(get(client, "atom").content)  # noqa: S314 - ours
    for element in (feed, feed.find(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert element.findtext(f"{ATOM}{name}")
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "DC Tech Events"
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["self"] == "http://127.0.0.1:8000/events.atom"


def test_json_feed_has_what_the_standard_demands(client, noon):
    event = make.event("Fair", noon.replace(hour=0) + DAY, 48, all_day=True, url="javascript:x")
    event.create()
    feed = json.loads(get(client, "json").content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "http://127.0.0.1:8000/events.json"
    [item] = feed["items"]
    short = f"http://127.0.0.1:8000/events/{event.event_id}/"
    assert (item["id"], item["url"], item["title"]) == (short, f"{short}fair/", "Fair")
    assert item["content_text"]
    assert dt.datetime.fromisoformat(item["date_published"]) == make.NOW
    assert item["authors"] == [{"name": "Pythons"}]
    assert "external_url" not in item
    facts = item["_event"]
    assert facts["start"] == (noon.date() + DAY).isoformat()
    assert facts["end"] == (noon.date() + 3 * DAY).isoformat()


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        (" \t=1", "' \t=1"),
        ("\r=1", "'\n=1"),
        ("\tx", "'\tx"),
        ("\x00=1", "'=1"),
        ("\N{FULLWIDTH EQUALS SIGN}1", "'\N{FULLWIDTH EQUALS SIGN}1"),
        ("a=1", "a=1"),
        (None, ""),
    ],
)
def test_a_spreadsheet_computes_nothing(cell, safe):
    assert harmless(cell) == safe


def test_a_table_keeps_rows_together(client, noon):
    title = '=HYPERLINK("https://example.org";"a, b")\r\nc'
    make.event(title, noon + DAY, group_name="@group").create()
    content = get(client, "csv").content
    [row] = csv.DictReader(io.StringIO(content.decode(), newline=""))
    assert row["title"] == '\'=HYPERLINK("https://example.org";"a, b")\nc'
    assert row["group"] == "'@group"
    assert row["start"] == (noon + DAY).replace(tzinfo=settings.SITE_ZONE).isoformat()
    assert content.startswith(b'"event_id","title","start","end",')


def test_every_cell_of_a_table_is_quoted(client, noon):
    make.event("Plain", noon + DAY, excerpt='a "b"').create()
    text = get(client, "csv").content.decode()
    quoted = io.StringIO(newline="")
    csv.writer(quoted, quoting=csv.QUOTE_ALL).writerows(csv.reader(io.StringIO(text, newline="")))
    assert text == quoted.getvalue()


@pytest.mark.parametrize("extension", ["ics", "rss", "atom", "json", "csv"])
def test_a_spanish_site_speaks_spanish_in_its_files(client, noon, settings, extension):
    settings.LANGUAGE_CODE = "es"
    others = [{"group_id": "x", "group_name": "Otros"}]
    more = {"cost": "$5", "also_published_by": others, "event_status": "CANCELLED"}
    event = make.event("Noche", noon + DAY, **more)
    event.create()
    content = get(client, extension, "?kind=in_person&not=rust").content
    assert TITLES[extension](content) == ["Cancelado: Noche"]
    addresses = [f"/events.{extension}?kind=in_person&not=rust", f"/events/{event.event_id}.ics"]
    text = "".join(client.get(address).content.decode() for address in addresses)
    words = (
        "Cancelled",
        "Cost:",
        "By:",
        "Also published",
        "Organizer",
        " to ",
        "in person",
        "not rust",
    )
    assert [word for word in words if word in text] == []
    if extension != "csv":
        for word in ("presencial", "no rust", "Precio: $5", "Organiza: Pythons", "Otros"):
            assert word in text.replace("\r\n ", "")


def test_one_event_to_add_to_a_calendar(client, noon):
    event = make.event("Python Night", noon + DAY, description="Long. " * 200, excerpt="Long.")
    event.create()
    response = client.get(f"/events/{event.event_id}.ics")
    assert response["Content-Type"] == TYPES["ics"]
    assert response["Content-Disposition"] == 'inline; filename="python-night.ics"'
    [found] = icalendar.Calendar.from_ical(response.content).walk("VEVENT")
    [same] = icalendar.Calendar.from_ical(get(client, "ics").content).walk("VEVENT")
    assert found["UID"] == same["UID"] == f"{event.event_id}@127.0.0.1"
    assert str(found["DESCRIPTION"]).startswith(("Long. " * 200).strip())
    again = client.get(f"/events/{event.event_id}.ics", headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304


def test_one_event_that_is_not_there(client, noon):
    target = make.event("Original", noon + DAY)
    target.create()
    copy = make.event("Copy", noon + DAY, duplicate_of=target.event_id)
    copy.create()
    over = make.event("Over", dt.datetime(2026, 1, 5, 18))
    over.create()
    make.event("A", noon + DAY, event_id="a", duplicate_of="b").create()
    make.event("B", noon + DAY, event_id="b", duplicate_of="a").create()
    moved = client.get(f"/events/{copy.event_id}.ics")
    assert (moved.status_code, moved.url) == (302, f"/events/{target.event_id}.ics")
    for event_id, status in ((over.event_id, 410), ("a", 404), ("nothing", 404)):
        assert client.get(f"/events/{event_id}.ics").status_code == status


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/events-feed.xml", "/events.rss"),
        ("/locations/va/feed.ics", "/events.ics?region=VA"),
        ("/locations/DC/feed.xml", "/events.rss?region=DC"),
        ("/categories/ai/feed.ics", "/events.ics?category=ai"),
        ("/categories/open-data/feed.xml", "/events.rss?category=open-data"),
    ],
)
def test_addresses_of_the_old_site(client, old, new):
    response = client.get(old)
    assert (response.status_code, response.url) == (301, new)
    assert client.get(new).status_code == 200


def test_an_unknown_region_has_no_old_address(client):
    assert client.get("/locations/zz/feed.ics").status_code == 404
