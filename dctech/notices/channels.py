"""The ways to moderators: e-mail, a Slack-compatible webhook, an SNS topic. Each is there when it is configured."""

from collections.abc import Callable
from http import HTTPStatus
from smtplib import SMTPResponseException

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import get_session
from django.conf import settings

from dctech.notices.mail import Message

FAILURES = (OSError, BotoCoreError, ClientError)
"""What a channel raises when it is not to be reached or refuses; smtplib's and requests' exceptions are OSError."""

CONNECT_SECONDS, READ_SECONDS = 3, 5
"""Somebody waits for their submission meanwhile."""

SNS_SUBJECT = 100

Channel = Callable[[Message], None]


class Declined(OSError):  # noqa: N818 - it is an answer
    """The webhook answered something else than 2xx."""


def configured() -> dict[str, Channel]:
    """Return the channels that the settings name, by what a log line calls them."""
    return {
        name: channel
        for name, channel, setting in (
            ("e-mail", by_mail, settings.MODERATORS_EMAIL),
            ("webhook", by_webhook, settings.MODERATORS_WEBHOOK_URL),
            ("SNS", by_topic, settings.MODERATORS_SNS_TOPIC_ARN),
        )
        if setting
    }


def by_mail(message: Message) -> None:
    message.send(settings.MODERATORS_EMAIL)


def by_webhook(message: Message) -> None:
    """Post it as Slack, Mattermost and Discord (at /slack) take it; raise OSError for any answer but 2xx."""
    import requests  # noqa: PLC0415 - pages start without it

    with requests.post(
        settings.MODERATORS_WEBHOOK_URL,
        json={"text": message.text},
        timeout=(CONNECT_SECONDS, READ_SECONDS),
        allow_redirects=False,
        stream=True,  # its answer is not read: one without an end would hold us
    ) as response:
        if not HTTPStatus.OK <= response.status_code < HTTPStatus.MULTIPLE_CHOICES:
            raise Declined(f"HTTP {response.status_code}")


def by_topic(message: Message) -> None:
    """Publish it in the topic's own region; raise BotoCoreError or ClientError."""
    topic = settings.MODERATORS_SNS_TOPIC_ARN
    client = get_session().create_client(
        "sns",
        region_name=topic.split(":")[3],
        config=Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"total_max_attempts": 2},
        ),
    )
    # SNS takes ASCII alone here.
    subject = message.subject.encode("ascii", "ignore").decode().strip()[:SNS_SUBJECT]
    client.publish(TopicArn=topic, Subject=subject, Message=message.text)


def cause(error: Exception) -> str:
    """Return what a log may say of a failure: its code or its kind, since its words may hold addresses and secrets."""
    match error:
        case Declined():
            return str(error)
        case ClientError():
            return str(error.response["Error"]["Code"])
        case SMTPResponseException():
            return f"SMTP {error.smtp_code}"
    return type(error).__name__
