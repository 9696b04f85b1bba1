"""Every address and button of staff and submitters for every kind of person: what they get, and what it changes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from dctech.moderation.values import plain
from events.models import Event
from tests import matrix
from tests.matrix import PEOPLE
from tests.servers import FeedServer, ok
from tests.test_collect import calendar, vevent
from tests.test_submit_event import begun
from tests.test_submit_event import filled as event_form
from tests.test_submit_group import filled as group_form

pytestmark = [pytest.mark.django_db, pytest.mark.urls("dctech.urls")]

SIGN_IN, WENT_ON = "sign in", "went on"
STAFF = PEOPLE[2:]
MODERATING, EDITING, RULING, NOBODY = STAFF[1:], STAFF[2:], STAFF[3:], ()
SEEING_TRUST = ("viewer", *EDITING)
SEEING_ACCOUNTS = ("viewer", *RULING)
WHATEVER = object()


def row(may, then=200, others=403):
    """Return what each person gets: strangers are shown the door, `may` get `then`, the rest of the staff `others`."""
    return {
        name: SIGN_IN if name not in STAFF else then if name in may else others for name in PEOPLE
    }


READING, POSTED = row(STAFF), row((), others=405)
OPEN = dict.fromkeys(PEOPLE, 200)


@dataclass(frozen=True)
class Page:
    """An address and what a GET gets."""

    path: str
    gets: Mapping[str, Any]


def model(path, key, *, view=STAFF, add=EDITING, change=None, delete=EDITING):
    """Return the pages of Django's own of one model."""
    name = path.replace("/", "_")
    where = f"/admin/{path}/"
    return {
        f"{name}_changelist": Page(where, row(view)),
        f"{name}_add": Page(f"{where}add/", row(add)),
        f"{name}_history": Page(f"{where}{key}/history/", row(view)),
        f"{name}_delete": Page(f"{where}{key}/delete/", row(delete)),
        f"{name}_change": Page(f"{where}{key}/change/", row(view if change is None else change)),
        f"admin/{path}/<path:object_id>/": Page(f"{where}{key}/", row(STAFF, WENT_ON)),
    }


def bulk(path, kind):
    """Return the pages of bulk acts of one model."""
    name = path.replace("/", "_")
    where = f"/admin/{path}/batches/"
    one = f"{where}{{{kind}_approved}}/"
    return {
        f"{name}_batches": Page(where, READING),
        f"{name}_batch": Page(one, READING),
        f"{name}_run": Page(f"{one}run/", POSTED),
        f"{name}_undo": Page(f"{one}undo/", POSTED),
    }


PAGES = {
    "index": Page("/admin/", READING),
    "login": Page(
        "/admin/login/", dict.fromkeys(PEOPLE, WENT_ON) | {"anonymous": SIGN_IN, "member": 403}
    ),
    "logout": Page("/admin/logout/", POSTED | {"anonymous": WENT_ON, "member": WENT_ON}),
    "password_change": Page("/admin/password_change/", READING),
    "password_change_done": Page("/admin/password_change/done/", READING),
    "autocomplete": Page("/admin/autocomplete/", row(())),
    "jsi18n": Page("/admin/jsi18n/", READING),
    "view_on_site": Page("/admin/r/0/0/", row((), others=404)),
    "app_list": Page("/admin/events/", READING),
    r"admin/(?P<url>.*)$": Page("/admin/nothing/", row((), others=404)),
    **model("events/event", "{event}"),
    **bulk("events/event", "event"),
    "events_event_preview": Page("/admin/events/event/{event}/preview/", READING),
    "events_event_preview_new": Page("/admin/events/event/preview/", READING),
    **model("groups/group", "newcomers"),
    **bulk("groups/group", "group"),
    **model("events/category", "ai"),
    **model("dctech/reason", "far"),
    **model("dctech/trustedsubmitter", "7", view=SEEING_TRUST),
    **model("dctech/apikey", "{key}", view=SEEING_ACCOUNTS, add=RULING, delete=RULING),
    **model("auth/user", "{member}", view=SEEING_ACCOUNTS, add=RULING, delete=RULING),
    "auth_user_password_change": Page("/admin/auth/user/{member}/password/", row(RULING)),
    **model("auth/group", "{role}", view=SEEING_ACCOUNTS, add=NOBODY, delete=NOBODY),
    "panel-deletions": Page("/admin/panels/event/deleted/", row(EDITING)),
    "panel-revive": Page("/admin/panels/event/{deleted_event}/revive/", POSTED),
    "panel-undo": Page("/admin/panels/event/{locked}/undo/", POSTED),
    "panel-restore": Page("/admin/panels/event/{locked}/restore/", POSTED),
    "panel-unlock": Page("/admin/panels/event/{locked}/unlock/", POSTED),
    "panel-read": Page("/admin/panels/group/pythons/read/", POSTED),
    "panel-preview": Page("/admin/panels/group/pythons/preview/", POSTED),
    "panel-clear": Page("/admin/panels/group/asleep/clear/", POSTED),
    "submit": Page("/submit/", OPEN),
    "submit-event": Page("/submit/event/", OPEN),
    "submit-group": Page("/submit/group/", OPEN),
    "submitted-event": Page("/submit/event/{event_token}/", OPEN),
    "submitted-event-edit": Page("/submit/event/{event_token}/edit/", OPEN),
    "submitted-group": Page("/submit/group/{group_token}/", OPEN),
    "submitted-group-edit": Page("/submit/group/{group_token}/edit/", OPEN),
}
"""Name or route -> an example of it"""


