"""The review form: decisions, edits, two moderators at once, and the preview."""

import datetime as dt
from html.parser import HTMLParser

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.test import Client
from django.urls import reverse

from dctech.moderation import Act, Review
from events.admin import EventAdmin
from events.models import Category, Event
from groups.models import Group
from tests import make, staff
from tests.make import NOW, TOMORROW_EVENING
from tests.test_api_admin import script

__all__ = ["script"]

pytestmark = pytest.mark.django_db


class Fields(HTMLParser):
    """The values that a browser would send from a form."""

    def __init__(self):
        super().__init__()
        self.values, self.buttons, self._area, self._choice = {}, set(), None, None

    def handle_starttag(self, tag, attrs):
        has = dict(attrs)
        name, kind = has.get("name"), has.get("type", "")
        if tag == "button" or kind == "submit":
            self.buttons.add(name)
        elif tag == "input" and name and (kind not in {"checkbox", "radio"} or "checked" in has):
            self.values.setdefault(name, []).append(
                has.get("value", "on" if kind == "checkbox" else "")
            )
        elif tag == "textarea":
            self._area = name
            self.values[name] = [""]
        elif tag == "select":
            self._choice = name
        elif tag == "option" and "selected" in has and self._choice:
            self.values[self._choice] = [has.get("value", "")]

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.values[self._area] = [self.values[self._area][0].removeprefix("\n")]
            self._area = None
        elif tag == "select":
            self._choice = None

    def handle_data(self, data):
        if self._area:
            self.values[self._area][0] += data


def fields(response):
    parser = Fields()
    text = response.content.decode()
    parser.feed(text[text.index('<form method="post" id=') if "_form" in text else 0 :])
    return {
        name: [value.replace("\n", "\r\n") for value in values]
        for name, values in parser.values.items()
    }


def buttons(response):
    parser = Fields()
    parser.feed(response.content.decode())
    return parser.buttons


def address(item, name="change"):
    kind = "events_event" if isinstance(item, Event) else "groups_group"
    return reverse(f"admin:{kind}_{name}", args=[item.key])


def submission(title="Python Night", **more):
    event = make.event(
        title,
        **{
            "source_type": "submission",
            "status": "pending",
            "group_id": None,
            "uid": None,
            "last_seen_date": None,
            "submitted_by": "pat@example.net",
            "description": "Bring a laptop.\nAnd a friend.",
        }
        | more,
    )
    event.save()
    return Event.find(event.event_id)


def stored(item):
    return type(item).find(item.key)


def actions(item):
    return [entry.action for entry in item.history()]


@pytest.fixture
def ada(tables):
    return staff.browser(Client)


@pytest.fixture
def pending(tables):
    return submission()


def press(client, item, button, page=None, **typed):
    """Press a button of an item's page as it is, or as `page` has shown it."""
    values = fields(page or client.get(address(item)))
    return client.post(address(item), {**values, **typed, button: "1"})


def test_a_button_approves_and_opens_the_next_pending_one(ada, pending):
    following = submission("Rust Night", submitted_at=NOW + dt.timedelta(hours=1))
    response = press(ada, pending, "_approve")
    assert response.status_code == 302
    assert response.url == address(following)
    assert (stored(pending).status, actions(pending)) == ("approved", ["approved"])
    assert stored(pending).description == "Bring a laptop.\nAnd a friend."
    assert [(entry.object_id, entry.change_message) for entry in LogEntry.objects.all()] == [
        (pending.key, "Approved.")
    ]
    assert [message.to for message in mail.outbox] == [["pat@example.net"]]


def test_approving_with_edits_is_one_record_of_what_was_typed(ada, pending):
    press(ada, pending, "_approve", title="Python Evening", cost="Free")
    event = stored(pending)
    assert (event.status, event.title, event.cost) == ("approved", "Python Evening", "Free")
    [entry] = event.history()
    assert (entry.action, entry.by) == ("approved", "user:ada")
    assert sorted(entry.after) == ["approval_metadata", "cost", "status", "title"]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("title", "\u202e\u200b"),
        ("url", "https://ada:secret@example.org/"),
        ("url", "ftp://example.org/"),
    ],
)
def test_what_nobody_could_see_or_follow_is_refused(ada, pending, script, field, typed):
    page = press(ada, pending, "_save", **{field: typed})
    assert list(page.context["adminform"].form.errors) == [field]
    refused = script("PUT", f"/api/admin/events/{pending.key}", {field: typed}, 422)
    assert [error["field"] for error in refused["errors"]] == [field]
    assert stored(pending).version == 1


