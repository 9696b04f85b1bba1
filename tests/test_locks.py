"""Locked fields of collected events: they stay through collections, and go back to the feed when unlocked."""

import pytest
from django.urls import reverse

from collector.collect import collect
from collector.live_site import legacy_hashes
from collector.models import Feed, Overlay
from dctech.moderation import Act
from events.models import Event
from tests.make import NOW
from tests.test_accounts_roles import somebody
from tests.test_collect import DAY, HOUR, feed, server, stored, vevent
from tests.test_history import editor, page, press, said

__all__ = ["editor", "feed", "server"]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("tables"),
    pytest.mark.urls("dctech.urls"),
]

KIM = Act("user:kim", NOW, reason="The feed shouts")


def whole(event):
    return Event.find(event.event_id)


@pytest.fixture
def night(feed):
    """A collected event whose title is locked."""
    feed(vevent(title="PYTHON NIGHT"))
    collect(NOW)
    [event] = stored()
    event.edit(KIM, {"title": "Python Night"})
    return event


def test_a_locked_field_survives_three_collections_and_unlocking_gives_it_back(editor, feed, night):
    for number in range(1, 4):
        feed(vevent(title=f"PYTHON NIGHT {number}", description=f"Read {number}"))
        collect(NOW + number * HOUR)
        assert (whole(night).title, whole(night).description) == ("Python Night", f"Read {number}")
    html = page(editor, night)
    assert "PYTHON NIGHT 3" in html
    assert "The feed shouts" in html
    response = press(editor, "unlock", night, field="title")
    assert said(response) == ["Title is the feed's again: PYTHON NIGHT 3."]
    assert (whole(night).title, whole(night).locks) == ("PYTHON NIGHT 3", None)
    feed(vevent(title="PYTHON NIGHT 4", description="Read 4"))
    collect(NOW + 4 * HOUR)
    assert whole(night).title == "PYTHON NIGHT 4"


def test_after_unlocking_the_feed_is_read_whole_even_if_nothing_is_new_in_it(editor, feed, night):
    collect(NOW + HOUR)
    assert Feed.of("pythons").sha256
    press(editor, "unlock", night, field="title")
    assert (Feed.of("pythons").sha256, Feed.of("pythons").etag) == (None, None)
    report = collect(NOW + 2 * HOUR)
    assert report.outcomes == {"ok": 1}
    assert collect(NOW + 3 * HOUR).outcomes == {"unchanged": 1}


def test_unlocking_can_be_undone(editor, feed, night):
    press(editor, "unlock", night, field="title")
    [entry, *_] = night.history()
    assert (entry.action, entry.by) == ("unlocked", "user:kim")
    press(editor, "undo", night, entry=entry.entry_id)
    assert whole(night).title == "Python Night"
    assert whole(night).locks["title"]["value"] == "Python Night"
    collect(NOW + DAY)
    assert whole(night).title == "Python Night"


def test_one_lock_goes_and_the_others_stay(editor, feed, night):
    whole(night).edit(KIM, {"cost": "$5", "description": "Bring a laptop."})
    press(editor, "unlock", night, field="description")
    assert sorted(whole(night).locks) == ["cost", "title"]


def test_imported_corrections_are_shown_as_locks_with_their_reason(editor, feed):
    feed(vevent(uid="chess", title="Chess Club of Arlington", url=None))
    collect(NOW)
    [event] = stored()
    name = _old_name(feed, event)
    Overlay("overlays", name, fields={"title": "Chess Club"}, reason="# shorter").save()
    collect(NOW + DAY)
    [event] = stored()
    assert event.title == "Chess Club"
    html = page(editor, event)
    assert "# shorter" in html
    assert "the import" in html
    press(editor, "unlock", event, field="title")
    collect(NOW + DAY + HOUR)
    assert whole(event).title == "Chess Club of Arlington"


def _old_name(feed, event):
    when = f"{event.start_datetime:%Y-%m-%d}", f"{event.start_datetime:%H:%M}"
    return min(legacy_hashes(*when, event.title, [event.url]))


def test_who_may_not_edit_sees_no_button_to_unlock(client, night):
    client.force_login(somebody("mo", "Moderator"))
    assert "Unlock</button>" not in page(client, night)


def test_a_field_that_is_not_locked_is_refused(editor, night):
    assert press(editor, "unlock", night, field="cost").status_code == 404
    assert press(editor, "unlock", night).status_code == 404
    assert editor.get(reverse("panel-unlock", args=[night.key])).status_code == 405


def test_an_aged_page_unlocks_nothing(editor, night):
    seen = whole(night)
    whole(night).edit(KIM, {"cost": "$5"})
    response = press(editor, "unlock", night, seen=seen, field="title")
    assert said(response) == ["It was changed meanwhile: Cost. Look at it again, then repeat."]
    assert sorted(whole(night).locks) == ["cost", "title"]
