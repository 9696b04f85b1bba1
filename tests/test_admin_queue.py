"""The lists: tabs, paging by cursor, filters and search that look at a bounded number, and the index's counts."""

import datetime as dt
import os
import re

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse

from dctech import dynamodb
from dctech.admin.queues import queue_of
from dctech.moderation import Review
from events.models import Event
from groups.models import Group
from tests import make, staff
from tests.make import NOW

pytestmark = pytest.mark.django_db
EVENTS = "/admin/events/event/"
DEEP = int(os.environ.get("QUEUE_ITEMS", "5000"))
"""Pending items in the deep test. With 50,000 the engine takes two minutes: QUEUE_ITEMS=50000."""


@pytest.fixture
def ada(tables):
    return staff.browser(Client)


@pytest.fixture
def reads(engine):
    """A list that grows by the number of items that each request looks at."""
    counts = []

    def note(parsed, **_more):
        found = parsed.get("Responses", {}).values()
        counts.append(parsed.get("ScannedCount", 0) + sum(map(len, found)))

    events = dynamodb.connection().client.meta.events
    events.register("after-call.dynamodb", note)
    yield counts
    events.unregister("after-call.dynamodb", note)


def fill(count, **more):
    """Store pending events, an hour apart in the queue."""
    with Event.batch_write() as batch:
        for number in range(count):
            values = {"source_type": "submission", "status": "pending", "uid": None} | more
            moment = NOW - dt.timedelta(hours=number)
            batch.save(
                make.event(
                    f"Event {number:05}", event_id=f"{number:064}", submitted_at=moment, **values
                )
            )


def titles(response):
    return [event.title for event in response.context["cl"].result_list]


def link(response, name):
    found = getattr(response.context["cl"], f"{name}_link")
    return found and EVENTS + found


def test_each_tab_has_its_own(ada):
    for status in ("pending", "approved", "rejected"):
        make.event(f"An {status} one", status=status).save()
    event = make.event("An approved one")
    Review.about("event", event.key, why="trusted", title="x", now=NOW).save()
    Review.about("event", "0" * 64, why="trusted", title="Expired since", now=NOW).save()
    assert titles(ada.get(EVENTS)) == ["An pending one"]
    assert titles(ada.get(f"{EVENTS}?tab=review")) == ["An approved one"]
    assert titles(ada.get(f"{EVENTS}?tab=approved")) == ["An approved one"]
    assert titles(ada.get(f"{EVENTS}?tab=rejected")) == ["An rejected one"]
    assert titles(ada.get(f"{EVENTS}?tab=all")) == [
        "An pending one",
        "An approved one",
        "An rejected one",
    ]
    assert ada.get(f"{EVENTS}?tab=nonsense").status_code == 302


def test_the_queue_is_walked_to_its_end_and_back(ada):
    fill(60)
    first = ada.get(EVENTS)
    second = ada.get(link(first, "next"))
    third = ada.get(link(second, "next"))
    assert titles(first) == [f"Event {n:05}" for n in range(59, 34, -1)]
    assert titles(second) == [f"Event {n:05}" for n in range(34, 9, -1)]
    assert titles(third) == [f"Event {n:05}" for n in range(9, -1, -1)]
    assert (link(third, "next"), link(first, "previous")) == (None, None)
    back = ada.get(link(third, "previous"))
    assert titles(back) == titles(second)
    assert titles(ada.get(link(back, "next"))) == titles(third)
    assert titles(ada.get(link(back, "previous"))) == titles(first)


def test_all_pages_across_statuses(ada):
    fill(15)
    with Event.batch_write() as batch:
        for number in range(15, 30):
            batch.save(make.event(f"Event {number:05}", event_id=f"{number:064}"))
    first = ada.get(f"{EVENTS}?tab=all")
    second = ada.get(link(first, "next"))
    assert len({*titles(first), *titles(second)}) == 30
    assert titles(ada.get(link(second, "previous"))) == titles(first)


def test_a_forged_place_leads_to_the_beginning(ada):
    fill(1)
    forged = ada.get(f"{EVENTS}?at=WyJub25zZW5zZSJd:x:y", follow=True)
    assert titles(forged) == ["Event 00000"]


