"""Where an event's page leads, and which addresses other people have given come out of the site."""

import datetime as dt

import pytest

from events.models import Category
from tests import make
from tests.test_hidden import every_page, fields, noon
from tests.test_pages import DAY, now, page

__all__ = ["noon", "now"]

pytestmark = [pytest.mark.usefixtures("tables"), pytest.mark.urls("dctech.urls")]

START = dt.datetime(2036, 9, 3, 18, 30)
SCRIPT = "javascript:alert(1)"


def show(client, event, language=""):
    event.create()
    return page(client, f"{language}/events/{event.event_id}/{event.slug}/")


def test_it_leads_to_its_day_region_categories_and_groups(client):
    Category("category", "ai", name="A & I").save()
    make.group("dc_python's", name="Pythons").save()
    make.group("asleep", active=False).save()
    event = make.event(
        start=START,
        categories=["ai", "nameless"],
        group_id="dc_python's",
        group_website="https://pythons.example.org/",
        also_published_by=[
            {
                "group_id": "asleep",
                "group_name": "Asleep",
                "group_website": "https://b.example.org/",
            },
            {"group_id": "gone", "group_name": "Gone"},
        ],
    )
    html = show(client, event)
    for link in (
        '<a href="/day/2036-09-03/">Wednesday, September 3, 2036</a>',
        '<a href="/locations/va/">More in VA</a>',
        'href="/categories/ai/">A &amp; I</a>',
        '<a href="/groups/dc-pythons/">Pythons</a>',
        '<a href="https://pythons.example.org/" aria-label="Pythons: own site">own site</a>',
        '<a href="https://b.example.org/">Asleep</a>',
    ):
        assert link in html
    assert "/groups/asleep/" not in html
    assert "/categories/nameless/" not in html
    who = html.partition("<dt>Who</dt>")[2].partition("</dd>")[0]
    assert " ".join(who.split()).endswith("Asleep</a>, Gone")


@pytest.mark.parametrize("start", [dt.datetime(1901, 9, 3, 18), dt.datetime(2201, 9, 3, 18)])
def test_a_day_without_a_page_is_no_link(client, settings, start):
    settings.EVENT_RETENTION_DAYS = 0
    assert (
        "/day/"
        not in show(client, make.event(start=start)).partition("<main")[2].partition("</main")[0]
    )


@pytest.mark.parametrize("kind", ["virtual", "hybrid", "in_person"])
def test_a_place_that_is_an_address_is_a_link(client, kind):
    event = make.event(start=START, location_type=kind, location="https://meet.example.org/x")
    link = '<a class="p-location" href="https://meet.example.org/x">https://meet.example.org/x</a>'
    assert link in show(client, event)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("", "Moved: it was to be on Wednesday, September 2 at 6:30 p.m."),
        ("/es", "Reprogramado: estaba previsto para el miércoles, 2 de septiembre, 6:30 p. m."),
    ],
)
def test_a_sentence_has_one_dot(client, language, said):
    event = make.event(start=START, previous_start=dt.datetime(2026, 9, 2, 18, 30))
    html = show(client, event, language).replace("\N{NO-BREAK SPACE}", " ")
    assert html.partition('role="status">')[2].partition("</p>")[0].strip() == said


def test_no_stored_address_of_another_kind_comes_out(client, noon):
    Category("category", "data", name="Data").save()
    make.group(website=SCRIPT).save()
    others = [{"group_id": "x", "group_name": "Others", "group_website": SCRIPT, "url": SCRIPT}]
    event = make.event(
        "Open evening",
        noon + DAY,
        event_id="open",
        url=SCRIPT,
        location_type="hybrid",
        group_website=SCRIPT,
        also_published_by=others,
        categories=["data"],
    )
    event.create()
    found = every_page(client, fields(noon))
    assert sum(b"Open evening" in body for _, body in found.values()) > 20
    assert [address for address, (_, body) in found.items() if b"javascript:" in body] == []


def test_a_place_that_is_a_script_is_no_link(client):
    html = show(client, make.event(start=START, location_type="virtual", location=SCRIPT))
    assert f'<span class="p-location">{SCRIPT}</span>' in html
    assert f'"{SCRIPT}"' not in html.replace(f'content="{SCRIPT}"', "")