@dataclass(frozen=True)
class Press:
    """A POST: who may, what they get then and the rest of the staff instead; it changes something for who may."""

    name: str
    """Of the address."""
    what: str
    path: str
    data: Any
    may: tuple[str, ...]
    then: Any = WENT_ON
    others: Any = 403
    changes: bool = True

    def __str__(self):
        return f"{self.name} {self.what}".strip()


EVENT = {
    "seen_version": "1",
    "seen_status": "pending",
    "title": "Forged",
    "start_datetime": "2036-09-02T19:00",
    "end_datetime": "2036-09-02T20:30",
    "location_type": "in_person",
    "reason": "Because",
    "question": "Why?",
}
SHOWN = {"seen_status": "approved", "seen_review": plain(matrix.NOW)}
"""With a proposal, as the page shows what is published."""

GROUP = {
    "seen_version": "1",
    "seen_status": "pending",
    "name": "Forged",
    "active": "on",
    "reason": "Because",
    "question": "Why?",
}
SEEN = {"seen_version": "2", "seen_status": "approved"}
LOCKED = {"seen_version": "3"}
YES = {"post": "yes"}


def buttons(path, key, data, published=""):
    name = path.replace("/", "_")
    change = f"/admin/{path}/{key}/change/"
    found = [
        Press(f"{name}_change", button, change, data | {button: "1"}, may)
        for button, may in {
            "_save": EDITING,
            "_next": EDITING,
            "_continue": EDITING,
            "_approve": MODERATING,
            "_reject": MODERATING,
            "_ask": MODERATING,
        }.items()
    ]
    found += [
        Press(
            f"{name}_change",
            button,
            f"/admin/{path}/{published}/change/",
            data | SHOWN | {button: "1"},
            MODERATING,
        )
        for button in ("_accept", "_dismiss")
        if published
    ]
    found += [
        Press(f"{name}_add", "", f"/admin/{path}/add/", data, EDITING),
        Press(f"{name}_delete", "", f"/admin/{path}/{key}/delete/", YES, EDITING),
    ]
    actions = {"approve": MODERATING, "reject": MODERATING, "delete": EDITING}
    return found + [
        Press(
            f"{name}_changelist",
            f"{action}_selected",
            f"/admin/{path}/",
            {
                "action": f"{action}_selected",
                "_selected_action": key,
                "index": "0",
                "reason": "Because",
                "confirmed": "yes",
            },
            may,
            others=WHATEVER,
        )
        for action, may in actions.items()
    ]


def bulk_presses(path, kind):
    name, where = path.replace("/", "_"), f"/admin/{path}/batches/"
    return [
        Press(f"{name}_{what}", action, f"{where}{{{kind}_{action}}}/{what}/", {}, may)
        for what in ("run", "undo")
        for action, may in {
            "approved": MODERATING,
            "rejected": MODERATING,
            "deleted": EDITING,
        }.items()
    ]


def plain(path, key, values, changed, *, may=EDITING, change=None):
    name, where = path.replace("/", "_"), f"/admin/{path}/"
    change = may if change is None else change
    return [
        Press(f"{name}_add", "", f"{where}add/", values, may),
        Press(f"{name}_change", "", f"{where}{key}/change/", changed, change),
        Press(f"{name}_delete", "", f"{where}{key}/delete/", YES, may),
    ]


def panel(name, what, path, data, may, **more):
    return Press(f"panel-{name}", what, f"/admin/panels/{path}/{name}/", SEEN | data, may, **more)


def for_all(name, what, path, data, **more):
    return Press(name, what, path, data, PEOPLE, **more)


def an_event(_client, _path):
    return event_form(timezone.now().astimezone(settings.SITE_ZONE))


def edited(client, path):
    """Return what a browser sends from an edit form with another name typed."""
    form = client.get(path).context["form"]
    said = {name: form[name].value() for name in form.fields}
    name = "title" if "title" in said else "name"
    typed = {n: v if isinstance(v, list) else str(v) for n, v in said.items() if v}
    return typed | {name: "Edited", "version": "1"}


