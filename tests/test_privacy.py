"""What is kept of somebody can be handed out, and erased so that a raw scan of every table finds nothing."""

import hashlib
import json

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import CommandError, call_command
from pynamodb.exceptions import DoesNotExist

from dctech.backup.copying import items_of
from dctech.backup.lines import line_of
from dctech.dynamodb import Table
from dctech.models import CalendarVersion
from dctech.moderation import Act, Review, Stale
from dctech.submissions.acts import SUBMITTER
from dctech.submissions.limits import FROM_EMAIL, Count, hashed
from dctech.submissions.people import TrustedSubmitter
from events.models import Event
from groups.models import Group
from tests import staff
from tests.make import NOW, event, group

ADA = "ada@example.org"
OTHERS = ["hada@example.org", "ada@example.org.uk", "ada+list@example.org", "grace@example.org"]

pytestmark = pytest.mark.django_db


def everything():
    """Return all that is stored in DynamoDB, in one text."""
    return b"".join(
        line_of(item) for model in Table.models() for item in items_of(str(model.Meta.table_name))
    ).decode()


@pytest.fixture
def traces(tables, client):
    """Ada, who submits, and moderates as `user:ada`; and people whose addresses look like hers."""
    ada = staff.user("ada")
    EmailAddress.objects.create(user=ada, email="Ada@Example.org", verified=True, primary=True)
    client.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    sent = event(submitted_by="Ada@Example.org", status="pending", source_type="submission")
    sent.submit(Act(SUBMITTER, NOW))
    sent.edit(
        Act(SUBMITTER, NOW), {"description": "Ask ada@example.org (mailto:ada%40example.org)"}
    )
    gone = event("Gone", url="https://example.org/gone", submitted_by=ADA, status="pending")
    gone.submit(Act(SUBMITTER, NOW))
    gone.remove(Act("user:ada", NOW, reason="asked by ada@example.org"))
    made = group(submitted_by=ADA, status="pending", imported={"text": f"by: {ADA}\nname: ü"})
    made.submit(Act(SUBMITTER, NOW))
    made.approve(Act("user:ada", NOW))
    for number, other in enumerate(OTHERS):
        event(f"By {other}", url=f"https://example.org/{number}", submitted_by=other).create()
    Review.about("event", "x", why="proposed", title="T", now=NOW, fields={"by": ADA}).save()
    TrustedSubmitter.trust(ada.pk, ADA, by="user:grace", now=NOW)
    TrustedSubmitter.trust(999, "grace@example.org", by="user:ada", now=NOW)
    for address in (ADA, "grace@example.org"):
        FROM_EMAIL.take(address, NOW)
    cache.set(f"allauth:rl:{hashlib.sha256(ADA.encode()).hexdigest()}", [1])
    cache.set(f"signup:{ADA}", [1])
    return ada


def run(command, *arguments, capsys):
    call_command(command, *arguments)
    return capsys.readouterr().out


def test_nothing_of_somebody_is_left(traces, capsys):
    said = run("erase_person", "ADA@example.ORG", "--yes", capsys=capsys)
    left = everything().casefold()
    for other in OTHERS:
        assert other in left
        left = left.replace(other, "")
    assert ADA not in left
    assert "ada%40example.org" not in left
    assert "user:ada" not in left
    assert hashed("email", ADA) not in left
    assert hashlib.sha256(ADA.encode()).hexdigest() not in left
    assert not User.objects.filter(username="ada").exists()
    assert not EmailAddress.objects.filter(email__iexact=ADA).exists()
    assert not Session.objects.exists()
    assert "account ada: removed" in said
    assert f"{Event.Meta.table_name} {event().event_id} / 2026-09-02T18:30:00: erased from" in said
    assert ADA not in said


