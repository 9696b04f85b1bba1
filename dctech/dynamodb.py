"""The one door to DynamoDB: a base for the models, one client for all of them, and the attribute types they share."""

import datetime as dt
import json
import threading
from collections.abc import Iterable
from functools import cache
from typing import Any, ClassVar, Self

import pynamodb.attributes
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.utils import get_environ_proxies
from django.conf import settings
from pynamodb.attributes import Attribute, ListAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.connection.table import TableConnection
from pynamodb.constants import STRING
from pynamodb.exceptions import PynamoDBException
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from dctech.observability.capacity import meter
from dctech.wire import ParserFactory, QuickReads

MISSING = "ResourceNotFoundException"
CONDITION_FAILED = "ConditionalCheckFailedException"
TRANSACTION_CANCELED = "TransactionCanceledException"
BUSY = {
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "InternalServerError",
    "ServiceUnavailable",
}
"""Codes of errors that go by themselves."""

THROTTLED = {"ThrottlingError", "ProvisionedThroughputExceeded"}
"""The same, as the reason of a cancelled transaction."""

_connecting = threading.RLock()
_known_tables: set[str] = set()


@cache
def endpoint_url() -> str | None:
    """Return where DynamoDB answers: the configured endpoint, the embedded engine (started if need be), or AWS."""
    if settings.DYNAMODB_ENDPOINT_URL:
        return str(settings.DYNAMODB_ENDPOINT_URL)
    if settings.ON_LAMBDA:
        return None
    from dctech.localdb import ensure_running  # noqa: PLC0415 - production has no embedded engine

    return ensure_running()


@cache
def connection() -> Connection:
    """Return the connection every model shares: one botocore client, so one pool and one cold start."""
    url = endpoint_url()
    # An emulator reads the key and checks nothing; AWS is asked with the environment's own.
    key = None if url is None or "amazonaws.com" in url else "local"
    shared = Connection(
        region=settings.AWS_REGION,
        host=url,
        connect_timeout_seconds=3,
        read_timeout_seconds=10,
        max_pool_connections=32,
        aws_access_key_id=key,
        aws_secret_access_key=key,
    )
    session = shared.session
    session.register_component("response_parser_factory", ParserFactory())
    # Otherwise botocore puts it together twice for each request, a tenth of what a small read costs.
    session.set_default_client_config(Config(user_agent=session.user_agent()))
    # PynamoDB's session is its thread's own: the client is made here, where the parser is known.
    client = shared.client
    if settings.ON_LAMBDA:
        meter.attach(client.meta.events)
    credentials = session.get_credentials()
    if credentials and not get_environ_proxies(client.meta.endpoint_url):
        reads = QuickReads(
            client.meta.region_name,
            credentials.get_frozen_credentials,
            ca_bundle=session.get_config_variable("ca_bundle"),
        )
        client.meta.events.register_last("before-call.dynamodb", reads)
    return shared


class Table(Model):
    """A PynamoDB model on the shared connection. A subclass's Meta names its table."""

    class TableMeta:
        region = settings.AWS_REGION
        billing_mode = "PAY_PER_REQUEST"
        tags: ClassVar[dict[str, str]] = {"application": "dctech-events"}

    @classmethod
    def _get_connection(cls) -> TableConnection:
        with _connecting:
            if cls._connection is None:
                table = super()._get_connection()
                shared = connection()
                if table.table_name not in _known_tables:
                    shared.add_meta_table(table.get_meta_table())
                    _known_tables.add(table.table_name)
                table.connection = shared
            return super()._get_connection()

    @classmethod
    def _instantiate(cls, attribute_values: dict[str, dict[str, Any]]) -> Self:
        """Build an item from the attributes that are there, instead of asking for each that a model may have."""
        known, defaults = _by_stored_name(cls)
        values = dict(defaults)
        for stored_name, value in attribute_values.items():
            if stored_name in known and "NULL" not in value:
                name, kind, attribute = known[stored_name]
                content = value[kind] if kind in value else attribute.get_value(value)
                values[name] = attribute.deserialize(content)
        item = cls.__new__(cls)
        item.attribute_values = values
        return item

    @classmethod
    def models(cls) -> list[type["Table"]]:
        """Return every model with a table of its own, by name of the table."""
        own = [model for model in _subclasses(cls) if "Meta" in vars(model)]
        return sorted(own, key=lambda model: str(model.Meta.table_name))


def _subclasses(model: type[Table]) -> list[type[Table]]:
    found = model.__subclasses__()
    return [*found, *(deeper for each in found for deeper in _subclasses(each))]


@cache
def _by_stored_name(
    model: type[Table],
) -> tuple[dict[str, tuple[str, str, Attribute[Any]]], dict[str, Any]]:
    """Return name in DynamoDB -> (name in Python, kind, attribute), and the defaults, none of which is computed."""
    attributes = model.get_attributes().items()
    known = {item.attr_name: (name, item.attr_type, item) for name, item in attributes}
    return known, {name: item.default for name, item in attributes if item.default is not None}


