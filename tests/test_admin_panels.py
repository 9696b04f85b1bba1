"""A group's feed on its admin page, and the short lists that staff manage beside events."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.urls import reverse
from django.utils import timezone

from collector.collect import collect
from collector.models import FeedRead
from dctech.models import CalendarVersion, History
from dctech.moderation import Act, Batch
from dctech.moderation.reasons import Reason
from dctech.submissions.people import TrustedSubmitter
from events import categories
from events.models import Category
from groups.admin_chart import HEIGHT, chart
from groups.models import Group
from tests import make
from tests.make import NOW
from tests.servers import ok, status
from tests.test_accounts_roles import somebody
from tests.test_collect import DAY, HOUR, calendar, feed, server, stored, vevent
from tests.test_history import editor, moderator, page, press, said

__all__ = ["editor", "feed", "moderator", "server"]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("tables"),
    pytest.mark.urls("dctech.urls"),
]

SOON = timezone.now() + 3 * DAY
ADA = Act("user:ada", NOW)


def pythons():
    return Group.find("pythons")


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def test_a_groups_page_tells_of_its_feeds_reads(moderator, feed, server):
    feed(vevent(), vevent("maps", "Maps"))
    collect(NOW)
    server["/feed.ics"] = status(500)
    collect(NOW + HOUR)
    html = page(moderator, pythons())
    assert "<td>2026-09-01 13:00</td>\n              <td>http-500</td>" in html
    assert "2 new" in html
    bars = re.findall(r'<rect x="(\d+)" y="(\d+)" .*? fill="(#\w+)"><title>(.*?)</title>', html)
    assert bars == [
        ("0", "0", "#417690", "2026-09-01 12:00: 2"),
        ("12", "0", "#c0392b", "2026-09-01 13:00: http-500"),
    ]
    assert "1 times, last with: http-500" in html


def test_at_most_thirty_reads_are_told(moderator, feed):
    for number in range(31):
        FeedRead(
            "feed#pythons",
            (NOW + number * HOUR).isoformat(timespec="seconds"),
            run="test",
            outcome="ok",
            counts={"seen": number, "skipped": 99},
        ).save()
    html = page(moderator, pythons())
    assert html.count("<rect ") == 30
    assert "30 at most" in html


def test_bars_are_as_high_as_the_share_of_the_most():
    drawn = chart([("a", 1), ("b", 4), ("c", None), ("d", 0)])
    assert [(bar.height, bar.failed) for bar in drawn.bars] == [
        (HEIGHT // 4, False),
        (HEIGHT, False),
        (HEIGHT, True),
        (1, False),
    ]
    assert chart([]) is None


def test_read_now_collects_this_group_and_says_what_came_of_it(moderator, feed):
    feed(vevent(start=SOON))
    html = text(press(moderator, "read", pythons()))
    assert "<li>1 new</li>" in html
    assert "<td>new</td><td>Python Night</td>" in html
    [event] = stored()
    assert (event.title, event.source_type) == ("Python Night", "ical")
    assert LogEntry.objects.get().change_message == "Feed read: ok."


def test_preview_tells_the_same_and_stores_nothing(moderator, feed):
    feed(vevent(start=SOON))
    html = text(press(moderator, "preview", pythons()))
    assert "<td>new</td><td>Python Night</td>" in html
    assert stored() == []
    assert CalendarVersion.current() == 0
    assert LogEntry.objects.count() == 0


def test_the_feed_of_a_pending_group_can_be_previewed_and_not_read(moderator, feed, server):
    make.group("maps", ical=server.url("/maps.ics"), status="pending").save()
    server["/maps.ics"] = ok(calendar(vevent("maps", "Maps", SOON)))
    maps = Group.find("maps")
    assert "<td>new</td><td>Maps</td>" in text(press(moderator, "preview", maps))
    response = press(moderator, "read", maps)
    assert said(response) == ["Only an active, approved group with a feed is collected."]
    assert stored("maps") == []


def test_a_feed_that_cannot_be_read_says_why(moderator, feed, server):
    server["/feed.ics"] = status(404)
    assert "<strong>failed</strong>: http-404" in text(press(moderator, "preview", pythons()))


def test_a_rejected_groups_events_are_taken_off_and_that_is_undone_as_one(moderator, feed):
    feed(vevent(start=SOON), vevent("maps", "Maps", SOON + HOUR))
    press(moderator, "read", pythons())
    assert "off the calendar" not in page(moderator, pythons())
    pythons().reject(ADA)
    assert "Take its 2 upcoming events off the calendar" in page(moderator, pythons())
    response = press(moderator, "clear", pythons())
    [batch] = Batch.recent()
    assert response["Location"] == reverse("admin:events_event_batch", args=[batch.sort])
    assert (batch.action, batch.total) == ("rejected", 2)
    assert batch.reason == "The group Pythons was rejected."
    batch.run(timezone.now(), go_on=lambda: True)
    assert [event.status for event in stored()] == ["rejected", "rejected"]
    undoing = batch.undo(Act("user:ada", timezone.now()))
    undoing.run(timezone.now(), go_on=lambda: True)
    assert undoing.refused is None
    assert [event.status for event in stored()] == ["approved", "approved"]


def test_a_listed_groups_events_are_not_taken_off(moderator, feed):
    feed(vevent(start=SOON))
    press(moderator, "read", pythons())
    press(moderator, "clear", pythons())
    assert Batch.recent() == []


# Categories.


def test_a_category_is_added_and_the_calendar_told(editor):
    version = CalendarVersion.current()
    address = reverse("admin:events_category_add")
    editor.post(address, {"slug": "ai", "name": "AI", "description": ""})
    [category] = Category.all()
    assert (category.slug, category.name, category.description) == ("ai", "AI", None)
    assert CalendarVersion.current() == version + 1
    [entry] = History.of("category#ai")
    assert (entry.action, entry.by, entry.after) == ("added", "user:kim", {"name": "AI"})
    assert LogEntry.objects.get().action_flag == ADDITION
    assert "There is one with this name already." in text(
        editor.post(address, {"slug": "ai", "name": "Other"})
    )
    assert "AI" in text(editor.get(reverse("admin:events_category_changelist")))


@pytest.fixture
def ai():
    categories.store(Category("category", "ai"), {"name": "AI"}, ADA)
    return categories.find("ai")


def change(client, category, **fields):
    address = reverse("admin:events_category_change", args=[category.slug])
    values = {"name": category.name, "description": "", "seen": int(category.version)}
    return client.post(address, values | fields)


def test_a_category_is_renamed_and_keeps_its_slug(editor, ai):
    version = CalendarVersion.current()
    change(editor, ai, name="A.I.", slug="other")
    [category] = Category.all()
    assert (category.slug, category.name) == ("ai", "A.I.")
    assert CalendarVersion.current() == version + 1
    [entry, _] = History.of("category#ai")
    assert (entry.action, entry.before, entry.after) == ("edited", {"name": "AI"}, {"name": "A.I."})
    assert LogEntry.objects.get().action_flag == CHANGE


def test_a_stale_edit_of_a_category_loses_nothing_typed(editor, ai):
    categories.store(categories.find("ai"), {"name": "Machines"}, ADA)
    html = text(change(editor, ai, name="Mine"))
    assert "It was changed meanwhile" in html
    assert 'value="Mine"' in html
    assert Category.all()[0].name == "Machines"


def test_a_category_is_deleted_after_saying_how_many_events_have_it(editor, ai):
    start = SOON.replace(tzinfo=None, microsecond=0)
    make.event("One", start, categories=["ai"]).save()
    make.event("Two", start + HOUR, categories=["ai", "maps"]).save()
    make.event("Three", start, categories=["maps"]).save()
    address = reverse("admin:events_category_delete", args=["ai"])
    assert "Upcoming events that have it, and stay: 2" in text(editor.get(address))
    version = CalendarVersion.current()
    editor.post(address, {"post": "yes"})
    assert Category.all() == []
    assert CalendarVersion.current() == version + 1
    assert next(History.of("category#ai")).before == {"name": "AI", "description": None}
    assert LogEntry.objects.get().action_flag == DELETION


def test_a_slug_has_small_letters_digits_and_hyphens(editor):
    for slug in ("A I", "../x", "ü", "a" * 81):
        address = reverse("admin:events_category_add")
        text(editor.post(address, {"slug": slug, "name": "AI"}))
    assert Category.all() == []


# Reason templates.


def test_reasons_are_added_edited_and_deleted(editor):
    editor.post(reverse("admin:dctech_reason_add"), {"slug": "far", "text": "Too far"})
    [reason] = Reason.all()
    assert (reason.sort, reason.text, reason.for_kind) == ("far", "Too far", None)
    address = reverse("admin:dctech_reason_change", args=["far"])
    editor.post(address, {"text": "Too far away", "for_kind": "event"})
    assert [r.text for r in Reason.all("event")] == ["Too far away"]
    assert Reason.all("group") == []
    assert "Too far away" in text(editor.get(reverse("admin:dctech_reason_changelist")))
    editor.post(reverse("admin:dctech_reason_delete", args=["far"]), {"post": "yes"})
    assert Reason.all() == []
    flags = list(LogEntry.objects.order_by("pk").values_list("action_flag", flat=True))
    assert flags == [ADDITION, CHANGE, DELETION]


# Trusted submitters.


def test_an_account_with_a_verified_address_is_trusted_until_the_mark_is_deleted(editor):
    sam = somebody("sam")
    EmailAddress.objects.create(user=sam, email=sam.email, verified=False)
    address = reverse("admin:dctech_trustedsubmitter_add")
    assert "No account has this address verified." in text(
        editor.post(address, {"email": sam.email})
    )
    EmailAddress.objects.update(verified=True)
    editor.post(address, {"email": sam.email.upper()})
    trusted = TrustedSubmitter.find(sam.pk)
    assert (trusted.email, trusted.by) == (sam.email, "user:kim")
    assert "This account is trusted already." in text(editor.post(address, {"email": sam.email}))
    assert sam.email in text(editor.get(reverse("admin:dctech_trustedsubmitter_changelist")))
    gone = reverse("admin:dctech_trustedsubmitter_delete", args=[sam.pk])
    editor.post(gone, {"post": "yes"})
    assert TrustedSubmitter.find(sam.pk) is None
    flags = list(LogEntry.objects.order_by("pk").values_list("action_flag", flat=True))
    assert flags == [ADDITION, DELETION]
