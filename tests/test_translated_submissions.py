"""No word of submitting, of private pages and of the mails about them escapes the translators.

How it is seen is told in tests/test_translated_pages.py.
"""

import re
from zoneinfo import available_timezones

import pytest
from django.utils import translation

from dctech.moderation import Act
from dctech.notices import decided, received
from dctech.submissions import acts
from dctech.submissions.links import token
from events.models import Category, Event
from groups.submit.reasons import REASONS, reason
from tests import make
from tests.make import NOW
from tests.servers import FeedServer, ok
from tests.test_languages import spanish_site
from tests.test_submit_event import begun, fresh_index
from tests.test_translated_pages import DAY, Words, brackets, now, outside

__all__ = ["brackets", "fresh_index", "now", "spanish_site"]

pytestmark = [
    pytest.mark.usefixtures("tables"),
    pytest.mark.urls("dctech.urls"),
]

ADA = Act("user:αδα", NOW)
ADDRESS = "kappa@example.org"
ZONES = sorted((zone.replace("_", " ") for zone in available_timezones()), reverse=True)
SECRET = r"\b[A-Z2-7]{32}\b"
NOBODYS = re.compile("|".join([SECRET, *ZONES]))
"""What is in no language: names of time zones, and an authenticator's secret."""
FEED = (
    "BEGIN:VCALENDAR\r\nX-WR-CALNAME:Πλέκτες\r\n"
    "BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Συνάντηση\r\nDTSTART:{day}T230000Z\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:2\r\nSUMMARY:Χαλασμένη\r\nDTSTART:nonsense\r\nEND:VEVENT\r\n"
    "END:VCALENDAR\r\n"
)


@pytest.fixture
def served(settings):
    with FeedServer() as server:
        settings.COLLECTOR_ALLOW_HOSTS = [server.host]
        yield server


@pytest.fixture
def sent(now):
    """A pending submission, stored."""
    Category("category", "q7", name="Δεδομένα").save()
    event = make.event(
        "Ραντεβού",
        now.replace(hour=18, minute=0, second=0) + 7 * DAY,
        source_type="submission",
        status="pending",
        submitted_by=ADDRESS,
        location="Αθήνα",
        city="Αθήνα",
        group_id=None,
        group_name=None,
        uid=None,
        last_seen_date=None,
        description="Περιγραφή",
        cost="Δωρεάν",
    )
    event.submit(Act("submitter", NOW))
    return event


def escaped(response, status=200):
    """Return the words of a page that nobody can translate."""
    html = response.content.decode()
    assert (response.status_code, "⟦" in html) == (status, True), html[:500]
    return Words(NOBODYS.sub("", html)).untranslated()


def private(event):
    return f"/es/submit/{event.KIND}/{token(event)}/"


def form(now, opened=60, **more):
    """Return what a browser sends, of a form that was opened so many seconds ago."""
    return {
        "title": "Ραντεβού",
        "date": f"{now + 7 * DAY:%Y-%m-%d}",
        "time": "18:00",
        "end_time": "20:00",
        "location_type": "in_person",
        "location": "Αθήνα",
        "region": "VA",
        "url": "https://example.org/python-night",
        "submitter_email": ADDRESS,
        "begun": begun(opened),
    } | more


@pytest.mark.parametrize("path", ["", "event/", "group/"])
def test_the_forms(client, path):
    assert escaped(client.get(f"/es/submit/{path}")) == set()


WRONG = [
    {"begun": ""},
    {"opened": 0},
    {"opened": 100_000},
    {"subject": "ω"},
    {"title": "", "date": "", "submitter_email": "κ"},
    {"date": "2020-01-01"},
    {"date": "2099-01-01"},
    {"time": "", "url": "https://a:b@example.org/"},
    {"time": "20:00", "end_time": "18:00"},
    {"end_date": "2020-01-01", "url": "gopher://example.org/"},
    {"all_day": "on", "date_2": "2027-01-01"},
    {"end_time": "", "end_date": "2099-01-01"},
    {"location": "", "region": ""},
    {"location": "Main Street, Denver, CO 80202", "region": ""},
    {"location_type": "virtual", "url": ""},
    {"location_type": "ω", "timezone": "ω", "region": "ω", "categories": "ω"},
    {"title": "λ" * 300, "description": "https://example.org/ " * 200},
]