def test_a_groups_name_and_website_are_held_to_the_same(script):
    make.group().save()
    for field, typed in (("name", "\u200b"), ("website", "https://a:b@example.org")):
        refused = script("PUT", "/api/admin/groups/pythons", {field: typed}, 422)
        assert [error["field"] for error in refused["errors"]] == [field]


def test_what_cannot_be_seen_is_left_out_of_what_can(ada, pending, script):
    press(
        ada,
        pending,
        "_save",
        title=" Py\u202ethon  \x07Evening ",
        cost="\x07",
        city="Fairfax\u200b",
    )
    event = stored(pending)
    assert (event.title, event.cost, event.city) == ("Python Evening", None, "Fairfax")
    said = {"title": "Rust\u2066 Evening", "description": "One.\r\n\x00Two.\u200b"}
    script("PUT", f"/api/admin/events/{pending.key}", said)
    assert (stored(pending).title, stored(pending).markdown) == ("Rust Evening", "One.\nTwo.")


def test_what_a_feed_has_stored_stays_as_it_is_beside_an_edit(ada, tables, script):
    odd = {
        "title": "Python\u200b  Night",
        "url": "https://ada:secret@example.org/",
        "group_website": "https://[",
        "description": "One.\r\nTwo. ",
    }
    event = make.event(**odd)
    event.save()
    press(ada, event, "_save", cost="Free")
    script("PUT", f"/api/admin/events/{event.key}", {"city": "Fairfax"})
    event = stored(event)
    assert (event.cost, event.city, sorted(event.locks)) == ("Free", "Fairfax", ["city", "cost"])
    assert {name: getattr(event, name) for name in odd} == odd


def test_a_submitters_description_is_markdown_in_the_preview_and_when_saved(ada, pending):
    typed = {"description": "Bring **two** laptops."}
    values = fields(ada.get(address(pending)))
    shown = ada.post(address(pending, "preview"), {**values, **typed}).content.decode()
    assert "<strong>two</strong>" in shown
    press(ada, pending, "_save", **typed)
    assert stored(pending).description_html == "<p>Bring <strong>two</strong> laptops.</p>"


def test_a_description_is_edited_as_it_was_written_and_a_feeds_as_text(ada, pending):
    press(ada, pending, "_save", description="Bring **two** laptops.")
    event = stored(pending)
    assert (event.description, event.markdown) == (
        "Bring two laptops.",
        "Bring **two** laptops.",
    )
    assert fields(ada.get(address(pending)))["description"] == ["Bring **two** laptops."]
    collected = make.event("Collected", description="A *b*", description_html="<p>A *b*</p>")
    collected.save()
    press(ada, collected, "_save", description="A **b** c")
    event = stored(collected)
    assert (event.description, event.description_html, event.markdown) == ("A **b** c", None, None)
    assert sorted(event.locks) == ["description", "description_html", "markdown"]
    event.undo(next(event.history()), Act("user:ada", NOW))
    assert stored(collected).description_html == "<p>A *b*</p>"


def test_a_change_of_markup_alone_is_told_in_the_history(ada, pending):
    press(ada, pending, "_save", description="Bring two.")
    press(ada, pending, "_save", description="Bring **two**.")
    page = ada.get(address(pending)).content.decode()
    assert "<dt>Description</dt>" in page
    assert "<ins>Bring **two**.\n" in page


def test_the_last_of_the_queue_leads_back_to_the_list(ada, pending):
    assert press(ada, pending, "_approve").url == reverse("admin:events_event_changelist")


def test_rejecting_needs_a_reason(ada, pending):
    page = press(ada, pending, "_reject", title="What I typed")
    assert "Say why" in page.content.decode()
    assert fields(page)["title"] == ["What I typed"]
    assert stored(pending).status == "pending"
    press(ada, pending, "_reject", reason="Not about technology")
    event = stored(pending)
    assert event.status == "rejected"
    assert event.approval_metadata.rejection_reason == "Not about technology"


