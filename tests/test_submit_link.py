"""The submitter's own page: what became of it, answering, changing, withdrawing, sending again."""

import datetime as dt

import pytest
from django.core import mail

from dctech.moderation import Act, Review
from dctech.notices.moderators import Unannounced
from dctech.submissions.limits import Count
from dctech.submissions.links import private_link, token
from events.models import Event
from groups.models import Group
from tests import make
from tests.make import NOW
from tests.test_pages import DAY, now, page
from tests.test_submit_event import EMAIL, fresh_index

__all__ = ["fresh_index", "now"]

pytestmark = [pytest.mark.usefixtures("tables"), pytest.mark.urls("dctech.urls")]

ADA = Act("user:ada", NOW)


@pytest.fixture
def event(now):
    """A pending submission."""
    made = make.event(
        "Rust for Gardeners",
        now.replace(hour=18, minute=0, second=0) + 7 * DAY,
        source_type="submission",
        status="pending",
        submitted_by=EMAIL,
        group_id=None,
        group_name=None,
        uid=None,
        last_seen_date=None,
    )
    made.create()
    return Event.find(made.event_id)


def address(event):
    return f"/submit/{event.KIND}/{token(event)}/"


def stored(event):
    return type(event).find(event.key)


def post(client, event, status=302, **sent):
    response = client.post(address(event), {"version": stored(event).version} | sent)
    assert response.status_code == status
    return response


def edit(client, event, status=302, version=None, **changes):
    """Send the edit form as a browser does: as it was shown, with some changes."""
    where = f"{address(event)}edit/"
    form = client.get(where).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    sent = {name: _typed(value) for name, value in sent.items() if value}
    sent["version"] = version or stored(event).version
    response = client.post(where, sent | changes)
    assert response.status_code == status, response.context and response.context["form"].errors
    return response


def _typed(value):
    return value if isinstance(value, list) else str(value)


def last(event):
    record = next(stored(event).history())
    return record.action, record.by


@pytest.mark.parametrize("where", ["", "edit/"])
def test_the_page_is_private(client, event, where):
    response = client.get(f"{address(event)}{where}")
    assert response.status_code == 200
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]
    assert EMAIL not in response.content.decode()
    before = stored(event).version
    assert before == event.version


@pytest.mark.parametrize("where", ["", "edit/"])
def test_nobody_guesses_a_link(client, event, where):
    make.event("Collected", event.start_datetime).create()
    collected = Event.find(make.event("Collected", event.start_datetime).event_id)
    group = make.group(event.event_id, submitted_by=EMAIL)
    group.save()
    for signed in (
        event.event_id,
        f"{event.event_id}.x",
        token(event)[:-1],
        token(collected),
        token(group),
        "é.x",
    ):
        assert client.get(f"/submit/event/{signed}/{where}").status_code == 404
        assert client.post(f"/submit/event/{signed}/{where}", {}).status_code == 404


def test_it_says_what_became_of_it(client, event):
    assert "waiting for a moderator" in page(client, address(event))
    event.approve(ADA)
    assert f'href="/events/{event.event_id}/rust-for-gardeners/"' in page(client, address(event))
    event.reject(Act("user:ada", NOW, reason="Not about <technology>"))
    assert "Not about &lt;technology&gt;" in page(client, address(event))
    assert "ada" not in page(client, address(event)).casefold()


def test_an_answer_clears_the_question_and_is_kept(client, event):
    event.change(
        "asked", ADA, {"question": {"text": "Is it free?", "by": "user:ada", "at": "2026"}}
    )
    assert "Is it free?" in page(client, address(event))
    assert (
        "Write an answer first"
        in post(client, event, 200, act="answer", answer=" ").content.decode()
    )
    post(client, event, act="answer", answer="Yes, for everybody.")
    assert stored(event).question is None
    record = next(event.history())
    assert (record.action, record.by, record.reason) == (
        "answered",
        "submitter",
        "Yes, for everybody.",
    )
    again = post(client, event, 409, act="answer", answer="Once more")
    assert "Once more" in again.content.decode()