@pytest.mark.parametrize("wrong", WRONG, ids="-".join)
def test_what_is_wrong_with_an_event(client, now, wrong):
    response = client.post("/es/submit/event/", form(now, **wrong))
    typed = {"Main", "Street", "Denver", "CO"}  # it is in the form again
    assert escaped(response) - typed == set()


def test_what_is_like_another_and_what_is_the_same(client, now, sent):
    more = {"time": "18:30", "confirmed": ""}
    assert escaped(client.post("/es/submit/event/", form(now, **more))) == set()
    same = client.post("/es/submit/event/", form(now, title=sent.title, confirmed="1"))
    assert escaped(same, same.status_code) == set()


def test_the_limits(client, now, settings):
    settings.SUBMISSIONS_PER_EMAIL_AND_DAY = 0
    assert escaped(client.post("/es/submit/event/", form(now)), 429) == set()
    settings.SUBMISSIONS_PER_HOUR = 0
    assert escaped(client.post("/es/submit/event/", form(now)), 429) == set()


def test_what_a_feed_gives(client, now, served):
    served["/feed.ics"] = ok(FEED.format(day=f"{now + 2 * DAY:%Y%m%d}").encode())
    group = {
        "name": "Πλέκτες",
        "website": "https://knitters.example.org/",
        "ical": served.url("/feed.ics"),
        "submitter_email": ADDRESS,
        "begun": begun(),
    }
    assert escaped(client.post("/es/submit/group/", group)) == set()
    assert escaped(client.post("/es/submit/group/", group | {"ical": served.url("/no")})) == set()
    make.group(name="Πύθωνες").save()
    known = group | {"ical": "https://pythons.example.org/feed.ics"}
    response = client.post("/es/submit/group/", known)
    assert escaped(response) <= {"es", "groups", "pythons"}  # the group's address


def test_each_reason_why_a_feed_is_not_taken(client):
    with translation.override("es"):
        said = {kind: outside(reason(kind, "ω")) for kind in [*REASONS, "else"]}
    assert {kind: words for kind, words in said.items() if words} == {}


def test_the_private_page_whatever_became_of_it(client, now, sent):
    def seen():
        return escaped(client.get(private(sent))) | escaped(client.get(f"{private(sent)}edit/"))

    def fresh():
        return Event.find(sent.event_id)

    assert seen() == set()
    post = {"act": "answer", "answer": "ω", "version": "0"}
    assert escaped(client.post(private(sent), post), 409) == set()
    for wrong in ({"act": ""}, {"answer": ""}, {"answer": "ω" * 3000}):
        assert escaped(client.post(private(sent), post | wrong)) == set()
    sent = fresh()
    sent.change("asked", Act("user:αδα", NOW, reason="Γιατί;"), {"question": {"text": "Γιατί;"}})
    assert seen() == set()
    fresh().approve(ADA)
    assert seen() == set()
    acts.edit(fresh(), Act("submitter", NOW), {"all_day": True, "title": "Άλλο"}, "Άλλο")
    assert seen() == set()
    acts.withdraw(fresh(), Act("submitter", NOW))
    assert seen() == set()


def test_the_private_page_of_what_was_rejected(client, sent):
    Event.find(sent.event_id).reject(Act("user:αδα", NOW, reason="Διαφήμιση"))
    assert escaped(client.get(private(sent))) == set()
    assert escaped(client.get(f"{private(sent)}edit/")) == set()


# Mails


def escaped_by_mail(mailoutbox):
    """Return the words of all mails that nobody can translate."""
    found = set()
    for message in mailoutbox:
        assert "⟦" in message.subject
        assert "⟦" in message.body
        found |= {*outside(message.subject), *outside(message.body)}
        for html, _kind in message.alternatives:
            found |= Words(html).untranslated()
    return found


@pytest.mark.usefixtures("spanish_site")
def test_the_mails_about_submissions(settings, mailoutbox, sent):
    settings.MODERATORS_EMAIL = [ADDRESS]
    settings.SITE_TIMEZONE = "Αθήνα"
    received(sent, now=NOW)
    question = {"question": {"text": "Γιατί;"}}
    decided(sent, sent.change("asked", ADA, question))
    decided(sent, sent.reject(Act("user:αδα", NOW, reason="Διαφήμιση")))
    decided(sent, sent.approve(ADA))
    received(sent, now=NOW)
    group = make.group(name="Πύθωνες", status="pending", submitted_by=ADDRESS)
    group.submit(Act("submitter", NOW))
    received(group, now=NOW + DAY)
    assert len(mailoutbox) == 8
    assert escaped_by_mail(mailoutbox) == set()