def test_a_question_is_kept_until_somebody_decides(ada, pending):
    press(ada, pending, "_ask", question="Where is it?")
    event = stored(pending)
    assert (event.status, event.question["text"]) == ("pending", "Where is it?")
    assert actions(event) == ["asked"]
    press(ada, event, "_approve")
    assert stored(pending).question is None


def test_saving_changes_what_was_typed_and_nothing_else(ada, pending):
    press(ada, pending, "_save", city="Rosslyn")
    event = stored(pending)
    assert (event.city, event.status) == ("Rosslyn", "pending")
    [entry] = event.history()
    assert entry.after == {"city": "Rosslyn"}
    assert press(ada, event, "_save").status_code == 302
    assert len(actions(event)) == 1


def test_the_second_moderator_is_told_who_decided_and_loses_nothing(ada, pending):
    bob = staff.browser(Client, "bob")
    seen = bob.get(address(pending))
    press(ada, pending, "_approve")
    page = press(bob, pending, "_reject", seen, title="Typed by Bob", reason="Too far away")
    text = page.content.decode()
    assert page.status_code == 200
    assert "It was approved by ada at" in text
    assert fields(page)["title"] == ["Typed by Bob"]
    assert fields(page)["reason"] == ["Too far away"]
    assert (stored(pending).status, actions(pending)) == ("approved", ["approved"])


def test_a_stale_edit_shows_the_difference_and_can_be_repeated_on_purpose(ada, pending):
    bob = staff.browser(Client, "bob")
    seen = bob.get(address(pending))
    press(ada, pending, "_save", title="By Ada", cost="$5")
    page = press(bob, pending, "_save", seen, title="By Bob")
    assert stored(pending).title == "By Ada"
    assert page.context["differences"] == [
        {
            "label": "Title",
            "seen": "Python Night",
            "theirs": "By Ada",
            "typed": True,
            "yours": "By Bob",
        },
        {"label": "Cost", "seen": None, "theirs": "$5", "typed": False, "yours": None},
    ]
    assert press(bob, pending, "_save", page).status_code == 302
    event = stored(pending)
    assert (event.title, event.cost) == ("By Bob", "$5")


def test_a_field_with_an_error_loses_nothing(ada, pending):
    page = press(ada, pending, "_approve", title="Kept", end_datetime="2020-01-01T10:00")
    assert "It ends before it starts." in page.content.decode()
    assert fields(page)["title"] == ["Kept"]
    assert stored(pending).status == "pending"


def test_a_moved_event_keeps_its_page(ada, pending):
    press(ada, pending, "_save", start_datetime="2026-09-05T10:00", end_datetime="2026-09-05T12:30")
    assert stored(pending).start_datetime == dt.datetime(2026, 9, 5, 10)
    assert stored(pending).end_datetime == dt.datetime(2026, 9, 5, 12, 30)


def test_whole_days_end_at_the_midnight_after(ada, pending):
    press(ada, pending, "_save", all_day="on")
    event = stored(pending)
    assert (event.start_datetime, event.end_datetime) == (
        dt.datetime(2026, 9, 2),
        dt.datetime(2026, 9, 3),
    )


SESSIONS = [
    {"start": "2026-09-02T18:30:00", "end": "2026-09-02T20:30:00"},
    {"start": "2026-09-03T09:00:00", "end": None},
]


@pytest.mark.parametrize(
    ("typed", "sessions"),
    [
        (
            {"start_datetime": "2026-09-09T19:00", "end_datetime": "2026-09-10T18:00"},
            [
                {"start": "2026-09-09T19:00:00", "end": "2026-09-09T21:00:00"},
                {"start": "2026-09-10T09:30:00", "end": None},
            ],
        ),
        ({"end_datetime": "2026-09-04T17:30"}, None),
        ({"start_datetime": "2026-09-02T10:00"}, None),
        ({"all_day": "on"}, None),
        ({"title": "Another"}, SESSIONS),
    ],
)
def test_days_of_an_event_follow_its_start_and_end(ada, typed, sessions):
    event = submission(end_datetime=dt.datetime(2026, 9, 3, 17, 30), sessions=SESSIONS)
    page = ada.get(address(event))
    assert "Wed Sep 2, 18:30 to 20:30; Thu Sep 3, 09:00." in page.content.decode()
    press(ada, event, "_approve", page, **typed)
    assert (stored(event).status, stored(event).sessions) == ("approved", sessions)


