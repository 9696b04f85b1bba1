"""The catalogue is complete, compiled, and says nothing that the page's values do not fit into."""

import gettext
import re

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tests import catalogs
from tests.conftest import ROOT

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")
NEUTRAL_DATES = {"Y-m-d", "Y-m-d H:i", "c", "YEAR_MONTH_FORMAT", "D", "l", "j", "P"}
"""Formats that are the same in every language: their words come from Django's own catalogues."""


def marked():
    return {*catalogs.in_templates(), *catalogs.in_code()}


def test_everything_marked_is_translated_and_nothing_else():
    said = catalogs.read()
    assert sorted(marked() - said.keys()) == []
    assert sorted(said.keys() - marked()) == []
    assert [message for message, forms in said.items() if not forms or not all(forms)] == []


def test_what_is_counted_has_both_forms():
    wrong = {
        message: forms
        for message, forms in catalogs.read().items()
        if len(forms) != (2 if message.plural else 1)
    }
    assert wrong == {}


def test_a_translation_has_the_places_and_the_markup_of_its_original():
    def parts(text):
        return sorted(PLACEHOLDER.findall(text)), sorted(re.findall(r"<[^>]+>", text))

    wrong = [
        (original, form)
        for message, forms in catalogs.read().items()
        for original, form in zip(
            (message.text, message.plural or message.text), forms, strict=False
        )
        if parts(original) != parts(form)
    ]
    assert wrong == []


def test_the_compiled_catalogue_is_the_one_in_text():
    with catalogs.CATALOGUE.with_suffix(".mo").open("rb") as file:
        found = gettext.GNUTranslations(file)
    expected = {}
    for (context, text, plural), forms in catalogs.read().items():
        key = f"{context}\4{text}" if context else text
        expected |= {(key, n): form for n, form in enumerate(forms)} if plural else {key: forms[0]}
    assert {key: text for key, text in found._catalog.items() if key} == expected


def test_every_date_is_written_in_a_format_of_its_language():
    found = {
        (path.name, said)
        for path in (ROOT / "templates").rglob("*.*")
        for said in re.findall(r"\|date:['\"]([^'\"]*)['\"]", path.read_text("utf-8"))
    }
    assert [each for each in found if each[1] not in NEUTRAL_DATES] == []


def test_the_catalogue_changes_of_djangos_own_words_the_meridiems_alone():
    theirs = ROOT.joinpath(*translation.__path__, "../../conf/locale/es/LC_MESSAGES/django.mo")
    with theirs.resolve().open("rb") as file:
        django = gettext.GNUTranslations(file)
    ours = catalogs.read()
    changed = {
        m.text
        for m, forms in ours.items()
        if not m.plural and not m.context and django._catalog.get(m.text, forms[0]) != forms[0]
    }
    assert changed == {"a.m.", "p.m."}


def test_words_and_numbers_are_spanish():
    with translation.override("es"):
        assert _("Just added") == "Recién agregados"
        counted = [ngettext("%(total)s event", "%(total)s events", n) for n in (0, 1, 2, 1_000_000)]
    assert counted == [f"%(total)s evento{s}" for s in ("s", "", "s", "s")]
    assert settings.LANGUAGES == [("en", "English"), ("es", "Español")]
