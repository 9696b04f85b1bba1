"""Who has an account: their verified address is fixed, and the trusted among them are published at once."""

import datetime as dt
from dataclasses import replace

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User

from dctech.moderation import Act, Review
from dctech.submissions import acts
from dctech.submissions.people import TrustedSubmitter
from events.models import Event
from tests.make import NOW
from tests.test_pages import now
from tests.test_submit_event import filled, fresh_index, pending, send

__all__ = ["fresh_index", "now"]

pytestmark = [
    pytest.mark.usefixtures("tables"),
    pytest.mark.urls("dctech.urls"),
    pytest.mark.django_db,
]

EMAIL = "ada@example.org"


@pytest.fixture
def ada(client):
    user = User.objects.create_user("ada", EMAIL)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def verify(user, *, verified=True):
    EmailAddress.objects.create(user=user, email=EMAIL, verified=verified, primary=True)


def approved():
    return [Event.find(event.event_id) for event in Event.by_status.query("approved")]


def test_a_verified_address_is_filled_in_and_fixed(client, ada, now):
    verify(ada)
    form = client.get("/submit/event/").context["form"]
    assert form["submitter_email"].value() == EMAIL
    send(client, filled(now, submitter_email="somebody.else@example.org"))
    assert [event.submitted_by for event in pending()] == [EMAIL]


def test_a_trusted_submitter_who_proposes_and_proposes_back_is_listed_as_before(client, ada, now):
    verify(ada)
    TrustedSubmitter.trust(ada.pk, EMAIL, by="user:bob", now=NOW)
    send(client, filled(now))
    [event] = approved()
    review = Review.of("event", event.event_id)
    act = Act("submitter", NOW + dt.timedelta(minutes=5))
    acts.edit(event, act, {"cost": "$5"}, event.title)
    assert Review.of("event", event.event_id).fields == {"cost": "$5"}
    acts.edit(event, replace(act, now=act.now + dt.timedelta(minutes=1)), {"cost": event.cost}, "x")
    again = Review.of("event", event.event_id)
    assert (again.why, again.at, again.fields) == ("trusted", review.at, None)


def test_a_trusted_submitter_is_published_at_once_and_listed_for_review(client, ada, now):
    verify(ada)
    TrustedSubmitter.trust(ada.pk, EMAIL, by="user:bob", now=NOW)
    response = send(client, filled(now))
    [event] = approved()
    assert (event.state, event.approval_metadata.approved_by) == ("VA", "submitter")
    review = Review.of("event", event.event_id)
    assert (review.why, review.ttl) == ("trusted", event.ttl)
    assert [(record.action, record.by) for record in event.history()] == [
        ("submitted", "submitter")
    ]
    assert "It is published" in client.get(response.url).content.decode()


def test_trust_is_the_verified_accounts_and_never_an_address(client, ada, now):
    verify(ada, verified=False)
    TrustedSubmitter.trust(ada.pk, EMAIL, by="user:bob", now=NOW)
    send(client, filled(now, submitter_email=EMAIL))
    client.logout()
    send(client, filled(now, submitter_email=EMAIL, title="Another", confirmed="1"))
    assert len(pending()) == 2
    assert approved() == []
