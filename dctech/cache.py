"""Django's cache in DynamoDB, for allauth's rate limits: a Lambda's own memory would limit nothing.

Values are what JSON can say. Each is an item of the Operations table: partition `cache`, sort its key.
"""

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from pynamodb.attributes import NumberAttribute
from pynamodb.exceptions import DeleteError, PutError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from dctech.dynamodb import JSONAttribute, lost_race
from dctech.models import Operation


class Cached(Operation):
    """One value, as a `number` where it is one: DynamoDB then counts by itself."""

    number = NumberAttribute(null=True)
    value = JSONAttribute(null=True)
    expires_at = NumberAttribute(null=True)
    """Seconds since 1970, to the fraction; the item's `ttl` only says when DynamoDB may delete it."""

    @classmethod
    def alive(cls) -> Condition:
        """Return the condition that the item is there and has not expired: DynamoDB deletes late."""
        for_ever: Condition = cls.expires_at.does_not_exist()
        there: Condition = cls.partition.exists() & (for_ever | (cls.expires_at > time.time()))
        return there

    def content(self) -> Any:
        if self.number is None:
            return self.value
        return int(self.number)


class DynamoDBCache(BaseCache):
    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        item = self._item(key, value, timeout, version)
        return _won(lambda: item.save(condition=~Cached.alive()), PutError)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        try:
            item = Cached.get("cache", self._sort(key, version), consistent_read=True)
        except Cached.DoesNotExist:
            return default
        expired = item.expires_at is not None and item.expires_at <= time.time()
        return default if expired else item.content()

    def set(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        self._item(key, value, timeout, version).save()

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        item = Cached("cache", self._sort(key, version))
        expires_at = self.get_backend_timeout(timeout)
        actions: list[Action] = (
            [Cached.expires_at.remove(), Cached.ttl.remove()]
            if expires_at is None
            else [Cached.expires_at.set(expires_at), Cached.ttl.set(_deletion(expires_at))]
        )
        return _won(lambda: item.update(actions=actions, condition=Cached.alive()), UpdateError)

    def delete(self, key: str, version: int | None = None) -> bool:
        item = Cached("cache", self._sort(key, version))
        return _won(lambda: item.delete(condition=Cached.alive()), DeleteError)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add to a number in one write, so that no two callers get the same one."""
        item = Cached("cache", self._sort(key, version))
        condition = Cached.alive() & Cached.number.exists()
        actions: list[Action] = [Cached.number.add(delta)]
        if not _won(lambda: item.update(actions=actions, condition=condition), UpdateError):
            raise ValueError(f"Key {key!r} not found")
        return int(item.number or 0)

    def clear(self) -> None:
        with Cached.batch_write() as batch:
            for item in Cached.query("cache", attributes_to_get=["partition", "sort"]):
                batch.delete(item)

    def _sort(self, key: str, version: int | None) -> str:
        return str(self.make_and_validate_key(key, version=version))

    def _item(self, key: str, value: Any, timeout: Any, version: int | None) -> Cached:
        expires_at = self.get_backend_timeout(timeout)
        counts = isinstance(value, int) and not isinstance(value, bool)
        return Cached(
            "cache",
            self._sort(key, version),
            number=value if counts else None,
            value=None if counts else value,
            expires_at=expires_at,
            ttl=None if expires_at is None else _deletion(expires_at),
        )


def _deletion(expires_at: float) -> dt.datetime:
    # At 0 Django means "expired already", and DynamoDB would keep for ever what expired five years ago.
    return dt.datetime.fromtimestamp(max(expires_at, time.time()) + 1, dt.UTC)


def _won(write: Callable[[], Any], error: type[PutError | UpdateError | DeleteError]) -> bool:
    try:
        write()
    except error as failure:
        if lost_race(failure):
            return False
        raise
    return True
