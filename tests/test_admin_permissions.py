"""Each address and button of the queues for each kind of user: who may not, changes nothing."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dctech.moderation import Act, Batch
from events.models import Event
from tests import make, staff
from tests.make import NOW

pytestmark = pytest.mark.django_db
LIST = "/admin/events/event/"
SIGN_IN, NO, YES, GONE_ON = "sign in", 403, 200, "went on"
PEOPLE = ("anonymous", "member", "none", "viewer", "moderator", "editor")


@pytest.fixture
def event(tables):
    made = make.event(source_type="submission", status="pending")
    made.save()
    return made


def client_of(person):
    if person == "anonymous":
        return Client()
    if person == "member":
        client = Client()
        member = User.objects.create_user("member", "member@example.org", "secret")
        client.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
        return client
    return staff.browser(Client, "ada", person)


def outcome(response):
    if response.status_code != 302:
        return response.status_code
    return SIGN_IN if "login" in response.url else GONE_ON


def who_gets(*answers):
    return dict(zip(PEOPLE, answers, strict=True))


STRANGERS = (SIGN_IN, SIGN_IN)
READING = who_gets(*STRANGERS, NO, YES, YES, YES)
CHANGING = who_gets(*STRANGERS, NO, NO, NO, GONE_ON)
DECIDING = who_gets(*STRANGERS, NO, NO, GONE_ON, GONE_ON)

PAGES = {
    "": READING,
    "?tab=all": READING,
    "batches/": READING,
    "{batch}": READING,
    "{key}/change/": READING,
    "{key}/history/": READING,
    "{key}/preview/": READING,
    "add/": who_gets(*STRANGERS, NO, NO, NO, YES),
    "{key}/delete/": who_gets(*STRANGERS, NO, NO, NO, YES),
}
BUTTONS = {
    "_save": CHANGING,
    "_next": CHANGING,
    "_continue": CHANGING,
    "_approve": DECIDING,
    "_reject": DECIDING,
    "_dismiss": DECIDING,
}


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("page", PAGES)
def test_who_sees_a_page(event, page, person):
    batch = Batch.begin("event", "approved", [event.key], Act("user:ada", NOW))
    address = LIST + page.format(key=event.key, batch=f"batches/{batch.sort}/")
    assert outcome(client_of(person).get(address)) == PAGES[page][person]


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("button", BUTTONS)
def test_who_presses_a_button(event, button, person):
    data = {
        "seen_version": "1",
        "seen_status": "pending",
        "title": "Forged",
        "start_datetime": "2026-09-02T19:00",
        "end_datetime": "2026-09-02T20:30",
        "location_type": "in_person",
        "reason": "Because",
        button: "1",
    }
    response = client_of(person).post(f"{LIST}{event.key}/change/", data)
    assert outcome(response) == BUTTONS[button][person]
    after = Event.find(event.key)
    decided = {"_approve": "approved", "_reject": "rejected"}.get(button, "pending")
    may = BUTTONS[button][person] == GONE_ON
    assert after.status == (decided if may else "pending")
    edits = person == "editor" and button != "_dismiss"
    assert after.title == ("Forged" if edits else "Python Night")
    assert (after.start_datetime == event.start_datetime) == (not edits)


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize(
    ("action", "needs"),
    [
        ("approve_selected", ("moderator", "editor")),
        ("reject_selected", ("moderator", "editor")),
        ("delete_selected", ("editor",)),
    ],
)
def test_who_begins_a_bulk_act(event, action, needs, person):
    data = {
        "action": action,
        "_selected_action": event.key,
        "index": "0",
        "reason": "Because",
        "confirmed": "yes",
    }
    client_of(person).post(LIST, data)
    assert len(Batch.recent()) == (person in needs)
    assert Event.find(event.key).status == "pending"


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize(
    ("action", "needs"), [("approved", ("moderator", "editor")), ("deleted", ("editor",))]
)
@pytest.mark.parametrize("what", ["run", "undo"])
def test_who_runs_and_undoes_one(event, action, needs, what, person):
    batch = Batch.begin("event", action, [event.key], Act("user:eve", NOW))
    client_of(person).post(f"{LIST}batches/{batch.sort}/{what}/")
    may = person in needs
    assert Batch.find(batch.sort).finished == (may and what == "run")
    assert len(Batch.recent()) == 1 + (may and what == "undo")


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("page", ["add/", "{key}/delete/"])
def test_who_adds_and_deletes(event, page, person):
    data = {
        "title": "Added",
        "start_datetime": "2026-09-02T18:30",
        "location_type": "in_person",
        "post": "yes",
    }
    client_of(person).post(LIST + page.format(key=event.key), data)
    expected = 1
    if person == "editor":
        expected = 2 if page == "add/" else 0
    assert Event.count() == expected


def test_a_moderator_who_may_not_edit_sees_no_field_to_fill_in(event):
    page = client_of("moderator").get(f"{LIST}{event.key}/change/").content.decode()
    assert re.findall(r'name="(title|start_datetime|city|group_name|categories)"', page) == []
    assert 'name="_approve"' in page
    assert 'name="_save"' not in page


def test_a_viewer_sees_no_button(event):
    page = client_of("viewer").get(f"{LIST}{event.key}/change/").content.decode()
    assert 'name="_approve"' not in page
    assert 'name="_save"' not in page


def test_running_by_address_alone_does_nothing(event):
    batch = Batch.begin("event", "approved", [event.key], Act("user:eve", NOW))
    assert client_of("editor").get(f"{LIST}batches/{batch.sort}/run/").status_code == 405
