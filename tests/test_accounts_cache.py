"""Django's cache on the real engine: what Django says of a cache, where one process is not alone."""

import threading
import time

import pytest
from django.core.cache import CacheKeyWarning, cache, caches

from dctech.cache import Cached
from dctech.models import Operation

pytestmark = pytest.mark.usefixtures("tables")

NAMES = [1, 0, -7, 1.5, "text", "", True, False, None, [1.25, 2], {"a": {"b": []}}]


@pytest.mark.parametrize("value", NAMES)
def test_a_value_comes_back_as_it_was(value):
    cache.set("key", value)
    found = cache.get("key", "nothing")
    assert (found, type(found)) == (value, type(value))


def test_what_is_not_there_is_the_default():
    assert (cache.get("key"), cache.get("key", 3), "key" in cache) == (None, 3, False)
    assert (cache.delete("key"), cache.touch("key")) == (False, False)


def test_only_the_first_adds():
    assert [cache.add("key", 1), cache.add("key", 2), cache.get("key")] == [True, False, 1]
    assert [cache.delete("key"), cache.delete("key"), cache.add("key", 3)] == [True, False, True]


def test_versions_and_many():
    cache.set("key", "one", version=1)
    cache.set("key", "two", version=2)
    assert [cache.get("key"), cache.get("key", version=2)] == ["one", "two"]
    assert cache.set_many({"a": 1, "b": 2}) == []
    assert cache.get_many(["a", "b", "c"]) == {"a": 1, "b": 2}


def test_what_json_cannot_say_is_refused():
    with pytest.raises(TypeError):
        cache.set("key", {1, 2})


@pytest.mark.parametrize("key", ["a key", "k" * 251])
def test_a_key_that_other_caches_would_refuse_warns(key):
    with pytest.warns(CacheKeyWarning):
        cache.set(key, 1)


def test_an_expired_item_is_gone_before_dynamodb_deletes_it():
    cache.set("key", 1, timeout=0.2)
    cache.set("kept", 1, timeout=None)
    cache.set("never", 1, timeout=0)
    time.sleep(0.25)
    assert len(list(Cached.query("cache"))) == 3
    assert [cache.get(key) for key in ("key", "kept", "never")] == [None, 1, None]
    with pytest.raises(ValueError, match="not found"):
        cache.incr("key")
    assert [cache.touch("key"), cache.delete("key"), cache.add("key", 2)] == [False, False, True]


def test_an_item_says_when_dynamodb_may_delete_it():
    before = time.time()
    cache.set("key", 1, timeout=60)
    cache.set("kept", 1, timeout=None)
    ttl = {item.sort: item.ttl for item in Cached.query("cache")}
    assert ttl[":1:kept"] is None
    assert before + 60 < ttl[":1:key"].timestamp() < time.time() + 62


def test_touching_moves_the_end():
    cache.set("key", 1, timeout=0.2)
    assert cache.touch("key", 60)
    time.sleep(0.25)
    assert cache.get("key") == 1
    assert cache.touch("key", None)
    assert Cached.get("cache", ":1:key").expires_at is None


def test_counting_loses_nothing_between_threads():
    cache.set("key", 0)
    seen = []

    def count():
        seen.extend(caches["default"].incr("key") for _ in range(10))

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(seen), cache.get("key")) == (list(range(1, 81)), 80)
    assert [cache.incr("key", 5), cache.decr("key", 3)] == [85, 82]


def test_of_twenty_that_add_at_once_one_does():
    won = []
    threads = [
        threading.Thread(target=lambda: won.append(caches["default"].add("lock", True)))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 19 + [True]


def test_clearing_leaves_other_operations():
    cache.set_many({f"key{n}": n for n in range(30)})
    Operation("runs", "kept").save()
    cache.clear()
    assert cache.get("key1") is None
    assert [item.sort for item in Operation.scan()] == ["kept"]