def test_what_others_have_stays_and_what_they_sent_too(traces, capsys):
    run("erase_person", ADA, "--yes", capsys=capsys)
    found = Event.find(event().event_id)
    assert found.submitted_by is None
    assert found.description == "Ask erased (mailto:erased)"
    assert found.status == "pending"
    assert Group.get("pythons").approval_metadata.approved_by == "user:erased"
    assert Group.get("pythons").imported == {"text": "by: erased\nname: ü"}
    [trusted] = TrustedSubmitter.all()
    assert (trusted.email, trusted.by) == ("grace@example.org", "user:erased")
    assert [count.sort.split("#")[0] for count in Count.query("limits#email")] == [
        hashed("email", "grace@example.org")
    ]


def test_a_second_time_there_is_nothing(traces, capsys):
    run("erase_person", ADA, "--yes", capsys=capsys)
    before = everything()
    assert run("erase_person", ADA, "--yes", capsys=capsys) == (
        "Nothing is kept of this address.\n"
    )
    assert everything() == before


def test_without_yes_it_only_says_what(traces, capsys):
    before = everything()
    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("erase_person", ADA)
    assert everything() == before
    assert User.objects.filter(username="ada").exists()
    assert "/ email" not in (said := capsys.readouterr().out)
    assert said.count("erased from") == 8
    assert said.count(": removed") == 5  # trusted, a limit, two of the cache, the account


def test_whoever_read_an_item_before_cannot_bring_somebody_back(traces, capsys):
    read = Event.find(event().event_id)
    version = CalendarVersion.current()
    run("erase_person", ADA, "--yes", capsys=capsys)
    assert CalendarVersion.current() == version + 1
    with pytest.raises(Stale):
        read.edit(Act("user:grace", NOW), {"start_datetime": NOW.replace(tzinfo=None)})
    assert Event.find(event().event_id).submitted_by is None


def test_an_address_that_somebody_else_never_confirmed_costs_them_nothing(traces, capsys):
    grace = User.objects.create_user("grace", "grace@example.org")
    EmailAddress.objects.create(user=grace, email="bob@example.org", verified=False, primary=False)
    run("erase_person", "bob@example.org", "--yes", capsys=capsys)
    assert User.objects.filter(username="grace").exists()


def test_the_admins_log_of_others_forgets_the_name(traces, capsys):
    kind = ContentType.objects.get_for_model(User)
    entry = LogEntry.objects.create(
        user=User.objects.create_user("grace"),
        content_type=kind,
        object_id=str(traces.pk),
        object_repr="ada",
        action_flag=CHANGE,
    )
    run("erase_person", ADA, "--yes", capsys=capsys)
    entry.refresh_from_db()
    assert entry.object_repr == "erased"


def test_an_export_holds_all_that_would_be_erased_and_nothing_to_sign_in_with(traces, capsys):
    before = everything()
    said = json.loads(run("export_person", ADA, capsys=capsys))
    assert everything() == before
    assert said["emails"] == [ADA]
    [account] = said["accounts"]
    assert (account["username"], account["sessions"]) == ("ada", 1)
    assert account["addresses"] == [{"email": "Ada@Example.org", "verified": True, "primary": True}]
    assert "password" not in json.dumps(said)
    assert len(said["items"]) == 12
    [sent] = [
        found["item"]
        for found in said["items"]
        if found["table"] == Event.Meta.table_name and "submitted_by" in found["names_them_in"]
    ]
    assert sent["submitted_by"] == {"S": "Ada@Example.org"}
    assert not any(other in json.dumps(said["items"]) for other in OTHERS[:3])


def test_somebody_unknown_has_an_empty_export(tables, capsys):
    said = json.loads(run("export_person", "nobody@example.org", capsys=capsys))
    assert said == {"emails": ["nobody@example.org"], "accounts": [], "items": []}


def test_their_private_link_ends(traces, client, capsys):
    from dctech.submissions.links import private_link  # noqa: PLC0415 - after the settings

    link = private_link(Event.find(event().event_id)).partition("8000")[2]
    assert client.get(link).status_code == 200
    run("erase_person", ADA, "--yes", capsys=capsys)
    assert client.get(link).status_code == 404
    with pytest.raises(DoesNotExist):
        TrustedSubmitter.get("trusted", str(traces.pk))
