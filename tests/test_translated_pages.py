"""No word of a page escapes the translators.

Every message is given a translation in brackets, all data are Greek: Latin letters outside of brackets are words that
nobody can translate.
"""

import gettext
import pathlib
import re
from html.parser import HTMLParser

import allauth
import django.conf
import django.contrib.auth
import pytest
from django.urls import clear_url_caches

from dctech import freshness
from events.models import Category
from events.periods import Day, Month, Week
from tests import catalogs, make
from tests.test_pages import DAY, now

__all__ = ["now"]

pytestmark = [pytest.mark.usefixtures("tables"), pytest.mark.urls("dctech.urls")]

NAMES = {
    "DC",
    "MD",
    "VA",
    "RSS",
    "Atom",
    "JSON",
    "CSV",
    "iCalendar",
    "Google",
    "Calendar",
    "Outlook",
    "com",
}
READ_ALOUD = {"aria-label", "alt", "title", "placeholder", "data-local", "content"}
UNREAD = {"script", "style", "code", "pre"}
MACHINES = {"viewport", "color-scheme", "robots", "og:type", "twitter:card", "og:image:type"}
OTHERS = [
    pathlib.Path(package.__file__).parent / "locale/es/LC_MESSAGES/django.mo"
    for package in (django.conf, django.contrib.auth, allauth)
]
"""The catalogues that the pages need beside ours"""


class Words(HTMLParser):
    """The words of a page: its text, and each attribute that somebody may read or hear."""

    def __init__(self, html):
        super().__init__()
        self.text, self.attributes, self.inside = "", [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag not in {"meta", "link", "input", "br", "img"}:
            self.inside.append((tag, tag in UNREAD or (tag != "html" and "lang" in said)))
        if not MACHINES & {said.get("name"), said.get("property")}:
            self.attributes += [said[name] for name in READ_ALOUD & said.keys() if said[name]]

    def handle_endtag(self, tag):
        while self.inside and self.inside.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not any(unread for _, unread in self.inside):
            self.text += data

    def untranslated(self):
        return {word for text in [self.text, *self.attributes] for word in outside(text)} - NAMES


def outside(text):
    """Return the Latin words of a text that are not in brackets, and no part of an address."""
    shorter = re.sub(r"⟦[^⟦⟧]*⟧", "", text)
    if shorter != text:
        return outside(shorter)
    return re.findall(r"[A-Za-z]{2,}", re.sub(r"\S*(?:://|@)\S*", "", text))


def bracketed():
    """Return a catalogue that puts each of our messages, Django's and allauth's, in brackets."""
    theirs = {}
    for other in OTHERS:
        with other.open("rb") as file:
            theirs |= gettext.GNUTranslations(file)._catalog
    found = {}
    for key, said in theirs.items():
        text = key[0] if isinstance(key, tuple) else key
        if text:
            plural = text if isinstance(key, tuple) else ""
            found[catalogs.Message("", text, plural)] = [f"⟦{said}⟧"] * (2 if plural else 1)
    for message in catalogs.read():
        found[message] = [f"⟦{text}⟧" for text in (message.text, message.plural) if text]
    return found


@pytest.fixture(autouse=True)
def brackets(tmp_path, settings):
    catalogue = tmp_path / "es/LC_MESSAGES/django.mo"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_bytes(catalogs.compiled(bracketed()))
    settings.LOCALE_PATHS = [tmp_path]
    settings.SITE_NAME, settings.SITE_TAGLINE = "Ωμέγα", "Εκδηλώσεις"
    freshness.pages.clear()


@pytest.fixture
def city(now):
    """Something of every kind, in Greek."""
    make.group(name="Πύθωνες").save()
    Category("category", "q7", name="Δεδομένα", description="Γραμμές").save()
    noon = now.replace(hour=12, minute=0, second=0)
    greek = {
        "location": "Αθήνα",
        "city": "Αθήνα",
        "group_name": "Πύθωνες",
        "categories": ["q7"],
        "description": "Περιγραφή",
        "cost": "Δωρεάν",
    }
    kinds = {
        "λ": {},
        "β": {"location_type": "hybrid", "event_status": "POSTPONED"},
        "ψ": {"location_type": "virtual", "event_status": "CANCELLED"},
        "δ": {"previous_start": noon, "location": None},
        "ε": {"all_day": True, "previous_start": noon, "region": None},
        "ζ": {"hours": 60, "also_published_by": [{"group_id": "x", "group_name": "Άλλοι"}]},
        "η": {
            "hours": 60,
            "all_day": True,
            "sessions": [{"start": f"{noon + DAY:%Y-%m-%d}T10:00:00"}],
        },
    }
    events = {}
    for title, more in kinds.items():
        events[title] = make.event(title, noon + DAY, **greek | more)
        events[title].create()
    events["θ"] = make.event("θ", noon - DAY, 72, **greek)
    events["θ"].create()
    events["ξ"] = make.event("ξ", noon - 30 * DAY, **greek)
    events["ξ"].create()
    return events


def lists(date):
    periods = [kind.around(date).get_absolute_url() for kind in (Day, Week, Month)]
    later = [kind.around(date + 60 * DAY).get_absolute_url() for kind in (Day, Week, Month)]
    earlier = [kind.around(date - 60 * DAY).get_absolute_url() for kind in (Day, Week, Month)]
    return [
        *periods,
        *later,
        *earlier,
        *("/", "/virtual/", "/locations/", "/locations/va/", "/locations/md/", "/categories/"),
        *("/events/", "/events/?region=VA,MD&free=1&time=evening&weekday=mon&q=ω&not=β&group=x"),
        *(
            "/events/?time=tea",
            "/just-added/",
            "/about/",
            "/transparency/",
            "/groups/",
            "/nothing/",
        ),
        *("/feeds/", "/feeds/?region=VA", "/feeds/?region=ZZ"),
        *("/search/", "/search/?q=λ", "/search/?q=λλ", "/search/?q=λ&region=MD", "/search/?page=0"),
        *("/embed/", "/embed/?limit=1", "/embed/?limit=0"),
    ]


def found_on(client, addresses):
    pages = {
        address: client.get(f"/es{address}", follow=True).content.decode() for address in addresses
    }
    assert [address for address, html in pages.items() if "⟦" not in html] == []
    return {
        address: words for address, html in pages.items() if (words := Words(html).untranslated())
    }


def test_no_word_of_an_empty_calendar_escapes(client, now):
    assert found_on(client, lists(now.date())) == {}


def test_no_word_of_a_full_calendar_escapes(client, now, city):
    pages = [f"/events/{event.event_id}/{event.slug}/" for event in city.values()]
    assert (
        found_on(client, [*lists(now.date()), *pages, "/categories/q7/", "/groups/pythons/"]) == {}
    )


@pytest.mark.parametrize("extension", ["html", "txt"])
def test_no_word_of_the_week_ahead_escapes(client, settings, city, extension):
    settings.LANGUAGE_CODE = "es"
    clear_url_caches()
    text = client.get(f"/newsletter.{extension}").content.decode()
    clear_url_caches()
    assert "⟦" in text
    assert (Words(text).untranslated() if extension == "html" else outside(text)) in (set(), [])


def test_an_english_word_would_be_seen(client, settings):
    settings.SITE_TAGLINE = "Plain words"
    assert found_on(client, ["/about/"]) == {"/about/": {"Plain", "words"}}
