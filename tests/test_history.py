"""History on the admin's pages: what changed and why, and the ways back."""

import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from dctech.models import CalendarVersion
from dctech.moderation import Act
from dctech.moderation.deletions import Deletion
from events.models import Event
from groups.models import Group
from tests import make
from tests.make import NOW
from tests.test_accounts_roles import somebody

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("tables"),
    pytest.mark.urls("dctech.urls"),
]

ADA = Act("user:ada", NOW, reason="Their site says so")
BOB = Act("user:bob", NOW + dt.timedelta(minutes=1))


@pytest.fixture
def editor(client):
    client.force_login(somebody("kim", "Editor"))
    return client


@pytest.fixture
def moderator(client):
    client.force_login(somebody("mo", "Moderator"))
    return client


@pytest.fixture
def event():
    made = make.event(source_type="submission", group_id=None, uid=None)
    made.save()
    return Event.find(made.event_id)


def stored(event):
    return Event.find(event.event_id)


def page(client, item, status=200):
    app = {"event": "events", "group": "groups"}[item.KIND]
    response = client.get(reverse(f"admin:{app}_{item.KIND}_change", args=[item.key]))
    assert response.status_code == status
    return response.content.decode()


def press(client, name, item, *, seen=None, **fields):
    """Send a panel's form as the page of `seen` (the item as it is now) holds it."""
    now = seen or type(item).find(item.key)
    arguments = (
        [item.key] if name in {"unlock", "read", "preview", "clear"} else [item.KIND, item.key]
    )
    return client.post(
        reverse(f"panel-{name}", args=arguments),
        {"seen_version": int(now.version), "seen_status": now.status, **fields},
    )


def said(response):
    return [str(message) for message in response.wsgi_request._messages][-1:]


def test_the_page_tells_who_changed_what_when_and_why(editor, event):
    event.edit(ADA, {"title": "Python Morning"})
    html = page(editor, event)
    assert "<td>2026-09-01 12:00</td>" in html
    assert "<td>ada</td>" in html
    assert "edited: Their site says so" in html
    assert "<del>Python Night\n" in html
    assert "<ins>Python Morning\n" in html


def test_a_long_text_is_shortened_with_the_whole_at_hand(editor, event):
    event.edit(ADA, {"description": "word " * 100})
    html = page(editor, event)
    assert "<details><summary>word word" in html
    assert html.count("word " * 99) >= 1


def test_what_somebody_typed_is_escaped(editor, event):
    event.edit(ADA, {"title": "<script>alert(1)</script>"})
    assert "<script>alert(1)" not in page(editor, event)


def test_a_change_is_taken_back_and_the_calendar_told(editor, event):
    entry = event.edit(ADA, {"title": "Python Morning"})
    version = CalendarVersion.current()
    response = press(editor, "undo", event, entry=entry.entry_id)
    assert said(response) == ["Taken back: “edited” by ada."]
    assert stored(event).title == "Python Night"
    assert CalendarVersion.current() == version + 1
    assert [(e.action, e.by) for e in event.history()] == [
        ("undone", "user:kim"),
        ("edited", "user:ada"),
    ]
    assert LogEntry.objects.get().object_id == event.event_id


def test_any_version_is_restored_with_one_click(editor, event):
    first = event.edit(ADA, {"title": "One"})
    event.edit(BOB, {"title": "Two", "cost": "$5"})
    press(editor, "restore", event, entry=first.entry_id)
    assert (stored(event).title, stored(event).cost) == ("One", None)


def test_the_page_offers_to_restore_what_differs_only(editor, event):
    event.edit(ADA, {"title": "One"})
    assert "Restore this version" not in page(editor, event)
    event.edit(BOB, {"title": "Two"})
    assert page(editor, event).count("Restore this version") == 1


def test_a_page_that_has_aged_changes_nothing(editor, event):
    entry = event.edit(ADA, {"title": "One"})
    seen = stored(event)
    event.edit(BOB, {"cost": "$5"})
    response = press(editor, "undo", event, seen=seen, entry=entry.entry_id)
    assert said(response) == ["It was changed meanwhile: Cost. Look at it again, then repeat."]
    event.reject(BOB)
    response = press(editor, "undo", event, seen=seen, entry=entry.entry_id)
    assert said(response) == ["It was rejected by bob at 2026-09-01 16:01 UTC."]
    assert stored(event).title == "One"


