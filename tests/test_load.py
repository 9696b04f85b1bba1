"""Readers, a moderator and the collector at once: `python -m benchmarks load` in small, and what its checks notice."""

import hashlib
from dataclasses import replace

import pytest

from benchmarks import load
from benchmarks.load.answers import Answer, Page, Said, Truths, faults
from benchmarks.load.truth import Truth

PAGE = Page("/", 1, "<h1>Home</h1>", lists=True)


def answer(body, **more):
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": etag, "content-type": PAGE.kind}
    return Answer(200, headers, body, 0.0, 0.1) if not more else replace(answer(body), **more)


def body(room=0, title=0, toggled="Now and again"):
    text = f"<h1>Home</h1>Room {room} of the Load Hall, Collected {title} times, {toggled}</html>\n"
    return text.encode()


@pytest.fixture
def truths():
    return Truths(Truth(0), Truth(0), Truth(200))


def test_nobody_reads_anything_wrong_while_others_write():
    found = load.measured(readers=10, seconds=5, idle_seconds=1, pause=0.2)
    assert found.busy.wrong == []
    assert found.idle.wrong == []
    assert set(found.busy.statuses) == {200, 304, 404}
    assert len(found.busy.seconds) > 100
    assert found.acts >= 4
    assert found.collections >= 1


def test_a_good_answer_has_no_fault(truths):
    assert faults(PAGE, answer(body()), None, truths) == []


def test_half_another_and_old_answers_are_noticed(truths):
    whole = answer(body())
    assert faults(PAGE, replace(whole, body=whole.body[:-8]), None, truths) == [
        "its ETag is another body's",
        "it ends early",
    ]
    other = Page("/other/", 1, "<h1>Other</h1>")
    assert faults(other, whole, None, truths) == ["it is another page"]
    assert faults(PAGE, replace(whole, status=500), None, truths) == ["status 500"]
    old = replace(whole, headers=whole.headers | {"warning": "110"})
    assert faults(PAGE, old, None, truths) == ["it is an old copy"]


def test_what_was_replaced_a_second_before_is_noticed(truths):
    truths.room.begin(1)
    truths.room.finish()
    changed = truths.room.values[-1].finished
    late = answer(body(), sent=changed + 1.01, received=changed + 2)
    assert faults(PAGE, late, None, truths) == ["room [0], not of [1]"]
    within = replace(late, sent=changed + 0.99)
    assert faults(PAGE, within, None, truths) == []
    unchanged = replace(late, status=304, body=b"")
    assert faults(PAGE, unchanged, Said.by(PAGE, body()), truths) == ["room [0], not of [1]"]


def test_what_nobody_has_written_yet_or_the_public_may_not_see_is_noticed(truths):
    at = 1.0
    early = answer(body(title=1), sent=at, received=at)
    assert faults(PAGE, early, None, truths) == ["title [1], not of [0]"]
    truths.toggled.begin(404)
    truths.toggled.finish()
    hidden = truths.toggled.values[-1].finished
    listed = answer(body(), sent=hidden + 2, received=hidden + 3)
    assert faults(PAGE, listed, None, truths) == ["toggled [200], not of [404]"]