def test_a_stale_answer_is_refused_and_kept(client, event):
    event.change(
        "asked", ADA, {"question": {"text": "Is it free?", "by": "user:ada", "at": "2026"}}
    )
    response = post(client, event, 409, act="answer", answer="Of course!", version=1)
    assert "Of course!" in response.content.decode()
    assert "changed meanwhile" in response.content.decode()
    assert stored(event).question is not None


def test_a_pending_event_is_changed_at_once(client, event):
    edit(client, event, title="Rust for Farmers", time="19:00", end_time="21:00")
    changed = stored(event)
    assert (changed.title, changed.start_datetime.hour, changed.status) == (
        "Rust for Farmers",
        19,
        "pending",
    )
    assert changed.location == event.location
    assert last(event) == ("edited", "submitter")
    record = next(changed.history())
    assert record.before["title"] == "Rust for Gardeners"


def test_sending_it_as_it_was_changes_nothing(client, event):
    edit(client, event, description="Same")
    version = stored(event).version
    edit(client, event)
    assert stored(event).version == version


def test_a_stale_edit_is_refused_and_nothing_typed_is_lost(client, event):
    event.edit(ADA, {"cost": "10 USD"})
    response = edit(client, event, 200, version=1, title="Mine")
    assert "changed meanwhile" in response.content.decode()
    assert response.context["form"]["title"].value() == "Mine"
    assert response.context["item"].version == 2
    assert stored(event).title == "Rust for Gardeners"


def test_a_change_after_approval_waits_as_a_difference(client, event):
    event.approve(ADA)
    edit(client, event, title="Rust for Farmers", cost="Free")
    assert stored(event).title == "Rust for Gardeners"
    review = Review.of("event", event.event_id)
    assert (review.why, review.fields) == (
        "proposed",
        {"title": "Rust for Farmers", "cost": "Free"},
    )
    html = page(client, address(event))
    assert "<del>Rust for Gardeners</del>" in html
    assert "<ins>Rust for Farmers</ins>" in html
    assert last(event) == ("proposed", "submitter")
    assert "Farmers" not in page(client, f"/events/{event.event_id}/rust-for-gardeners/")


def test_a_newer_proposal_replaces_the_older_and_none_is_left_when_taken_back(client, event):
    event.approve(ADA)
    edit(client, event, title="Rust for Farmers")
    edit(client, event, cost="5 USD")
    assert Review.of("event", event.event_id).fields == {
        "title": "Rust for Farmers",
        "cost": "5 USD",
    }
    edit(client, event, title="Rust for Gardeners", cost="")
    assert Review.of("event", event.event_id) is None


@pytest.mark.parametrize("approved", [False, True])
def test_withdrawing(client, event, approved):
    if approved:
        event.approve(ADA)
        edit(client, event, title="Other")
    post(client, event, act="withdraw")
    gone = stored(event)
    assert (gone.status, gone.state) == ("rejected", None)
    assert gone.approval_metadata.rejection_reason == "Withdrawn by its submitter"
    assert last(event) == ("withdrawn", "submitter")
    assert Review.of("event", event.event_id) is None
    assert "You have withdrawn it" in page(client, address(event))
    page(client, f"/events/{event.event_id}/rust-for-gardeners/", 404)
    post(client, event, 409, act="withdraw")


def test_a_rejected_one_is_corrected_and_sent_again(client, event):
    event.reject(Act("user:ada", NOW, reason="Where is it?"))
    mail.outbox.clear()
    edit(client, event, location="Library, Arlington, VA")
    again = stored(event)
    assert (again.status, again.location) == ("pending", "Library, Arlington, VA")
    assert again.approval_metadata is None
    assert again.submitted_at > NOW + dt.timedelta(days=-1)
    assert last(event) == ("resubmitted", "submitter")
    assert [message.to for message in mail.outbox] == [[EMAIL]]


@pytest.mark.parametrize("act", ["", "approve"])
def test_there_is_nothing_else_to_do(client, event, act):
    assert "Choose what to do" in post(client, event, 200, act=act).content.decode()
    assert stored(event).version == event.version