@pytest.mark.parametrize("feed", ["webcal://example.org/f.ics", "sample:pythons", "no feed"])
def test_a_group_is_decided_whatever_its_stored_feed_is(ada, feed):
    group = make.group(ical=feed, website="gopher://example.org", status="pending")
    group.save()
    press(ada, group, "_approve")
    assert (stored(group).status, stored(group).ical) == ("approved", feed)


def test_a_typed_feed_is_one_that_can_be_read(ada):
    group = make.group()
    group.save()
    refused = press(ada, group, "_save", ical="ftp://example.org/f.ics")
    assert "Enter a valid URL" in refused.content.decode()
    press(ada, group, "_save", ical="webcal://example.org/f.ics")
    assert stored(group).ical == "https://example.org/f.ics"


def test_the_hour_that_a_clock_change_repeats_is_a_time_like_others(ada, pending):
    press(ada, pending, "_save", start_datetime="2026-11-01T01:30", end_datetime="2026-11-01T03:30")
    assert stored(pending).start_datetime == dt.datetime(2026, 11, 1, 1, 30)


def test_categories_are_chosen_from_those_there_are(ada, pending):
    Category("category", "ai", name="AI").save()
    press(ada, pending, "_save", categories=["ai"])
    assert stored(pending).categories == ["ai"]
    press(ada, pending, "_save", categories=[])
    assert stored(pending).categories is None


def test_an_edit_of_a_collected_event_locks_it(ada):
    event = make.event()
    event.save()
    press(ada, event, "_save", title="Python night", reason="The feed shouts")
    lock = stored(event).locks["title"]
    assert (lock["by"], lock["reason"]) == ("user:ada", "The feed shouts")


def test_a_proposed_change_is_accepted(ada):
    event = submission(status="approved")
    Review.about(
        "event", event.key, why="proposed", title=event.title, now=NOW, fields={"cost": "$10"}
    ).save()
    assert "The submitter wants to change" in ada.get(address(event)).content.decode()
    press(ada, event, "_accept")
    assert (stored(event).cost, Review.of("event", event.key)) == ("$10", None)


def test_a_trusted_event_is_left_as_it_is(ada):
    event = submission(status="approved")
    Review.about("event", event.key, why="trusted", title=event.title, now=NOW).save()
    press(ada, event, "_dismiss")
    assert Review.of("event", event.key) is None
    assert (stored(event).status, actions(event)) == ("approved", ["dismissed"])
    assert mail.outbox == []


def proposing(cost="$10", at=NOW):
    event = submission(status="approved")
    title = event.title
    Review.about(
        "event", event.key, why="proposed", title=title, now=at, fields={"cost": cost}
    ).save()
    return event


@pytest.mark.parametrize("button", ["_accept", "_dismiss"])
def test_a_proposal_that_was_not_shown_is_neither_made_so_nor_dropped(ada, button):
    event = proposing("$10")
    seen = ada.get(address(event))
    proposing("$99", NOW + dt.timedelta(minutes=1))
    page = press(ada, event, button, seen)
    assert "The proposed change is another one meanwhile." in page.content.decode()
    assert "$99" in page.content.decode()
    assert (stored(event).cost, Review.of("event", event.key).fields) == (None, {"cost": "$99"})
    assert press(ada, event, button, page).status_code == 302
    assert stored(event).cost == {"_accept": "$99", "_dismiss": None}[button]
    assert Review.of("event", event.key) is None


@pytest.mark.parametrize("button", ["_accept", "_dismiss"])
def test_a_proposals_end_is_in_the_history_and_told(ada, button):
    event = proposing()
    press(ada, event, button)
    [entry] = stored(event).history()
    assert (entry.action, entry.by, (entry.after or entry.before)["cost"]) == (
        {"_accept": "accepted", "_dismiss": "dismissed"}[button],
        "user:ada",
        "$10",
    )
    assert [message.subject for message in mail.outbox] == [
        {"_accept": "Changed: Python Night", "_dismiss": "Not changed: Python Night"}[button]
    ]
    assert "Undo this" not in ada.get(address(event)).content.decode() or button == "_accept"