def transaction() -> TransactWrite:
    """Open a transaction: up to 100 writes, all or none. A failed condition raises on leaving the block."""
    return TransactWrite(connection=connection())


def whereabouts() -> str:
    """Return which DynamoDB is meant and which tables, for commands that read or write all of them."""
    elsewhere = settings.ON_LAMBDA or settings.DYNAMODB_ENDPOINT_URL
    which = "DynamoDB" if elsewhere else "The embedded DynamoDB"
    names = ", ".join(str(model.Meta.table_name) for model in Table.models())
    return f"{which} at {connection().client.meta.endpoint_url}: {names}"


def explained(error: PynamoDBException | BotoCoreError | ClientError) -> str | None:
    """Return what an operator can do about an error, None where nobody but a programmer can."""
    where = endpoint_url() or f"AWS in {settings.AWS_REGION}"
    cause = error.cause if isinstance(error, PynamoDBException) else error
    if isinstance(cause, BotoCoreError):
        return f"DynamoDB does not answer at {where}: {cause}"
    if isinstance(cause, ClientError) and cause.response["Error"]["Code"] == MISSING:
        return f"The tables are missing at {where}: run manage.py create_tables first."
    return None


def lost_race(error: PynamoDBException) -> bool:
    """Tell whether a write failed because the item is not as the writer saw it (a condition, or a conflict)."""
    code = code_of(error)
    if code == TRANSACTION_CANCELED:
        codes = _cancellation_codes(error)
        return bool(codes) and codes <= {"ConditionalCheckFailed", "TransactionConflict"}
    return code in {CONDITION_FAILED, "TransactionConflictException"}


def busy_or_away(error: PynamoDBException) -> bool:
    """Tell whether DynamoDB throttles or does not answer: the same request may succeed a little later."""
    if code_of(error) == TRANSACTION_CANCELED:
        return bool(_cancellation_codes(error) & THROTTLED)
    return isinstance(error.cause, BotoCoreError) or code_of(error) in BUSY


def conflicted(error: PynamoDBException) -> bool:
    """Tell whether a transaction only met another one on the same items: tried again, it may succeed."""
    if code_of(error) == TRANSACTION_CANCELED:
        return _cancellation_codes(error) == {"TransactionConflict"}
    return code_of(error) in {
        "TransactionConflictException",
        "TransactionInProgressException",
    }


def code_of(error: PynamoDBException) -> str | None:
    """Return DynamoDB's code; PynamoDB's own property breaks where botocore had no answer at all."""
    return None if isinstance(error.cause, BotoCoreError) else error.cause_response_code


def _cancellation_codes(error: PynamoDBException) -> set[str]:
    reasons: Iterable[Any] = getattr(error, "cancellation_reasons", ())
    return {reason.code for reason in reasons if reason and reason.code != "None"}


class WallTimeAttribute(Attribute[dt.datetime]):
    """A naive datetime in the site's zone, stored as YYYY-MM-DDTHH:MM:SS so that it sorts as text."""

    attr_type = STRING

    def serialize(self, value: dt.datetime) -> str:
        if value.tzinfo is not None:
            raise ValueError(f"{self.attr_name} holds wall time in the site's zone, not {value!r}")
        return value.isoformat(timespec="seconds")

    def deserialize(self, value: str) -> dt.datetime:
        return dt.datetime.fromisoformat(value)


class DateAttribute(Attribute[dt.date]):
    """A date, stored as YYYY-MM-DD."""

    attr_type = STRING

    def serialize(self, value: dt.date) -> str:
        return value.isoformat()

    def deserialize(self, value: str) -> dt.date:
        return dt.date.fromisoformat(value)


class TimestampAttribute(Attribute[dt.datetime]):
    """A moment, stored as YYYY-MM-DDTHH:MM:SS.mmmZ so that it sorts as text."""

    attr_type = STRING

    def serialize(self, value: dt.datetime) -> str:
        if value.tzinfo is None:
            raise ValueError(f"{self.attr_name} holds a moment and needs a zone, not {value!r}")
        return value.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def deserialize(self, value: str) -> dt.datetime:
        return dt.datetime.fromisoformat(value)


class ExpiryAttribute(TTLAttribute):
    """DynamoDB's time to live. Items stay readable for days after it: queries filter by time as well."""


class TextListAttribute(ListAttribute[str]):
    """A list of text, which DynamoDB can search with contains()."""

    def __init__(self, *, null: bool = False) -> None:
        super().__init__(of=UnicodeAttribute, null=null)  # type: ignore[arg-type]


class JSONAttribute(pynamodb.attributes.JSONAttribute):
    """A small structure that is read and written as one."""

    def serialize(self, value: Any) -> str | None:
        return (
            None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        )

    def set(self, value: Any) -> Any:
        """Set it, whatever its keys are: a dict like {"S": 1} PynamoDB takes for a value in DynamoDB's notation."""
        said = self.serialize(value)
        return super().set(None if said is None else {"S": said})