def test_a_group_has_the_same(client, now):
    group = make.group(status="pending", submitted_by=EMAIL)
    group.save()
    assert private_link(group).endswith(address(group))
    edit(client, group, name="Python People")
    assert stored(group).name == "Python People"
    stored(group).approve(ADA)
    edit(client, group, website="https://people.example.org/")
    assert stored(group).website == "https://pythons.example.org/"
    assert "https://people.example.org/" in page(client, address(group))
    post(client, group, act="withdraw")
    assert list(Group.active_and_approved()) == []


MARKED = {
    "markdown": "Bring **seeds**.",
    "description": "Bring seeds.",
    "description_html": "<p>Bring <strong>seeds</strong>.</p>",
}


def said(event):
    return {name: getattr(stored(event), name) for name in MARKED}


def test_a_description_is_edited_as_it_was_written_and_read_as_text(client, event):
    edit(client, event, description="Bring **seeds**.")
    assert said(event) == MARKED
    form = client.get(f"{address(event)}edit/").context["form"]
    assert form["description"].value() == "Bring **seeds**."
    event = stored(event)
    event.approve(ADA)
    for path in ("/events.ics", "/events.json", "/events.rss", "/"):
        assert "**" not in page(client, path)


def test_a_change_of_markup_alone_is_proposed_shown_and_accepted_whole(client, event):
    edit(client, event, description="Bring seeds.")
    stored(event).approve(ADA)
    edit(client, event, description="Bring **seeds**.")
    assert Review.of("event", event.key).fields == {
        name: MARKED[name] for name in ("markdown", "description_html")
    }
    assert "Bring **seeds**." in page(client, address(event))
    form = client.get(f"{address(event)}edit/").context["form"]
    assert form["description"].value() == "Bring **seeds**."


def test_taking_an_edit_back_brings_all_of_a_description_back(client, event):
    edit(client, event, description="Bring **seeds**.")
    edit(client, event, description="Bring *spades*.")
    item = stored(event)
    item.undo(next(item.history()), ADA)
    assert said(event) == MARKED


def test_moderators_hear_of_answers_and_proposals(client, event, settings):
    settings.MODERATORS_EMAIL = ["staff@example.org"]
    event.change(
        "asked", ADA, {"question": {"text": "Is it free?", "by": "user:ada", "at": "2026"}}
    )
    post(client, event, act="answer", answer="Yes.")
    assert [message.to for message in mail.outbox] == [["staff@example.org"]]
    stored(event).approve(ADA)
    edit(client, event, cost="Free")
    assert Unannounced.get("notices", "moderators").waiting == 1  # for the next quarter of an hour


def test_a_link_ends_with_its_submission_and_opens_no_other(client, event):
    old = address(event)
    event.remove(ADA)
    assert client.get(old).status_code == 404
    again = make.event(
        "Rust for Gardeners",
        event.start_datetime,
        source_type="submission",
        status="pending",
        submitted_by="zqother@example.org",
        created_at=NOW + dt.timedelta(milliseconds=1),
    )
    again.create()
    assert again.event_id == event.event_id
    assert client.get(old).status_code == 404
    assert client.get(address(again)).status_code == 200


def test_a_link_of_a_group_ends_with_it(client, now):
    group = make.group(submitted_by=EMAIL)
    old = address(group)
    make.group(submitted_by="zqother@example.org", created_at=NOW + DAY).save()
    assert client.get(old).status_code == 404


def test_receipts_are_limited_and_withdrawing_is_not(client, event, settings):
    settings.SUBMISSIONS_PER_EMAIL_AND_DAY = 2
    post(client, event, act="withdraw")
    edit(client, event, cost="1 USD")
    post(client, event, act="withdraw")
    mail.outbox.clear()
    response = edit(client, event, 429, cost="2 USD")
    assert "one e-mail address" in response.content.decode()
    assert (stored(event).status, mail.outbox) == ("rejected", [])
    assert [count.number for count in Count.query("limits#email")] == [4]


def test_a_submitter_reads_what_they_have_answered(client, event):
    for number in ("one", "two"):
        question = {"text": f"Question {number}?", "by": "user:ada", "at": "2026"}
        stored(event).change("asked", ADA, {"question": question})
        post(client, event, act="answer", answer=f"Answer <{number}>")
    html = page(client, address(event))
    assert html.index("Answer &lt;one&gt;") < html.index("Answer &lt;two&gt;")