def a_group(client, path, feed):
    """Return what a browser sends once it has shown what the feed gives."""
    sent = group_form(feed)
    return sent | {"seen": client.post(path, sent).context["seen"]}


KEY = {"name": "New", "scopes": "read", "expires_at_0": "2099-01-01", "expires_at_1": "12:00"}
USER = {"username": "eve", "email": "eve@example.org", "usable_password": "false"}
JOINED = {"date_joined_0": "2026-09-01", "date_joined_1": "12:00:00"}
PASSWORD = {"password1": "zq-lantern-9", "password2": "zq-lantern-9"}
ANSWER = {"act": "answer", "answer": "Yes", "version": "1"}
WITHDRAW = {"act": "withdraw", "version": "1"}

PRESSES = [
    *buttons("events/event", "{event}", EVENT, "{published}"),
    *buttons("groups/group", "newcomers", GROUP),
    *bulk_presses("events/event", "event"),
    *bulk_presses("groups/group", "group"),
    *plain("events/category", "ai", {"slug": "new", "name": "New"}, {"name": "X", "seen": "1"}),
    *plain("dctech/reason", "far", {"slug": "new", "text": "New"}, {"text": "X"}),
    *plain(
        "dctech/trustedsubmitter",
        "7",
        {"email": "member@example.org"},
        {"email": "member@example.org"},
        change=NOBODY,
    ),
    Press("dctech_apikey_add", "", "/admin/dctech/apikey/add/", KEY, RULING, then=200),
    *plain("dctech/apikey", "{key}", {}, {"revoke": "on"}, may=RULING)[1:],
    *plain("auth/user", "{member}", USER, {"username": "eve", **JOINED}, may=RULING),
    *plain("auth/group", "{role}", {"name": "New"}, {"name": "X"}, may=NOBODY),
    Press(
        "auth_user_password_change",
        "",
        "/admin/auth/user/{member}/password/",
        PASSWORD | {"usable_password": "true"},
        RULING,
    ),
    panel("undo", "an edit", "event/{locked}", LOCKED | {"entry": "{event_entry}"}, EDITING),
    panel("undo", "a decision", "event/{decided}", {"entry": "{decision}"}, MODERATING),
    panel("undo", "a group's", "group/pythons", {"entry": "{group_entry}"}, EDITING),
    panel("restore", "", "event/{locked}", LOCKED | {"entry": "{first_entry}"}, EDITING),
    panel("unlock", "", "event/{locked}", LOCKED | {"field": "title"}, EDITING),
    panel("revive", "", "event/{deleted_event}", {}, EDITING),
    panel("revive", "a group", "group/deleted", {}, EDITING),
    panel("read", "", "group/pythons", {}, MODERATING, then=200),
    panel("preview", "", "group/pythons", {}, MODERATING, then=200, changes=False),
    panel("clear", "", "group/asleep", {}, MODERATING),
    for_all("submit-event", "", "/submit/event/", an_event),
    for_all(
        "submit-event", "too quick", "/submit/event/", {"begun": begun(0)}, then=200, changes=False
    ),
    for_all("submitted-event", "answer", "/submit/event/{event_token}/", ANSWER),
    for_all("submitted-event", "withdraw", "/submit/event/{event_token}/", WITHDRAW),
    for_all("submitted-event", "withdraw it all", "/submit/event/{published_token}/", WITHDRAW),
    for_all(
        "submitted-event", "forged", "/submit/event/{event}/", WITHDRAW, then=404, changes=False
    ),
    for_all("submitted-event-edit", "", "/submit/event/{event_token}/edit/", edited),
    for_all("submitted-event-edit", "published", "/submit/event/{published_token}/edit/", edited),
    for_all(
        "submitted-event-edit", "forged", "/submit/event/{event}/edit/", {}, then=404, changes=False
    ),
    for_all("submit-group", "", "/submit/group/", a_group),
    for_all("submitted-group", "withdraw", "/submit/group/{group_token}/", WITHDRAW),
    for_all(
        "submitted-group", "forged", "/submit/group/newcomers/", WITHDRAW, then=404, changes=False
    ),
    for_all("submitted-group-edit", "", "/submit/group/{group_token}/edit/", edited),
    for_all(
        "submitted-group-edit",
        "forged",
        "/submit/group/newcomers/edit/",
        {},
        then=404,
        changes=False,
    ),
]


@pytest.fixture(scope="module")
def feed():
    """A server with a calendar at /feed.ics."""
    with FeedServer() as server:
        for path in ("/feed.ics", "/another.ics"):
            server[path] = ok(calendar(vevent(start=matrix.LATER)))
        yield server


