"""Moderation in figures, for everybody.

No test here may use the accounts database: pytest-django refuses it, and so proves that no page asks it.
"""

import datetime as dt

import pytest

from dctech.moderation import Act
from events import categories
from events.models import Category, Event
from tests import make
from tests.make import NOW
from tests.test_pages import page

pytestmark = [pytest.mark.usefixtures("tables"), pytest.mark.urls("dctech.urls")]


def decide(months):
    for number in range(months):
        event = make.event(f"Event {number}", source_type="submission", status="pending")
        event.save()
        act = Act("user:zqada", NOW + dt.timedelta(days=31 * number), reason="zqreason")
        event.approve(act)
        Event.find(event.event_id).edit(act, {"title": "zqtitle"})


def row(html, month):
    cells = html.partition(f'<th scope="row">{month}</th>')[2].partition("</tr>")[0]
    return [int(cell.partition("</td>")[0]) for cell in cells.split("<td>")[1:]]


def test_a_month_has_a_row_of_counts(client):
    decide(2)
    group = make.group(status="pending")
    group.save()
    group.undo(group.reject(Act("user:zqada", NOW)), Act("user:zqada", NOW))
    html = page(client, "/transparency/")
    assert row(html, "September 2026") == [1, 0, 0, 1, 1, 0, 1]
    assert row(html, "October 2026") == [1, 0, 0, 0, 1, 0, 0]
    assert html.index("October 2026") < html.index("September 2026")


def test_nobody_is_named_and_no_object(client):
    decide(1)
    assert "zq" not in page(client, "/transparency/")


def test_categories_are_no_decisions(client):
    categories.store(Category("category", "ai"), {"name": "AI"}, Act("user:zqada", NOW))
    categories.store(categories.find("ai"), {"name": "A.I."}, Act("user:zqada", NOW))
    assert "Nothing has been decided yet." in page(client, "/transparency/")


@pytest.mark.parametrize("months", [1, 3])
def test_it_costs_one_query_whatever_it_shows(client, months, dynamodb_calls):
    decide(months)
    dynamodb_calls.clear()
    page(client, "/transparency/")
    assert dynamodb_calls == ["GetItem", "Query"]  # the version, and the tallies
    page(client, "/transparency/")
    assert dynamodb_calls == ["GetItem", "Query"]


def test_it_is_linked_from_about(client):
    assert 'href="/transparency/"' in page(client, "/about/")
    assert 'href="/es/transparency/"' in page(client, "/es/about/")
