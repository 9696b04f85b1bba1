"""What submitters and moderators are told, by which ways, how often, and that failing to tell costs nothing."""

import datetime as dt
import email
import email.policy
import json
import logging
import threading

import boto3
import pytest
from django.core import mail
from django.core.management import call_command
from moto import mock_aws
from moto.sns.models import sns_backends

from collector.collect import collect
from dctech.aws.schedules import upkeep
from dctech.dynamodb import connection
from dctech.moderation import Act, Review
from dctech.notices import decided, received, remind_moderators, tell_moderators
from dctech.notices.moderators import COUNTED, Unannounced
from dctech.submissions.links import private_link
from dctech.tables import ensure
from events.models import Event
from groups.models import Group
from tests import make
from tests.make import NOW
from tests.servers import FeedServer, drip, hang_up, ok, redirect, status
from tests.test_settings import manage

ADA = Act("user:ada", NOW)
KIM = "kim@example.org"
MODERATORS = ["ada@example.org", "bob@example.org"]


def after(minutes):
    return NOW + dt.timedelta(minutes=minutes)


def submitted(title="Python Night", **more):
    """Return a stored submission of somebody's."""
    values = {"source_type": "submission", "group_id": None, "uid": None, "last_seen_date": None}
    event = make.event(title, **values | {"status": "pending", "submitted_by": KIM} | more)
    event.submit(Act("submitter", NOW))
    return event


def to(address):
    return [message for message in mail.outbox if address in message.to]


@pytest.fixture
def moderators(tables, settings):
    settings.MODERATORS_EMAIL = MODERATORS


@pytest.fixture
def webhook(tables, settings):
    with FeedServer() as server:
        server["/hook"] = ok(b"ok", content_type="text/plain")
        settings.MODERATORS_WEBHOOK_URL = server.url("/hook")
        yield server


@pytest.fixture
def topic(settings, monkeypatch):
    """An SNS topic of moto's. DynamoDB has its own connection already, which moto does not see."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws(config={"core": {"passthrough": {"urls": [r".*127\.0\.0\.1.*"]}}}):
        arn = boto3.client("sns", "us-west-2").create_topic(Name="moderators")["TopicArn"]
        settings.MODERATORS_SNS_TOPIC_ARN = arn
        yield arn


@pytest.fixture
def all_ways(moderators, webhook, topic):
    return webhook, topic


def published(arn):
    """Return subject and text of each notice that the topic took."""
    account, region = arn.split(":")[4], arn.split(":")[3]
    sent = sns_backends[account][region].topics[arn].sent_notifications
    return [(subject, text) for _id, text, subject, *_more in sent]


# To the submitter


def test_the_receipt_has_the_private_link_and_says_when_the_event_is(tables):
    event = submitted()
    received(event)
    [message] = mail.outbox
    assert (message.to, message.subject) == ([KIM], "Received: Python Night")
    assert message.extra_headers == {"Auto-Submitted": "auto-generated"}
    assert "Python Night\nWednesday, September 2, 2026, 6:30 p.m. (America/New_York)" in (
        message.body
    )
    assert f"Your submission\n{private_link(event)}\n" in message.body
    [html] = message.alternatives
    assert html.mimetype == "text/html"
    assert f'<a href="{private_link(event)}">Your submission</a>' in html.content


def test_an_all_day_event_has_a_date_alone(tables):
    received(submitted(start=dt.datetime(2026, 9, 2), hours=24, all_day=True))
    assert "Wednesday, September 2, 2026 (America/New_York)" in mail.outbox[0].body


def test_what_a_trusted_submitter_sent_is_on_the_calendar_already(tables):
    event = submitted(status="approved")
    received(event)
    [message] = mail.outbox
    assert "It is on the calendar already." in message.body
    assert f"http://127.0.0.1:8000/events/{event.event_id}/python-night/" in message.body


def test_answers_go_where_the_site_wants_them(tables, settings):
    settings.REPLY_TO_EMAIL = ["hello@city.example"]
    received(submitted())
    assert mail.outbox[0].reply_to == ["hello@city.example"]


def test_an_approval_leads_to_the_public_page(tables):
    event = submitted()
    decided(event, event.approve(ADA))
    [message] = mail.outbox
    assert (message.to, message.subject) == ([KIM], "Published: Python Night")
    page = f"http://127.0.0.1:8000/events/{event.event_id}/python-night/"
    assert f"On the calendar\n{page}\n" in message.body
    assert private_link(event) in message.body


def test_a_group_is_named_and_linked(tables):
    group = make.group("rust_dc", status="pending", submitted_by=KIM)
    group.save()
    decided(group, group.approve(ADA))
    [message] = mail.outbox
    assert message.subject == "Published: Rust_Dc"
    assert "On the calendar\nhttp://127.0.0.1:8000/groups/rust-dc/\n" in message.body


def test_a_rejection_says_why_and_not_by_whom(tables):
    event = submitted()
    decided(event, event.reject(Act("user:ada", NOW, reason="Not about technology.\nSorry!")))
    [message] = mail.outbox
    assert message.subject == "Not published: Python Night"
    assert "The reason:\n\n> Not about technology.\n> Sorry!\n" in message.body
    assert private_link(event) in message.body
    assert "ada" not in f"{message.body}{message.alternatives[0].content}"


def test_a_question_is_asked_with_the_place_to_answer(tables):
    event = submitted()
    question = {"text": "Is it <open> to all?", "by": "user:ada", "at": NOW.isoformat()}
    decided(event, event.change("asked", ADA, {"question": question}))
    [message] = mail.outbox
    assert message.subject == "A question about: Python Night"
    assert "> Is it <open> to all?\n" in message.body
    assert f"Answer here\n{private_link(event)}\n" in message.body
    assert "Is it &lt;open&gt; to all?" in message.alternatives[0].content


def test_the_submitters_own_acts_and_edits_are_no_news(tables):
    event = submitted()
    decided(event, event.edit(ADA, {"cost": "Free"}))
    decided(event, event.reject(Act("submitter", NOW, reason="Withdrawn by its submitter")))
    assert mail.outbox == []


@pytest.mark.parametrize(
    "more",
    [{"submitted_by": None}, {"source_type": "ical"}, {"submitted_by": "octocat"}],
    ids=["nobody", "collected", "a user's name"],
)
def test_who_cannot_be_written_to_is_not(tables, more):
    event = submitted(**more)
    received(event)
    decided(event, event.approve(ADA))
    assert mail.outbox == []


def test_a_title_cannot_add_headers_or_markup(tables, settings, tmp_path):
    """Through Django's file backend, as the bytes that would travel."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    received(submitted("Free\r\nBcc: all@example.org\n\n<b>Bold</b>" + "!" * 200))
    [file] = tmp_path.iterdir()
    sent = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    subject = sent["Subject"].strip()
    assert subject.startswith("Received: Free Bcc: all@example.org <b>Bold</b>!!!")
    assert len(subject) == len("Received: ") + 100
    assert (sent["Bcc"], sent["To"]) == (None, KIM)
    assert sent["Auto-Submitted"] == "auto-generated"
    assert "&lt;b&gt;Bold&lt;/b&gt;" in sent.get_body(["html"]).get_content()