@pytest.fixture
def furnish(engine, feed, settings):
    """What fills the tables and returns what stands in the braces of an address."""
    settings.COLLECTOR_ALLOW_HOSTS = [feed.host]
    settings.COLLECTOR_HOST_PAUSE = 0
    another = {"feed": feed.url("/another.ics")}
    return lambda: another | matrix.furnish(feed.url("/feed.ics"))


def outcome(response):
    if response.status_code != 302:
        return response.status_code
    return SIGN_IN if "login" in response.url else WENT_ON


def test_every_address_has_an_example():
    assert set(matrix.addresses()) == set(PAGES)


WITHOUT = {"login", "logout", "password_change"}
"""Of Django's and allauth's own: what they take is a password, or one's own session."""


def test_every_address_that_takes_something_is_pressed():
    """The others are, with an empty form, in the test below."""
    pressed = {press.name for press in PRESSES}
    assert pressed <= set(PAGES)
    names = ("_change", "_add", "_delete", "_changelist", "_run", "_undo")
    posts = {name for name, page in PAGES.items() if page.gets == POSTED or name.endswith(names)}
    lists = {f"{each}_changelist" for each in PLAIN}
    assert posts - WITHOUT - lists <= pressed


PLAIN = (
    "events_category",
    "dctech_apikey",
    "dctech_reason",
    "dctech_trustedsubmitter",
    "auth_user",
    "auth_group",
)


@pytest.mark.parametrize("name", PAGES)
def test_what_each_person_gets_and_that_it_changes_nothing(furnish, name):
    clients = matrix.browsers()
    path = PAGES[name].path.format(**furnish())
    before = matrix.state()
    got = {person: outcome(client.get(path)) for person, client in clients.items()}
    assert got == PAGES[name].gets
    assert matrix.state() == before


@pytest.mark.parametrize("name", sorted(set(PAGES) - {press.name for press in PRESSES}))
def test_a_form_where_none_is_expected_changes_nothing(furnish, name):
    clients = matrix.browsers()
    path = PAGES[name].path.format(**furnish())
    before = matrix.state()
    for client in clients.values():
        client.post(path, {})
    assert matrix.state() == before


@pytest.mark.parametrize("press", PRESSES, ids=str)
def test_what_a_button_does_for_each_person(furnish, press):
    clients = matrix.browsers()
    filled, before = None, None
    expected, found = {}, {}
    for person, client in clients.items():
        if matrix.state() != before:  # somebody could
            filled = furnish()
            before = matrix.state()
        response = client.post(*sent(press, client, filled))
        found[person] = (outcome(response), matrix.state() != before)
        may = person in press.may
        if may:
            expected[person] = (press.then, press.changes)
        elif person in STAFF:
            others = found[person][0] if press.others is WHATEVER else press.others
            expected[person] = (others, False)
        else:
            expected[person] = (SIGN_IN, False)
    assert found == expected


def sent(press, client, filled):
    """Return address and data of a POST."""
    path = press.path.format(**filled)
    if press.data is a_group:
        return path, a_group(client, path, filled["feed"])
    if callable(press.data):
        return path, press.data(client, path)
    return path, {name: str(value).format(**filled) for name, value in press.data.items()}


@pytest.mark.parametrize("press", PRESSES, ids=str)
def test_a_form_of_another_site_does_nothing_for_anybody(furnish, press):
    clients = matrix.browsers(enforce_csrf_checks=True)
    filled = furnish()
    path = press.path.format(**filled)
    before = matrix.state()
    data = {} if callable(press.data) else sent(press, None, filled)[1]
    assert clients["admin"].post(path, data).status_code in {403, 404}
    assert matrix.state() == before


@pytest.mark.parametrize(
    ("person", "decide", "edit"), [("viewer", 0, 0), ("moderator", 1, 0), ("editor", 1, 1)]
)
def test_who_may_not_sees_no_button_and_no_field(furnish, person, decide, edit):
    client = matrix.browsers()[person]
    for path in ("/admin/events/event/{event}/change/", "/admin/groups/group/newcomers/change/"):
        page = client.get(path.format(**furnish())).content.decode()
        assert page.count('name="_approve"') == decide
        assert page.count('name="_save"') == edit
        assert len(re.findall(r'name="(?:title|name)"', page)) == edit


@pytest.mark.parametrize(
    ("button", "name", "title", "more"),
    [
        ("_approve", "event", "Pending", {}),
        ("_reject", "event", "Pending", {}),
        ("_ask", "event", "Pending", {}),
        ("_dismiss", "published", "Published", SHOWN),
    ],
)
def test_a_moderators_decision_carries_no_edit(furnish, button, name, title, more):
    client, filled = matrix.browsers()["moderator"], furnish()
    path = f"/admin/events/event/{filled[name]}/change/"
    assert outcome(client.post(path, EVENT | more | {button: "1"})) == WENT_ON
    event = Event.find(filled[name])
    assert (event.title, event.start_datetime) == (title, matrix.LATER)
