"""Submitting a group: its feed is read at once, and said to be what it is."""

import datetime as dt

import pytest

from collector.discover import feeds_of
from dctech.moderation import Act
from dctech.submissions.limits import Count
from groups.models import Group
from groups.submit.forms import GroupForm
from tests import make
from tests.make import NOW
from tests.servers import FeedServer, html, later, ok, redirect, status
from tests.test_submit_event import EMAIL, begun, errors

pytestmark = [pytest.mark.usefixtures("tables"), pytest.mark.urls("dctech.urls")]


@pytest.fixture
def server(settings):
    with FeedServer() as server:
        settings.COLLECTOR_ALLOW_HOSTS = [server.host]
        yield server


def calendar(count=12, more=""):
    day = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{number}\r\nSUMMARY:Meeting {number:02}\r\n"
        f"DTSTART:{day + dt.timedelta(days=number):%Y%m%dT230000Z}\r\n"
        f"LOCATION:Town Hall\\, Arlington\\, VA\r\nEND:VEVENT\r\n"
        for number in range(count)
    )
    return f"BEGIN:VCALENDAR\r\nX-WR-CALNAME:Knitters\r\n{events}{more}END:VCALENDAR\r\n".encode()


def filled(feed, **more):
    return {
        "name": "DC Knitters",
        "website": "https://knitters.example.org/",
        "ical": feed,
        "submitter_email": EMAIL,
        "begun": begun(),
    } | more


def send(client, sent, expected=200):
    response = client.post("/submit/group/", sent)
    assert response.status_code == expected
    return response


def test_the_feed_is_shown_before_anything_is_sent(client, server):
    elsewhere = (
        "BEGIN:VEVENT\r\nUID:far\r\nSUMMARY:Far\r\nLOCATION:Main Street\\, Denver\\, CO 80202\r\n"
        f"DTSTART:{dt.datetime.now(dt.UTC) + dt.timedelta(days=3):%Y%m%dT230000Z}\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nUID:bad\r\nSUMMARY:Bad\r\nDTSTART:nonsense\r\nEND:VEVENT\r\n"
    )
    server["/feed.ics"] = ok(calendar(more=elsewhere))
    response = send(client, filled(server.url("/feed.ics")))
    preview = response.context["preview"]
    assert (preview.name, preview.total, preview.elsewhere) == ("Knitters", 12, 1)
    text = response.content.decode()
    assert text.count("Meeting ") == 10
    assert "What is wrong in it" in text
    assert list(Group.by_status.query("pending")) == []
    sent = send(client, filled(server.url("/feed.ics"), seen=response.context["seen"]), 302)
    group = Group.find("dc-knitters")
    assert (group.status, group.ical, group.submitted_by) == (
        "pending",
        server.url("/feed.ics"),
        EMAIL,
    )
    assert sent.url.startswith("/submit/group/dc-knitters.")
    assert server.hits("/feed.ics") == 1
    assert [record.action for record in group.history()] == ["submitted"]


def test_another_feed_than_the_one_shown_is_read_first(client, server):
    server["/feed.ics"], server["/other.ics"] = ok(calendar()), ok(calendar(1))
    seen = send(client, filled(server.url("/feed.ics"))).context["seen"]
    response = send(client, filled(server.url("/other.ics"), seen=seen))
    assert response.context["preview"].total == 1
    assert list(Group.by_status.query("pending")) == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (status(404), "404"),
        (status(403), "does not let us"),
        (redirect("http://169.254.169.254/latest"), "private network"),
        (ok(b"", content_type="text/calendar"), "empty"),
        (ok(b"hello", content_type="text/plain"), "not a calendar"),
        (ok(b'{"a": 1}', content_type="application/json"), "JSON"),
    ],
)
def test_what_no_collector_could_read_is_refused_with_the_reason(client, server, answer, said):
    server["/feed.ics"] = answer
    response = send(client, filled(server.url("/feed.ics")))
    assert said in errors(response)["ical"][0]
    assert response.context["form"]["name"].value() == "DC Knitters"


@pytest.mark.parametrize(
    ("feed", "said"),
    [
        ("http://127.0.0.1:9/feed.ics", "private network"),
        ("http://10.0.0.1/feed.ics", "private network"),
        ("http://[::1]/feed.ics", "private network"),
        ("file:///etc/passwd", "not an address"),
        ("sample:river-city-python", "not an address"),
        ("gopher://example.org/", "not an address"),
        ("https://a:b@example.org/", "not an address"),
        ("https://[oops", "not an address"),
    ],
)
def test_what_is_no_public_address_is_not_asked(client, feed, said):
    assert said in errors(send(client, filled(feed)))["ical"][0]