def test_a_moderator_takes_back_decisions_and_no_edits(moderator, event):
    edit = event.edit(ADA, {"title": "One"})
    decision = event.reject(BOB)
    html = page(moderator, event)
    assert html.count("Undo this") == 1
    assert press(moderator, "undo", event, entry=edit.entry_id).status_code == 403
    assert press(moderator, "undo", event, entry=decision.entry_id).status_code == 302
    assert (stored(event).status, stored(event).title) == ("approved", "One")


def test_restoring_needs_what_its_changes_need(moderator, event):
    first = event.edit(ADA, {"cost": "$5"})
    decision = event.reject(BOB)
    event.approve(Act("user:ada", NOW + dt.timedelta(minutes=2)), {"title": "Two"})
    assert press(moderator, "restore", event, entry=decision.entry_id).status_code == 403
    assert press(moderator, "restore", event, entry=first.entry_id).status_code == 403
    assert stored(event).title == "Two"


def test_a_decision_made_at_any_moment_is_taken_back(moderator, event):
    moment = NOW + dt.timedelta(microseconds=123_456)
    event.reject(Act("user:ada", moment))
    [entry] = event.history()
    press(moderator, "undo", event, entry=entry.entry_id)
    assert (stored(event).status, stored(event).approval_metadata) == ("approved", None)


@pytest.mark.parametrize("action", ["undo", "restore"])
def test_an_entry_of_another_item_is_refused(editor, event, action):
    other = make.group(status="pending")
    other.save()
    entry = other.approve(ADA)
    assert press(editor, action, event, entry=entry.entry_id).status_code == 404
    assert press(editor, action, event, entry="").status_code == 404


def test_the_record_of_a_deletion_is_not_undone_by_the_button(moderator, event):
    entry = event.remove(ADA)
    Event.revive(entry, BOB)
    response = press(moderator, "undo", event, entry=entry.entry_id)
    assert said(response) == ["There is nothing to take back."]


def test_a_version_before_a_deletion_is_restored(editor, event):
    first = event.edit(ADA, {"title": "One"})
    event.edit(BOB, {"title": "Two"})
    entry = stored(event).remove(Act("user:ada", NOW + dt.timedelta(minutes=2)))
    Event.revive(entry, Act("user:bob", NOW + dt.timedelta(minutes=3)))
    press(editor, "restore", event, entry=first.entry_id)
    assert stored(event).title == "One"


def test_a_deleted_item_is_listed_and_brought_back(editor, event):
    event.remove(Act("user:ada", timezone.now(), reason="A test"))
    html = editor.get(reverse("panel-deletions", args=["event"])).content.decode()
    assert '<th scope="row">Python Night</th>' in html
    assert "A test" in html
    editor.post(reverse("panel-revive", args=["event", event.event_id]))
    assert (stored(event).title, stored(event).state) == ("Python Night", "VA")
    assert Deletion.recent("event", timezone.now()) == []
    again = editor.post(reverse("panel-revive", args=["event", event.event_id]))
    assert again.status_code == 404


def test_what_was_submitted_anew_is_not_brought_back(editor, event):
    event.remove(ADA)
    make.event(source_type="submission", status="pending", submitted_by="x@example.org").create()
    address = reverse("panel-revive", args=["event", event.event_id])
    html = editor.post(address, follow=True).content.decode()
    assert "It is there again: somebody submitted it anew." in html
    assert stored(event).status == "pending"


def test_a_deleted_group_comes_back(editor):
    group = make.group()
    group.save()
    group.remove(ADA)
    editor.post(reverse("panel-revive", args=["group", "pythons"]))
    assert Group.find("pythons").active_approved == "true_approved"


def test_a_deletion_is_offered_for_thirty_days(event):
    event.remove(ADA)
    month = dt.timedelta(days=30)
    assert len(Deletion.recent("event", NOW + month - dt.timedelta(seconds=1))) == 1
    assert Deletion.recent("event", NOW + month) == []


def test_another_kind_is_not_found(editor, event):
    for name in ("undo", "restore", "revive"):
        address = reverse(f"panel-{name}", args=["category", event.key])
        assert editor.post(address).status_code == 404
    assert editor.get(reverse("panel-deletions", args=["category"])).status_code == 404