def test_mails_are_in_the_sites_language(tables, settings):
    settings.LANGUAGE_CODE = "es"
    event = submitted()
    decided(event, event.approve(ADA))
    [message] = mail.outbox
    assert '<html lang="es">' in message.alternatives[0].content
    assert "septiembre" in message.body


def test_a_dead_mail_server_costs_no_submission_and_is_logged_without_the_address(
    moderators, settings, unused_port, caplog
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", unused_port
    event = submitted()
    received(event, now=NOW)
    decided(event, event.approve(ADA))
    name = f"event#{event.event_id}"
    assert [record.getMessage() for record in caplog.records] == [
        f"The mail about {name} (received) was not sent: ConnectionRefusedError",
        "Moderators were not told by e-mail: ConnectionRefusedError",
        f"The mail about {name} (approved) was not sent: ConnectionRefusedError",
    ]


# To the moderators


def test_moderators_hear_of_the_first_submission_at_once_and_of_nothing_private(moderators):
    received(submitted("Secret Night"), now=NOW)
    [message] = to("ada@example.org")
    assert (message.to, message.subject) == (MODERATORS, "DC Tech Events: 1 new submission")
    assert message.body == (
        "DC Tech Events: 1 new submission.\n\n"
        "Events that wait for a decision: 1\n\n"
        "The queue\nhttp://127.0.0.1:8000/admin/\n\n"
        "-- \nDC Tech Events\nhttp://127.0.0.1:8000/\n"
    )
    assert "Secret" not in message.alternatives[0].content
    assert KIM not in message.alternatives[0].content


def test_what_comes_within_fifteen_minutes_is_told_together_with_the_next(moderators):
    for number, minutes in enumerate((0, 1, 14)):
        received(submitted(f"Event {number}"), now=after(minutes))
    assert len(to("ada@example.org")) == 1
    received(submitted("Event 3"), now=after(15))
    [_, message] = to("ada@example.org")
    assert message.subject == "DC Tech Events: 3 new submissions"
    assert "Events that wait for a decision: 4\n" in message.body
    assert Unannounced.get("notices", "moderators").waiting == 0


def test_the_schedule_tells_what_waits_and_nothing_twice(moderators):
    received(submitted("One"), now=NOW)
    received(submitted("Two"), now=after(1))
    assert [tell_moderators(after(minutes)) for minutes in (14, 15, 16, 40)] == [0, 1, 0, 0]
    assert len(to("ada@example.org")) == 2


def test_the_command_and_the_end_of_a_collection_tell_too(moderators, capsys):
    Unannounced.moderators().add(2)
    call_command("notify_moderators")
    call_command("notify_moderators")
    assert capsys.readouterr().out == "Told of 2.\nThere was nothing to tell, or no way to.\n"
    Unannounced.moderators().delete()
    Unannounced.moderators().add(3)
    collect(NOW, clock=NOW.timestamp)
    assert [message.subject for message in mail.outbox] == [
        "DC Tech Events: 2 new submissions",
        "DC Tech Events: 3 new submissions",
    ]


def test_a_notice_counts_all_that_waits_and_no_further_than_it_must(moderators):
    with Event.batch_write() as batch:
        for number in range(COUNTED + 1):
            batch.save(make.event(f"Event {number}", status="pending"))
    with Group.batch_write() as batch:
        batch.save(make.group(status="pending"))
    Review.about("event", "x", why="trusted", title="x", now=NOW).save()
    Unannounced.moderators().add(1)
    tell_moderators(NOW)
    assert (
        "Events that wait for a decision: more than 100\n"
        "Groups that wait for a decision: 1\n"
        "Published events to look at: 1\n"
    ) in mail.outbox[0].body


def test_once_a_day_moderators_are_reminded_of_what_waits(all_ways):
    webhook, topic = all_ways
    assert remind_moderators(NOW) is False  # nothing does
    for number, days in enumerate((3, 0)):
        make.event(
            f"Event {number}", status="pending", submitted_at=NOW - dt.timedelta(days=days, hours=1)
        ).create()
    Review.about("event", "x", why="trusted", title="x", now=NOW).save()
    assert remind_moderators(NOW) is True
    [message] = mail.outbox
    assert (message.to, message.subject) == (
        MODERATORS,
        "DC Tech Events: what waits for moderators",
    )
    assert (
        "Events that wait for a decision: 2\n"
        "Published events to look at: 1\n"
        "The oldest has waited for 3 days.\n"
    ) in message.body
    assert "The queue\nhttp://127.0.0.1:8000/admin/\n" in message.body
    assert (len(published(topic)), webhook.hits("/hook")) == (1, 1)
    assert remind_moderators(NOW + dt.timedelta(minutes=3)) is False  # the schedule's second try
    assert remind_moderators(NOW + dt.timedelta(days=1, minutes=-1)) is True
    assert "waited for 4 days" in mail.outbox[1].body
    assert tell_moderators(NOW) == 0  # what is new has its own count


def test_a_reminder_of_published_ones_alone_names_no_age(moderators, settings):
    Review.about("group", "x", why="trusted", title="x", now=NOW).save()
    settings.LANGUAGE_CODE = "es"
    assert remind_moderators(NOW) is True
    [message] = mail.outbox
    assert message.subject == "DC Tech Events: lo que espera a los moderadores"
    assert "Grupos publicados por revisar: 1\n\n" in message.body


def test_the_daily_upkeep_reminds_and_a_way_that_fails_holds_nothing_up(
    moderators, settings, unused_port, caplog, db
):
    make.event(status="pending", submitted_at=NOW).create()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", unused_port
    caplog.set_level(logging.INFO, logger="dctech")
    upkeep({}, None)
    assert [record.getMessage() for record in caplog.records] == [
        "Moderators were not told by e-mail: ConnectionRefusedError",
        "upkeep done",
    ]


def test_twenty_submissions_at_once_are_one_notice(moderators):
    ready = threading.Barrier(20)
    outbox = mail.outbox

    def submit(number):
        event = submitted(f"Event {number}", submitted_by=None)
        ready.wait()
        received(event, now=NOW)

    workers = [threading.Thread(target=submit, args=[number]) for number in range(20)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    [first] = outbox
    told = int(first.subject.removeprefix("DC Tech Events: ").split()[0])
    assert tell_moderators(after(15)) == 20 - told


def test_a_process_that_died_before_the_notice_was_out_loses_nothing(moderators):
    unannounced = Unannounced.moderators()
    unannounced.add(1)
    assert unannounced.claim(NOW)
    assert tell_moderators(after(14)) == 0
    assert tell_moderators(after(15)) == 1


def test_without_a_way_to_moderators_nothing_is_written(tables, dynamodb_calls):
    event = submitted()
    dynamodb_calls.clear()
    received(event)
    assert tell_moderators(NOW) == 0
    assert dynamodb_calls == []


def test_a_submission_costs_two_writes_to_count_and_tell(moderators, dynamodb_calls):
    event = submitted()
    dynamodb_calls.clear()
    received(event, now=NOW)
    assert dynamodb_calls == ["UpdateItem", "UpdateItem", *["Query"] * 4, "UpdateItem"]
    dynamodb_calls.clear()
    received(event, now=NOW)
    assert dynamodb_calls == ["UpdateItem", "UpdateItem"]


def test_the_webhook_gets_what_slack_reads(webhook):
    received(submitted("Secret Night"), now=NOW)
    [seen] = webhook.seen
    assert (seen.path, seen.headers["content-type"]) == ("/hook", "application/json")
    [(key, text)] = json.loads(seen.body).items()
    assert key == "text"
    assert text.startswith("DC Tech Events: 1 new submission.\n")
    assert "Secret" not in text


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (status(500), "HTTP 500"),
        (redirect("http://169.254.169.254/"), "HTTP 302"),
        (hang_up(), "ConnectionError"),
        (drip(b"x" * 10_000, pause=60), None),
    ],
    ids=["fault", "redirect", "hang-up", "endless answer"],
)
def test_a_webhook_that_fails_is_logged_without_its_address(webhook, caplog, answer, cause):
    webhook["/hook"] = answer
    caplog.set_level(logging.WARNING, logger="dctech")
    received(submitted(), now=NOW)
    expected = [f"Moderators were not told by webhook: {cause}"] if cause else []
    assert [record.getMessage() for record in caplog.records] == expected
    assert Unannounced.get("notices", "moderators").waiting == len(expected)