def test_a_place_in_one_tab_is_none_in_another(ada):
    fill(60)
    place = link(ada.get(EVENTS), "next")
    assert ada.get(f"{place}&tab=approved").status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_asks_as_often_for_three_rows_as_for_one(ada, dynamodb_calls, count):
    fill(count)
    dynamodb_calls.clear()
    ada.get(EVENTS)
    # The places, the rows, and the reasons to reject with.
    assert dynamodb_calls == ["Query", "BatchGetItem", "Query"]


def test_what_is_to_be_reviewed_is_shown_as_it_is_and_filtered_like_other_lists(ada):
    for number, region in enumerate(["VA", "DC"]):
        event = make.event(f"Event {number}", region=region, location=f"Place {number}")
        event.save()
        why = ("proposed", "trusted")[number]
        Review.about("event", event.key, why=why, title="x", now=NOW).save()
    page = ada.get(f"{EVENTS}?tab=review")
    text = page.content.decode()
    assert sorted(titles(page)) == ["Event 0", "Event 1"]
    assert [text.count(said) for said in ("Place 0", "Wed Sep 2, 2026 18:30")] == [1, 2]
    assert [text.count(said) for said in ("A change is proposed", "Approved by trust")] == [1, 1]
    assert titles(ada.get(f"{EVENTS}?tab=review&region=DC")) == ["Event 1"]


def test_what_is_in_no_database_has_no_address_by_its_content_type(ada):
    event = make.event()
    event.save()
    kind = ContentType.objects.get(app_label="events", model="event")
    assert ada.get(f"/admin/r/{kind.pk}/{event.key}/").status_code == 404


def test_a_page_reads_at_most_sixty_items_however_deep(ada, reads):
    fill(DEEP)
    reads.clear()
    page = ada.get(EVENTS)
    assert len(titles(page)) == 25
    assert sum(reads) <= 60
    for _ in range(20):
        page = ada.get(link(page, "next"))
    reads.clear()
    deep = ada.get(link(page, "next"))
    assert titles(deep)[0] == f"Event {DEEP - 1 - 21 * 25:05}"
    assert sum(reads) <= 60


def test_a_search_looks_at_a_thousand_and_says_so(ada, reads):
    fill(1_100)
    reads.clear()
    page = ada.get(f"{EVENTS}?q=event+00001")
    assert titles(page) == []
    assert sum(reads) == 1_000
    assert "Looked through 1000 of this list." in page.content.decode()
    assert titles(ada.get(link(page, "next"))) == ["Event 00001"]


def test_filters_and_search_go_together(ada):
    fill(2, region="DC", location_type="virtual")
    make.event("Another", status="pending", group_name="Rust & Co").save()
    assert titles(ada.get(f"{EVENTS}?region=VA")) == ["Another"]
    assert titles(ada.get(f"{EVENTS}?how=virtual&q=00001")) == ["Event 00001"]
    assert titles(ada.get(f"{EVENTS}?source=ical")) == ["Another"]
    assert titles(ada.get(f"{EVENTS}?group=Rust+%26+Co")) == ["Another"]
    assert titles(ada.get(f"{EVENTS}?region=VA&how=virtual")) == []
    assert ada.get(f"{EVENTS}?no_such_field=1").status_code == 302


def test_groups_are_filtered_by_feed_and_activity(ada):
    make.group("one", status="pending").save()
    make.group("two", status="pending", ical=None, active=False).save()
    shown = ada.get("/admin/groups/group/?feed=no")
    assert [group.name for group in shown.context["cl"].result_list] == ["Two"]
    shown = ada.get("/admin/groups/group/?active=yes")
    assert [group.name for group in shown.context["cl"].result_list] == ["One"]


def test_the_index_counts_what_waits(ada, reads):
    fill(101)
    make.group(status="pending").save()
    reads.clear()
    page = ada.get(reverse("admin:index")).content.decode()
    assert re.findall(r'<span class="waiting">(.*?)</span>', page) == ["100+ waiting", "1 waiting"]
    assert max(reads) <= 101


def test_the_walk_reads_no_more_than_it_is_asked_for(tables, reads):
    fill(30)
    assert len(list(queue_of(Event).walk(7))) == 7
    assert sum(reads) == 7
    assert len(list(queue_of(Group).walk(7))) == 0