def test_a_proposal_outlives_a_decision_whose_page_did_not_show_it(ada, pending):
    seen = ada.get(address(pending))
    proposing()
    pending.update(actions=[Event.status.set("pending")])
    press(ada, pending, "_approve", seen)
    assert stored(pending).status == "approved"
    assert Review.of("event", pending.key).fields == {"cost": "$10"}


def test_a_moderator_who_may_not_edit_is_shown_what_changed(ada, pending):
    eve = staff.browser(Client, "eve", "moderator")
    seen = eve.get(address(pending))
    press(ada, pending, "_save", title="By Ada")
    page = press(eve, pending, "_approve", seen)
    assert page.context["differences"] == [
        {"label": "Title", "seen": "Python Night", "theirs": "By Ada", "typed": False}
    ]
    assert stored(pending).status == "pending"


def test_the_preview_shows_what_the_form_says_and_stores_nothing(ada, pending):
    shown = ada.get(address(pending, "preview"))
    assert shown["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in shown["Content-Security-Policy"].split("; ")
    assert '<h1 class="p-name">Python Night</h1>' in shown.content.decode()
    values = fields(ada.get(address(pending)))
    shown = ada.post(
        address(pending, "preview"), {**values, "title": "Typed", "end_datetime": "nonsense"}
    )
    assert '<h1 class="p-name">Typed</h1>' in shown.content.decode()
    assert (stored(pending).title, stored(pending).version) == ("Python Night", 1)


def test_an_event_is_added_by_hand(ada):
    page = ada.get(reverse("admin:events_event_add"))
    values = fields(page) | {
        "title": "By hand",
        "start_datetime": "2026-09-05T10:00",
        "url": "https://example.org/by-hand",
        "location_type": "in_person",
        "region": "VA",
    }
    response = ada.post(reverse("admin:events_event_add"), values)
    assert response.status_code == 302
    key = Event.identify(
        "https://example.org/by-hand", "By hand", dt.datetime(2026, 9, 5, 10), all_day=False
    )
    event = Event.find(key)
    assert (event.status, event.state, event.source_type) == ("approved", "VA", "single_event")
    assert actions(event) == ["added"]
    again = ada.post(reverse("admin:events_event_add"), values)
    assert "There is one already" in again.content.decode()


def test_a_group_is_added_decided_and_changed(ada):
    page = ada.get(reverse("admin:groups_group_add"))
    ada.post(reverse("admin:groups_group_add"), fields(page) | {"name": "Rust DC", "active": "on"})
    group = Group.find("rust-dc")
    assert (group.status, group.active_approved) == ("approved", "true_approved")
    press(ada, group, "_save", skip_phrases="Board\r\nClosed", suppress_urls="all")
    group = stored(group)
    assert (group.skip_phrases, group.suppress_urls) == (["Board", "Closed"], True)
    press(ada, group, "_reject", reason="No events for years")
    assert stored(group).status == "rejected"


def test_deleting_is_confirmed_and_says_what_a_feed_does(ada):
    event = make.event()
    event.save()
    page = ada.get(address(event, "delete"))
    assert "Its feed brings it back" in page.content.decode()
    ada.post(address(event, "delete"), {"post": "yes"})
    assert (stored(event), actions(event)) == (None, ["deleted"])
    assert [entry.object_repr for entry in LogEntry.objects.all()] == ["Python Night"]


def test_an_item_that_is_gone_is_said_to_be(ada, pending):
    page = ada.get(address(pending))
    pending.remove(Act("user:bob", NOW))
    response = ada.post(address(pending), {**fields(page), "_approve": "1"}, follow=True)
    assert "Perhaps it was deleted?" in response.content.decode()


def test_panels_are_shown_below_the_form(ada, pending, monkeypatch):
    def panel(request, item):
        return {
            "title": f"About {item.title}",
            "template": "admin/moderated/_breadcrumbs.html",
            "context": {},
        }

    monkeypatch.setattr(EventAdmin, "panels", [panel, lambda request, item: None])
    assert "<h2>About Python Night</h2>" in ada.get(address(pending)).content.decode()


def test_times_are_the_sites(ada, pending):
    values = fields(ada.get(address(pending)))
    assert values["start_datetime"] == [f"{TOMORROW_EVENING:%Y-%m-%dT%H:%M}"]
