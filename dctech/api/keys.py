"""API keys: a program's right to do something here. The secret is shown once; its hash is what is stored."""

import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Sequence
from typing import Self

from pynamodb.attributes import UnicodeAttribute

from dctech.dynamodb import TextListAttribute, TimestampAttribute
from dctech.models import Operation

PARTITION = "keys"
MARK = "dctech"
"""What every key begins with, so that people and scanners of repositories know one when they see it."""

SCOPES = {
    "read": "Read what staff read: queues, history, feeds, figures",
    "submit-trusted": "Submit what is published at once",
    "moderate": "Read, approve, reject and collect",
    "admin": "Read, decide, edit, delete and collect",
}

GRANTS = {
    "read": {"view"},
    "submit-trusted": set(),
    "moderate": {"view", "moderate"},
    "admin": {"view", "moderate", "add", "change", "delete"},
}
"""scope -> what it allows, in the words of the admin's permissions"""

USE_NOTED_EVERY = dt.timedelta(hours=1)
KEY = re.compile(rf"{MARK}_([0-9a-f]{{12}})_([0-9a-f]{{64}})", re.ASCII)


class Denied(Exception):  # noqa: N818 - it is an answer to the client
    """A key that opens nothing: `reason` says why, in a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ApiKey(Operation):
    """One key: partition `keys`, sort its id."""

    name = UnicodeAttribute()
    digest = UnicodeAttribute()
    """SHA-256 of the secret, which is 32 random bytes: nothing that a slow hash would have to protect."""
    scopes = TextListAttribute()
    made_by = UnicodeAttribute()
    created_at = TimestampAttribute()
    expires_at = TimestampAttribute(null=True)
    revoked_at = TimestampAttribute(null=True)
    last_used_at = TimestampAttribute(null=True)
    """To the hour."""

    @classmethod
    def make(
        cls,
        name: str,
        scopes: Sequence[str],
        *,
        by: str,
        now: dt.datetime,
        expires_at: dt.datetime | None = None,
    ) -> tuple[Self, str]:
        """Store a new key; return it with what its owner sends, which nobody can read afterwards."""
        secret = secrets.token_hex(32)
        key = cls(
            PARTITION,
            secrets.token_hex(6),
            name=name,
            digest=_digest(secret),
            scopes=[scope for scope in SCOPES if scope in scopes],
            made_by=by,
            created_at=now,
            expires_at=expires_at,
        )
        key.save(condition=cls.partition.does_not_exist())
        return key, f"{MARK}_{key.sort}_{secret}"

    @classmethod
    def all(cls) -> list[Self]:
        """Return every key, the newest first."""
        found = cls.query(PARTITION, consistent_read=True)
        return sorted(found, key=lambda key: key.created_at, reverse=True)

    @classmethod
    def find(cls, key_id: str) -> Self | None:
        try:
            return cls.get(PARTITION, key_id, consistent_read=True)
        except cls.DoesNotExist:
            return None

    @classmethod
    def opened_by(cls, sent: str, now: dt.datetime) -> Self:
        """Return the key that this opens, and note its use; raise Denied."""
        parts = KEY.fullmatch(sent)
        key = cls.find(parts[1]) if parts else None
        if parts is None or key is None:
            raise Denied("There is no such key.")
        if not secrets.compare_digest(key.digest, _digest(parts[2])):
            raise Denied("There is no such key.")
        if key.revoked_at:
            raise Denied("The key was revoked.")
        if key.expires_at and key.expires_at <= now:
            raise Denied("The key has expired.")
        key.note_use(now)
        return key

    @property
    def key_id(self) -> str:
        return self.sort

    def may(self, action: str) -> bool:
        """Tell whether one of its scopes allows an action."""
        return any(action in GRANTS.get(scope, ()) for scope in self.scopes)

    def revoke(self, now: dt.datetime) -> None:
        """End it; it stays in the list, so that what it did can be told."""
        self.update(actions=[ApiKey.revoked_at.set(now)], condition=ApiKey.partition.exists())

    def note_use(self, now: dt.datetime) -> None:
        """Note when it was used, once an hour: a write for each request would cost more than the request."""
        if self.last_used_at is None or now - self.last_used_at >= USE_NOTED_EVERY:
            self.update(actions=[ApiKey.last_used_at.set(now)])


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