def test_a_topic_gets_it_in_its_own_region(tables, topic):
    received(submitted(), now=NOW)
    [(subject, text)] = published(topic)
    assert subject == "DC Tech Events: 1 new submission"
    assert text.startswith("DC Tech Events: 1 new submission.\n")


@pytest.mark.parametrize("broken", ["e-mail", "webhook", "SNS"])
def test_one_way_that_fails_holds_up_none_of_the_others(
    all_ways, settings, unused_port, caplog, broken
):
    webhook, topic = all_ways
    if broken == "e-mail":
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", unused_port
        cause = "ConnectionRefusedError"
    elif broken == "webhook":
        webhook["/hook"] = status(404)
        cause = "HTTP 404"
    else:
        settings.MODERATORS_SNS_TOPIC_ARN = f"{topic}-gone"
        cause = "NotFound"
    received(submitted(submitted_by=None), now=NOW)
    assert [record.getMessage() for record in caplog.records] == [
        f"Moderators were not told by {broken}: {cause}"
    ]
    assert (len(to("ada@example.org")), len(published(topic)), webhook.hits("/hook")) == (
        broken != "e-mail",
        broken != "SNS",
        1,
    )
    assert Unannounced.get("notices", "moderators").waiting == 0


def test_when_every_way_fails_it_is_told_in_the_next_window(webhook):
    webhook["/hook"] = [status(503), ok(b"ok")]
    received(submitted("One"), now=NOW)
    received(submitted("Two"), now=after(1))
    assert webhook.hits("/hook") == 1
    assert tell_moderators(after(15)) == 2
    assert "2 new submissions" in json.loads(webhook.seen[1].body)["text"]


