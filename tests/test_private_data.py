"""Who submitted something is private: it is looked for wherever anybody else could come across it."""

import json
import logging

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.utils import timezone

from dctech import freshness
from dctech.dynamodb import connection
from dctech.models import History, Operation
from dctech.observability.logs import as_json
from events import searching
from events.models import Category, Event
from groups.models import Group
from tests import staff
from tests.servers import FeedServer, ok
from tests.test_admin_review import fields
from tests.test_hidden import every_page
from tests.test_hidden import fields as filled_in
from tests.test_pages import DAY
from tests.test_submit_event import filled as event_form
from tests.test_submit_event import fresh_index
from tests.test_submit_group import calendar
from tests.test_submit_group import filled as group_form

__all__ = ["fresh_index"]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("tables"),
    pytest.mark.urls("dctech.urls"),
]

NAME, EMAIL = "Zqkimberly Zqprivate", "zqkimberly@zqprivate.example.org"
SECRETS = ("zqkimberly", "zqprivate")
TITLE = "Zqlanterns"


@pytest.fixture
def kim():
    """Somebody with an account whose name and address are searched for."""
    user = User.objects.create_user("zqkimberly", EMAIL, first_name=NAME.split(maxsplit=1)[0])
    user.last_name = NAME.split()[1]
    user.save()
    user.emailaddress_set.create(email=EMAIL, verified=True, primary=True)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def feed(settings):
    with FeedServer() as server:
        settings.COLLECTOR_ALLOW_HOSTS = [server.host]
        server["/feed.ics"] = ok(calendar(2))
        yield server.url("/feed.ics")


def spoken(text):
    """Return which of the secrets a text says."""
    return [secret for secret in SECRETS if secret in text.casefold()]


@pytest.fixture
def published(kim, feed, caplog):
    """An event and a group that she sent, approved by staff; everything was logged."""
    caplog.set_level(logging.DEBUG)
    now = timezone.now().astimezone(settings.SITE_ZONE)
    Category("category", "data", name="Data").save()
    sent = event_form(now, title=TITLE, description="Bring **seeds**.", categories=["data"])
    assert kim.post("/submit/event/", sent).status_code == 302
    group = group_form(feed, name="Zqlantern makers")
    seen = kim.post("/submit/group/", group).context["seen"]
    assert kim.post("/submit/group/", group | {"seen": seen}).status_code == 302
    ada = staff.browser(Client)
    for model, path in ((Event, "events/event"), (Group, "groups/group")):
        [waiting] = model.by_status.query("pending")
        address = f"/admin/{path}/{waiting.key}/change/"
        page = ada.get(address)
        assert EMAIL in page.content.decode()
        assert ada.post(address, {**fields(page), "_approve": "1"}).status_code == 302
    [event] = Event.by_status.query("approved")
    assert {to for message in mail.outbox for to in message.to} == {EMAIL}
    return Event.find(event.event_id)


def pages(client, event):
    """Return address -> status and body of every public address, with this event and its group in it."""
    told = {"group": "zqlantern-makers", "word": TITLE.casefold(), "slip": "zqlantrens"}
    return every_page(client, filled_in(event.start_datetime - DAY, event.key, event.slug, **told))


def test_no_public_address_says_who_submitted_it(published, client):
    found = pages(client, published)
    assert {status for status, _ in found.values()} == {200, 301}
    assert {
        address: spoken(repr(body)) for address, (_, body) in found.items() if spoken(repr(body))
    } == {}
    said = [address for address, (_, body) in found.items() if TITLE in repr(body)]
    assert len(said) > 20  # it was there to be found


WIRE = ("botocore", "pynamodb")
"""At DEBUG they log all that goes to DynamoDB and back: a submission's address has to."""


def test_no_log_line_says_who_submitted_it(published, client, caplog):
    pages(client, published)
    records = [
        record
        for record in caplog.records
        if not (record.name.startswith(WIRE) and record.levelno < logging.WARNING)
    ]
    written = logging.Formatter("%(name)s %(message)s")
    assert [line for line in map(written.format, records) if spoken(line)] == []
    assert {as_json("site")["loggers"][name]["level"] for name in WIRE} == {"WARNING"}


def test_no_cache_holds_who_submitted_it(published, client):
    pages(client, published)
    kept = repr([copy.body for copy in freshness.pages._copies._copies.values()])
    assert TITLE in kept
    assert spoken(kept) == []
    indexed = repr([event.attribute_values for event in searching.kept._snapshot.index.events])
    assert TITLE in indexed
    assert spoken(indexed) == []


def test_what_public_pages_read_and_what_is_kept_for_ever_does_not_hold_it(published):
    events, groups = Event.Meta.table_name, Group.Meta.table_name
    read = [(events, "DateIndex"), (events, "GroupIndex"), (groups, "ActiveApprovedIndex")]
    client = connection().client
    found = [client.scan(TableName=table, IndexName=index)["Items"] for table, index in read]
    found += [
        client.scan(TableName=model.Meta.table_name)["Items"] for model in (History, Operation)
    ]
    assert TITLE in json.dumps(found)
    assert [item for items in found for item in items if spoken(json.dumps(item))] == []
