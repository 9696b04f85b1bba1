"""Submitting an event: from the form to the queue, and what is refused on the way."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from dctech import freshness
from dctech.moderation import Act
from dctech.submissions.limits import Count
from dctech.submissions.links import private_link
from dctech.submissions.spam import Guard
from events import searching
from events.models import Category, Event
from events.submit.duplicates import similar
from tests import make
from tests.test_pages import DAY, now, page

__all__ = ["now"]

pytestmark = [pytest.mark.usefixtures("tables"), pytest.mark.urls("dctech.urls")]

EMAIL = "zqsubmitter@example.org"


@pytest.fixture(autouse=True)
def fresh_index(tables, monkeypatch):
    monkeypatch.setattr(searching.kept, "_snapshot", None)


def begun(seconds=60):
    return Guard.fresh(dt.datetime.now(dt.UTC) - dt.timedelta(seconds=seconds)).begun


def filled(now, **more):
    """Return what a browser sends for an event in a week."""
    return {
        "title": "Rust for Gardeners",
        "date": f"{now + 7 * DAY:%Y-%m-%d}",
        "time": "18:30",
        "end_time": "20:00",
        "location_type": "in_person",
        "location": "Town Hall, 1 Main Street",
        "city": "Arlington",
        "region": "VA",
        "url": "https://example.org/rust",
        "submitter_email": EMAIL,
        "begun": begun(),
    } | more


def send(client, sent, status=302, address="/submit/event/"):
    response = client.post(address, sent)
    assert response.status_code == status, errors(response)
    assert "no-store" in response["Cache-Control"]
    return response


def errors(response):
    """Return field -> its errors, as the page shows them beside it."""
    if response.context is None or "form" not in response.context:
        return response.content[:500]
    form = response.context["form"]
    html = response.content.decode()
    for name in form.errors:
        if name != "__all__":
            assert f'id="id_{name}_error"' in html
            assert f'href="#id_{name}"' in html
    return {name: [str(e) for e in found] for name, found in form.errors.items()}


def pending():
    return [Event.find(event.event_id) for event in Event.by_status.query("pending")]


def test_an_event_comes_to_the_queue_as_it_was_sent(client, now):
    Category("category", "data", name="Data").save()
    text = "Bring **seeds**.\n\n<script>alert(1)</script> [page](javascript:alert(1))"
    response = send(client, filled(now, description=text, categories=["data"], cost="Free"))
    [event] = pending()
    start = (now + 7 * DAY).replace(hour=18, minute=30, second=0)
    assert (event.title, event.start_datetime, event.end_datetime) == (
        "Rust for Gardeners",
        start,
        start.replace(hour=20, minute=0),
    )
    assert event.event_id == Event.identify(
        "https://example.org/rust", "Rust for Gardeners", start, all_day=False
    )
    assert (event.location, event.city, event.region, event.state) == (
        "Town Hall, 1 Main Street, Arlington, VA",
        "Arlington",
        "VA",
        None,
    )
    assert (event.source_type, event.submitted_by, event.timezone) == ("submission", EMAIL, None)
    assert (event.categories, event.cost, event.sessions) == (["data"], "Free", None)
    assert "<strong>seeds</strong>" in event.description_html
    assert "<script" not in event.description_html
    assert "href" not in event.description_html
    assert event.markdown == text
    assert event.description == (
        "Bring seeds.\n\n<script>alert(1)</script> [page](javascript:alert(1))"
    )
    assert event.excerpt == "Bring seeds. <script>alert(1)</script> [page](javascript:alert(1))"
    [record] = event.history()
    assert (record.action, record.by) == ("submitted", "submitter")
    assert f"{settings.SITE_URL}{response.url}" == private_link(event)


def test_the_receipt_has_the_private_link(client, now):
    send(client, filled(now))
    [event] = pending()
    receipt = next(message for message in mail.outbox if message.to == [EMAIL])
    assert private_link(event) in receipt.body


def test_the_same_event_again_finds_the_first_and_no_link_to_it(client, now):
    first = send(client, filled(now))
    again = send(client, filled(now, submitter_email="another@example.org"), 200)
    assert "waiting to be looked at" in again.content.decode()
    assert first.url not in again.content.decode()
    assert len(pending()) == 1


@pytest.mark.parametrize(
    ("more", "field", "said"),
    [
        ({"title": ""}, "title", "required"),
        ({"date": "2020-01-01"}, "date", "passed"),
        ({"date": "2999-01-01"}, "date", "two years"),
        ({"date": "0001-01-01"}, "date", "passed"),
        ({"date": "99999-01-01"}, "date", "valid date"),
        ({"time": ""}, "time", "when it begins"),
        ({"end_time": "17:00"}, "end_time", "ends before it begins"),
        ({"end_time": "18:30"}, "end_time", "ends before it begins"),
        ({"location": ""}, "location", "where it is"),
        ({"location": "5 Rue X, Paris, France", "city": "", "region": ""}, "location", "elsewhere"),
        ({"location_type": "virtual", "url": ""}, "url", "people join"),
        ({"url": "javascript:alert(1)"}, "url", ""),
        ({"url": "ftp://example.org/"}, "url", "http://"),
        ({"url": "https://bank.example@evil.example/"}, "url", "user name"),
        ({"timezone": "Mars/Phobos"}, "timezone", "valid choice"),
        ({"categories": ["nonsense"]}, "categories", "valid choice"),
        ({"submitter_email": "x@y@z"}, "submitter_email", "valid email"),
        ({"description": "https://a.example " * 6}, "description", "6 links"),
        ({"time_2": "10:00"}, "date_2", "which day"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    client, now, more, field, said
):
    Category("category", "data", name="Data").save()
    sent = filled(now, **more)
    response = send(client, sent, 200)
    found = errors(response)
    assert list(found) == [field]
    assert said in found[field][0]
    form = response.context["form"]
    kept = {name: form[name].value() or "" for name in sent.keys() & form.fields.keys()}
    assert kept == {name: sent[name] for name in kept}
    assert pending() == []


def test_it_may_not_last_longer_than_a_month(client, now):
    last = f"{now + 40 * DAY:%Y-%m-%d}"
    response = send(client, filled(now, end_date=last, end_time="12:00"), 200)
    assert errors(response) == {"end_date": ["It may last 31 days at most."]}


def test_days_with_times_of_their_own(client, now):
    sent = filled(now)
    for number in (2, 3):
        day = now + (6 + number) * DAY
        sent |= {f"date_{number}": f"{day:%Y-%m-%d}", f"time_{number}": "09:00"}
    send(client, sent | {"end_time_3": "11:00"})
    [event] = pending()
    day = now.replace(hour=0, minute=0, second=0)
    assert [each["start"] for each in event.session_times] == [
        day + 7 * DAY + dt.timedelta(hours=18, minutes=30),
        day + 8 * DAY + dt.timedelta(hours=9),
        day + 9 * DAY + dt.timedelta(hours=9),
    ]
    assert event.end_datetime == day + 9 * DAY + dt.timedelta(hours=11)


def test_all_day_on_several_days(client, now):
    sent = filled(now, all_day="on", time="", end_time="", end_date=f"{now + 8 * DAY:%Y-%m-%d}")
    send(client, sent)
    [event] = pending()
    assert event.all_day
    assert event.end_datetime - event.start_datetime == 2 * DAY


def test_another_zones_time_is_kept_as_the_sites(client, now):
    send(client, filled(now, timezone="Europe/Berlin", time="20:00", end_time="21:00"))
    [event] = pending()
    berlin = event.starts_at.astimezone(dt.UTC)
    assert event.timezone == "Europe/Berlin"
    assert berlin.astimezone(ZoneInfo("Europe/Berlin")).hour == 20


def sunday(month, first):
    """Return the day of the next clock change in the United States."""
    today = dt.datetime.now(settings.SITE_ZONE).date()
    for year in (today.year, today.year + 1):
        day = dt.date(year, month, first)
        day += dt.timedelta(days=6 - day.weekday())
        if day > today:
            return day
    raise AssertionError


def test_a_time_that_the_clocks_skip_is_refused(client, now):
    day = sunday(3, 8).isoformat()
    response = send(client, filled(now, date=day, time="02:30", end_time="04:00"), 200)
    assert "clocks go forward, and show 03:30" in errors(response)["time"][0]


def test_across_the_repeated_hour_the_end_is_told_by_the_length(client, now):
    day = sunday(11, 1)
    send(client, filled(now, date=day.isoformat(), time="00:30", end_time="02:30"))
    [event] = pending()
    start = dt.datetime.combine(day, dt.time(0, 30))
    assert (event.start_datetime, event.end_datetime) == (start, start.replace(hour=2))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"subject": "Buy"}, "has to be empty"),
        ({"begun": begun(1)}, "very quick"),
        ({"begun": begun(90_000)}, "more than a day"),
        ({"begun": "made:up"}, "look it over"),
        ({"begun": ""}, "look it over"),
    ],
)
def test_programs_are_held_back_and_people_send_again(client, now, more, said):
    if "quick" in said:
        more = {"begun": begun(0)}
    response = send(client, filled(now, **more), 200)
    assert said in errors(response)["__all__"][0]
    assert response.context["form"]["title"].value() == "Rust for Gardeners"
    assert pending() == []


def test_an_old_form_is_renewed(client, now):
    response = send(client, filled(now, begun=begun(90_000)), 200)
    assert Guard.of({"begun": response.context["guard"].begun}, later()).objection == ""


@pytest.mark.parametrize("by", ["submitter", "user:ada"])
def test_what_was_withdrawn_or_rejected_is_submitted_anew(client, now, by):
    send(client, filled(now))
    [first] = pending()
    first.reject(Act(by, now.replace(tzinfo=dt.UTC)))
    send(client, filled(now))
    [second] = pending()
    assert second.event_id != first.event_id
    assert (second.title, second.version) == (first.title, 1)
    assert send(client, filled(now), 200).context["status"] == "pending"
    assert [event.event_id for event in pending()] == [second.event_id]


@pytest.mark.parametrize("title", ["\u200b\u200d\ufeff", "\u2060 \u2062", "\u3164", "***"])
def test_a_title_has_a_letter_or_a_digit_that_can_be_seen(client, now, title):
    found = errors(send(client, filled(now, title=title), 200))
    assert list(found) == ["title"]


def test_what_cannot_be_seen_is_left_out_of_a_title_and_joined_emoji_stay(client, now):
    send(client, filled(now, title="\u200bRu\u00adst\u2060 for 👩\u200d💻\u200d"))
    assert [event.title for event in pending()] == ["Rust for 👩\u200d💻"]


def later():
    return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=5)


def test_limits_by_address_and_by_email(client, now, settings):
    settings.SUBMISSIONS_PER_HOUR = 2
    for number in range(2):
        send(client, filled(now, title=f"Number {number} of many", confirmed="1"))
    response = send(client, filled(now, title="One more", confirmed="1"), 429)
    assert "Try again in" in errors(response)["__all__"][0]
    send(Client(REMOTE_ADDR="192.0.2.7"), filled(now, title="Elsewhere", confirmed="1"))
    settings.SUBMISSIONS_PER_EMAIL_AND_DAY = 3
    shouting = filled(now, title="Again", confirmed="1", submitter_email=EMAIL.upper())
    send(Client(REMOTE_ADDR="192.0.2.8"), shouting, 429)
    assert len(pending()) == 3


def test_asking_about_duplicates_counts(client, now, settings):
    settings.SUBMISSIONS_PER_HOUR = 2
    start = (now + 7 * DAY).replace(hour=12)
    make.event("Rust for Gardners!", start, url="https://example.org/other").create()
    for _ in range(2):
        send(client, filled(now), 200)
    send(client, filled(now), 429)
    assert [count.number for count in Count.query("limits#address")] == [3]
    assert list(Count.query("limits#email")) == []


def test_limits_keep_no_address_in_clear_and_expire(client, now):
    send(client, filled(now))
    counts = [*Count.query("limits#address"), *Count.query("limits#email")]
    assert [count.number for count in counts] == [1, 1]
    for count in counts:
        assert re.fullmatch(r"[0-9a-f]{32}#\d+", count.sort)
        assert count.ttl > dt.datetime.now(dt.UTC)


def test_a_likely_duplicate_is_asked_about_and_may_be_sent(client, now):
    start = (now + 7 * DAY).replace(hour=12)
    make.event("Rust for Gardners!", start, url="https://example.org/other").create()
    make.event("Knitting", now + 9 * DAY, url="https://example.org/rust").create()
    secret = make.event(
        "Rust for gardeners tonight", start, url=None, status="pending", location="zqhall"
    )
    secret.create()
    freshness.pages.clear()
    html = send(client, filled(now), 200).content.decode()
    assert "Rust for Gardners!" in html
    assert "Knitting" in html
    assert "One that is much like it is already waiting" in html
    assert "tonight" not in html
    assert "zqhall" not in html
    assert len(pending()) == 1
    send(client, filled(now, confirmed="1"))
    assert len(pending()) == 2


def test_titles_are_similar_by_their_words():
    assert similar("Python Night", "python nihgt")
    assert similar("DC Python: Project Night", "Project Night, DC Python")
    assert not similar("Python Night", "Python Breakfast")
    assert not similar("PyCon 2026", "PyCon 2027")


def test_a_form_from_elsewhere_is_refused(now):
    response = Client(enforce_csrf_checks=True).post("/submit/event/", filled(now))
    assert response.status_code == 403


def test_the_form_is_in_both_languages_and_asks_no_accounts(client):
    for address in ("/submit/", "/submit/event/", "/submit/group/", "/es/submit/event/"):
        response = client.get(address)
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"]


def test_a_submitters_address_is_on_no_public_page_and_in_no_log(client, now, caplog):
    caplog.set_level("INFO")
    response = send(client, filled(now))
    [event] = pending()
    event.approve(Act("user:ada", make.NOW))
    freshness.pages.clear()
    for address in ("/", "/just-added/", "/events.json", f"/events/{event.event_id}/{event.slug}/"):
        assert EMAIL not in page(client, address)
    html = page(client, response.url)
    assert EMAIL not in html
    assert "z…@example.org" in html
    assert EMAIL not in response.url
    assert EMAIL not in caplog.text


def test_of_many_at_the_same_moment_one_is_stored(now):
    sent = filled(now)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: Client().post("/submit/event/", sent), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [302]
    [event] = pending()
    assert len(list(event.history())) == 1