@pytest.fixture
def no_operations(moderators):
    """A table that is gone, until the test ends."""
    connection().client.delete_table(TableName=Unannounced.Meta.table_name)
    yield
    list(ensure())


def test_a_table_that_fails_costs_no_submission(moderators, caplog, request):
    event = submitted()
    request.getfixturevalue("no_operations")
    received(event, now=NOW)
    assert tell_moderators(NOW) == 0
    assert [message.to for message in mail.outbox] == [[KIM]]
    assert [record.getMessage() for record in caplog.records] == [
        f"Moderators will not hear of event#{event.event_id}: UpdateError",
        "Moderators could not be told: UpdateError",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MODERATORS_EMAIL", "ada"),
        ("MODERATORS_WEBHOOK_URL", "http://hooks.example.org/secret"),
        ("MODERATORS_WEBHOOK_URL", "http://127.0.0.1.example.org/secret"),
        ("MODERATORS_SNS_TOPIC_ARN", "arn:aws:sqs:us-east-1:123456789012:secret"),
        ("REPLY_TO_EMAIL", "us"),
    ],
)
def test_a_way_that_cannot_be_meant_is_refused_at_start(tmp_path, name, value):
    run = manage("check", **{"DATA_DIR": str(tmp_path), name: value})
    assert run.returncode == 1
    assert f"{name}" in run.stderr
    assert "must look like" in run.stderr
    assert "secret" not in run.stderr