def test_a_slow_host_is_not_waited_for(client, server, settings):
    settings.COLLECTOR_DEADLINE = settings.COLLECTOR_READ_TIMEOUT = 0.3
    server["/feed.ics"] = later(30, ok(calendar()))
    assert "too long" in errors(send(client, filled(server.url("/feed.ics"))))["ical"][0]


PAGE = b"""<!doctype html><html><head>
<link rel="alternate" type="text/calendar" href="/announced.ics">
<link rel="stylesheet" href="x.css"></head><body><![x
<a href="/download.ics?x=1">Calendar</a> <a href="webcal://cal.example/c">Subscribe</a>
<a href="javascript:alert(1).ics">No</a> <a href="https://[oops.ics">No</a></body></html>"""


def test_a_web_page_leads_to_its_feeds(client, server):
    server["/"] = ok(PAGE, content_type="text/html")
    server["/announced.ics"] = ok(calendar())
    response = send(client, filled(server.url("/")))
    assert "web page" in errors(response)["ical"][0]
    feeds = [
        server.url("/announced.ics"),
        server.url("/download.ics?x=1"),
        "webcal://cal.example/c",
    ]
    assert response.context["feeds"] == feeds
    chosen = send(client, filled(server.url("/"), use=feeds[0]))
    assert chosen.context["form"]["ical"].value() == feeds[0]
    assert chosen.context["preview"].total == 12


def test_a_web_page_without_feeds_is_refused(client, server):
    server["/"] = html()
    response = send(client, filled(server.url("/")))
    assert "web page" in errors(response)["ical"][0]
    assert response.context["feeds"] == []


def test_sites_whose_feeds_are_known():
    assert feeds_of(b"<html>", "https://www.meetup.com/dc-python/events/") == [
        "https://www.meetup.com/dc-python/events/ical/"
    ]
    assert feeds_of(b'<script>{"id":"cal-Ab12"}</script>', "https://lu.ma/dc") == [
        "https://api2.luma.com/ics/get?entity=calendar&id=cal-Ab12"
    ]


@pytest.mark.parametrize(
    "feed", ["http://www.pythons.example.org/feed.ics#x", "webcal://PYTHONS.example.org/feed.ics/"]
)
def test_a_known_feed_says_which_group_has_it(client, feed):
    make.group().save()
    found = errors(send(client, filled(feed)))
    assert found == {"ical": ["The group Pythons has it already: /groups/pythons/"]}


def test_a_known_website_says_so_and_a_waiting_group_is_not_named(client):
    make.group("zqsecret", status="pending", website="https://knitters.example.org").save()
    response = send(client, filled("https://feeds.example.org/x.ics"))
    assert errors(response) == {
        "website": ["A group with this address is already waiting to be looked at."]
    }
    assert "zqsecret" not in response.content.decode().casefold()


def test_a_namesake_gets_a_number(client, server):
    make.group("dc-knitters").save()
    server["/feed.ics"] = ok(calendar())
    seen = send(client, filled(server.url("/feed.ics"))).context["seen"]
    send(client, filled(server.url("/feed.ics"), seen=seen), 302)
    assert Group.find("dc-knitters-2").name == "DC Knitters"


def test_what_was_withdrawn_is_submitted_anew_under_the_next_free_name(client, server):
    server["/feed.ics"] = ok(calendar())
    seen = send(client, filled(server.url("/feed.ics"))).context["seen"]
    send(client, filled(server.url("/feed.ics"), seen=seen), 302)
    withdrawn = Group.find("dc-knitters")
    withdrawn.reject(Act("submitter", NOW))
    send(client, filled(server.url("/feed.ics"), seen=seen), 302)
    assert Group.find("dc-knitters-2").status == "pending"
    assert Group.find("dc-knitters").status == "rejected"


@pytest.mark.parametrize("scheme", ["webcal", "WEBCALS", "https"])
def test_a_webcal_address_is_stored_as_https(scheme):
    feed = f"{scheme}://knitters.example.org/feed.ics"
    form = GroupForm(filled(feed), now=NOW)
    assert form.is_valid()
    assert form.cleaned_data["ical"] == "https://knitters.example.org/feed.ics"


def test_looking_for_a_known_group_is_limited(client, settings):
    settings.SUBMISSIONS_PER_HOUR = 1
    make.group().save()
    feed = "https://pythons.example.org/feed.ics"
    send(client, filled(feed))
    send(client, filled(feed), 429)


def test_reading_feeds_is_limited(client, server, settings):
    settings.FEED_PREVIEWS_PER_HOUR = 1
    server["/feed.ics"] = ok(calendar())
    send(client, filled(server.url("/feed.ics")))
    send(client, filled(server.url("/feed.ics")), 429)
    assert server.hits("/feed.ics") == 1
    assert [count.number for count in Count.query("limits#feed")] == [2]
