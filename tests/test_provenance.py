"""“Why does it say this?”: each field's source, as the admin's page names it."""

import re

import pytest

from collector.collect import collect
from collector.models import Feed
from dctech.moderation import Act, Review
from dctech.submissions.proposals import propose
from events.models import Event
from tests import make
from tests.make import NOW
from tests.test_collect import EVENING, HOUR, feed, server, stored, vevent
from tests.test_history import editor, page

__all__ = ["editor", "feed", "server"]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("tables"),
    pytest.mark.urls("dctech.urls"),
]

KIM = Act("user:kim", NOW + HOUR, reason="Shorter")


def sources(client, item):
    """Return field -> (because of, since) as the page says."""
    table = page(client, item).partition('<table class="sources">')[2].partition("</table>")[0]
    rows = {}
    for row in table.split("<tr>")[2:]:
        label = re.search(r'<th scope="row">(.*?)</th>', row)[1]
        cells = re.findall(r"<td>(.*?)</td>", row, re.DOTALL)
        rows[label] = (cells[1].strip(), cells[2].strip())
    return rows


def test_a_collected_event_says_what_its_feed_says_but_for_what_staff_locked(editor, feed):
    feed(vevent())
    collect(NOW)
    feed(vevent(title="Python Evening"))
    collect(NOW + HOUR)
    [event] = stored()
    event.edit(KIM, {"cost": "$5"})
    said = sources(editor, event)
    assert said["Title"] == ("the feed of pythons", "2026-09-01 13:00")
    assert said["Link"] == ("the feed of pythons", "2026-09-01 12:00")
    assert said["Cost"] == ("kim (locked): Shorter", "2026-09-01 13:00")
    assert said["City"] == ("the feed of pythons", "2026-09-01 12:00")
    assert "Description" not in said


def test_what_was_only_proposed_is_nobodys_word(editor):
    event = make.event(source_type="submission", cost="$5", submitted_by="kim@example.net")
    event.submit(Act("submitter", NOW))
    propose(event, Act("submitter", NOW + HOUR), {"cost": "$10"}, event.title)
    assert sources(editor, event)["Cost"] == ("the submitter", "2026-09-01 12:00")
    Review.of("event", event.key).dismiss(NOW + 2 * HOUR, "user:kim")
    assert sources(editor, event)["Cost"] == ("the submitter", "2026-09-01 12:00")
    text = page(editor, event)
    assert [text.count(said) for said in ("Undo this", "Restore this version")] == [0, 0]


def test_what_nobody_submitted_is_not_said_to_be_a_submitters(editor):
    group = make.group()
    group.save()
    assert sources(editor, group)["Name"][0] == "what it came with"


def test_what_the_events_own_page_said_is_its_own(editor, feed):
    feed(vevent())
    collect(NOW)
    [event] = stored()
    state = Feed.of("pythons")
    state.pages = {
        event.url: ["2026-09-01", {"is_free": True, "start": f"{event.start_datetime:%Y-%m-%d}"}]
    }
    state.save()
    event.revise({"cost": "Free"}, now=NOW)
    said = sources(editor, event)
    assert said["Cost"] == ("the event&#x27;s page, https://example.org/night", "2026-09-01 00:00")
    assert said["Title"] == ("the feed of pythons", "2026-09-01 12:00")


def test_the_page_of_another_day_has_no_say(editor, feed):
    feed(vevent())
    collect(NOW)
    [event] = stored()
    state = Feed.of("pythons")
    state.pages = {event.url: ["2026-09-01", {"is_free": True, "start": f"{EVENING.year}-01-01"}]}
    state.save()
    event.revise({"cost": "Free"}, now=NOW)
    assert sources(editor, event)["Cost"][0] == "the feed of pythons"


def test_a_locked_place_decides_the_city(editor, feed):
    feed(vevent())
    collect(NOW)
    [event] = stored()
    event.edit(KIM, {"location": "Elsewhere, Washington, DC"})
    collect(NOW + HOUR, force=True)
    said = sources(editor, event)
    assert said["City"] == said["Place"] == ("kim (locked): Shorter", "2026-09-01 13:00")


def test_a_submission_says_what_its_submitter_said_until_staff_edit_it(editor):
    event = make.event(
        source_type="submission", group_id=None, uid=None, submitted_by="zq@example.org"
    )
    event.submit(Act("submitter", NOW))
    Event.find(event.event_id).edit(KIM, {"cost": "$5"})
    said = sources(editor, event)
    assert said["Title"] == ("the submitter", "2026-09-01 12:00")
    assert said["Cost"] == ("kim: Shorter", "2026-09-01 13:00")


def test_what_was_taken_back_is_whose_it_was_before(editor):
    event = make.event(source_type="submission", group_id=None, uid=None)
    event.submit(Act("submitter", NOW))
    event.undo(event.edit(KIM, {"title": "Other"}), KIM)
    assert sources(editor, event)["Title"] == ("the submitter", "2026-09-01 12:00")


def test_what_staff_added_and_what_was_imported(editor):
    added = make.event("Added", source_type="single_event", group_id=None, uid=None)
    added.submit(Act("user:ada", NOW), "added")
    imported = make.event(
        "Imported", source_type="single_event", group_id=None, imported={"file": "chess.yaml"}
    )
    imported.save()
    assert sources(editor, added)["Title"] == ("ada", "2026-09-01 12:00")
    assert sources(editor, imported)["Title"][0] == "the imported file chess.yaml"


def test_a_groups_page_names_them_as_well(editor):
    group = make.group(status="pending")
    group.submit(Act("submitter", NOW))
    group.edit(KIM, {"website": "https://pythons.example/"})
    said = sources(editor, group)
    assert said["Name"] == ("the submitter", "2026-09-01 12:00")
    assert said["Website"] == ("kim: Shorter", "2026-09-01 13:00")
