"""Where an event is: its city and state, and which part of the site lists it.

usaddress labels the words of an address; rules decide what its labels are worth. What is unclear
stays unknown, and is kept: only a place that clearly lies elsewhere costs an event its listing.
"""

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from collector.address import Run, has_street, label_address, plain
from collector.regions import (
    PROVINCES,
    STATE_BY_NAME,
    STATES,
    foreign_countries,
    state_code,
    state_of_zip,
)

LONGEST_CITY = 3  # words

_DC = re.compile(r"\bD\.\s?C\b\.?|\bDistrict\s+of\s+Columbia\b", re.IGNORECASE)
_GLUED_DC = re.compile(r"\b(Washington)\s*,?\s*D\.?C\b\.?", re.IGNORECASE)
_URL = re.compile(r"<?\bhttps?://\S+", re.IGNORECASE)
_UNITED_STATES = re.compile(
    r"(?:^|[\s,]+)(?:USA|U\.S\.A\.?|US|U\.S\.|United\s+States(?:\s+of\s+America)?)$", re.IGNORECASE
)
_FOREIGN_POSTCODE = re.compile(
    r"\b(?:[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d)(?: UK)?$"  # British, Canadian
)
_QUADRANT = re.compile(r"\b(?:[NS][EW]|(?:North|South)(?:east|west))\b,?", re.IGNORECASE)
_ZIP = re.compile(r"\d{5}(?:-\d{4})?")
_CITY_AND_CODE = re.compile(
    r"(?:^|[,|/:\u2013\u2014-])\s*(?P<city>[^\W\d][^,|/:\u2013\u2014\d]*?)(?P<comma>,?)\s"
    rf"(?P<code>{'|'.join(STATES)})"
    r"(?=\s*(?:$|[,|/:;\u2013\u2014-]|area\b|metro\b))"
)
_PART_OF_STATE = re.compile(
    r"(?:greater|(?:north|south|east|west)(?:ern)?|central|upstate|downtown) (.+)", re.IGNORECASE
)

_FIRST_WORDS_OF_CITIES = frozenset({
    "el", "falls", "fort", "ft", "glen", "la", "las", "lake", "los", "mount", "mt", "new",
    "north", "east", "south", "west", "port", "saint", "san", "santa", "st", "st.", "upper",
})  # fmt: skip
# Words (and a compass point) that are states only in an address that says so.
_WORDS_NOT_STATES = frozenset({
    "al", "as", "co", "de", "hi", "id", "in", "la", "ma", "me", "ms", "mt", "ne", "oh", "ok",
    "or", "pa",
})  # fmt: skip
# What usaddress calls words that are no part of a street.
_NAMES = frozenset({"BuildingName", "LandmarkName", "Recipient"})
# "Seattle, Washington" is the state; "Kramers, Washington" is not.
_CITIES_OF_WASHINGTON_STATE = frozenset({
    "bellevue", "bellingham", "everett", "kent", "kirkland", "olympia", "redmond", "renton",
    "seattle", "spokane", "tacoma", "vancouver", "yakima",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """City and two-letter state or territory ("" = unknown); elsewhere: clearly outside the US."""

    city: str = ""
    region: str = ""
    elsewhere: bool = False


@lru_cache(maxsize=4096)
def locate(location: str) -> Place:
    """Return the city and state that a LOCATION names; unknown rather than guessed.

    A DC region means Washington. A region without city is possible ("Northern Virginia").
    The text of an address outside the United States gives Place(elsewhere=True).
    """
    text = _GLUED_DC.sub(r"\1, DC", plain(_URL.sub(" ", location)))
    text = _DC.sub("DC", text).replace("(", ", ").replace(")", ", ").replace(";", ",")
    text = plain(text).rstrip(" .,")
    domestic = _UNITED_STATES.sub("", text).rstrip(" ,")
    if domestic == text and _is_foreign(text):
        return Place(elsewhere=True)
    runs = label_address(domestic)
    zip_code = next((run.text for run in reversed(runs) if _ZIP.fullmatch(run.text)), "")
    region, city = (
        _labelled(domestic, runs, zip_code) or _by_name(domestic) or _by_code(domestic) or ("", "")
    )
    if _means_the_capital(domestic, region, city, zip_code):
        region = "DC"
    if not region and (domestic != text or _looks_domestic(runs)):
        region = state_of_zip(zip_code)
    return Place("Washington" if region == "DC" else _capitalised(city), region)


def is_elsewhere(place: Place, kind: str, regions: Sequence[str]) -> bool:
    """Tell what a site does not list: being there only, in a clear place outside its regions.

    A hybrid event somewhere else stays, because people here can join it.
    """
    known = bool(place.region) or place.elsewhere
    return kind == "in_person" and known and place.region not in regions


def _is_foreign(text: str) -> bool:
    names, codes = foreign_countries()
    if _FOREIGN_POSTCODE.search(text):
        return True
    *before, last = (part.strip() for part in re.sub(r",\s*\d+$", "", text).split(","))
    words = re.sub(r"^[\w-]*\d[\w-]*\s+", "", last)  # "1114 Hungary"
    if not before:
        return False
    if words.casefold() in names or last in PROVINCES:
        return True
    return len(before) > 1 and (last.isupper() or last.islower()) and last.upper() in codes


def _labelled(text: str, runs: list[Run], zip_code: str) -> tuple[str, str] | None:
    """Return (region, city) by the last run that is labelled a state and is one."""
    for index in reversed(range(len(runs))):
        name = runs[index].text
        if runs[index].label != "StateName" or (name in _WORDS_NOT_STATES and not zip_code):
            continue
        city = _city_before(text, runs, index)
        if city.casefold() == "washington" and name.upper() in {"DI", "CD"}:
            return "DC", city
        if region := state_code(name):
            return region, city
    return None


def _city_before(text: str, runs: list[Run], index: int) -> str:
    """Return the city before a state; "BrainStation, New" + "York" is how usaddress splits some."""
    if not index or runs[index - 1].label != "PlaceName":
        return ""
    city = runs[index - 1].text.rpartition(",")[2].strip()
    if index > 1 and runs[index - 2].label in _NAMES:
        first = re.split(r"[,\s]+", runs[index - 2].text)[-1]
        if first.casefold() in _FIRST_WORDS_OF_CITIES and f"{first} {city}" in text:
            return f"{first} {city}"
    return city


def _by_name(text: str) -> tuple[str, str] | None:
    """Return (region, city) where usaddress saw no address: "Tysons, Virginia", "New York"."""
    before, _, last = text.rpartition(",")
    last = last.strip()
    city = before.rpartition(",")[2].strip()
    if last.casefold() in {"new york", "new york city", "nyc"} and not city:
        return "NY", "New York"
    region = STATE_BY_NAME.get(last.casefold(), "") or (last if last in STATES else "")
    if region == "WA":
        return ("WA", city) if city.casefold() in _CITIES_OF_WASHINGTON_STATE else None
    if region and city:
        return region, city
    if part := _PART_OF_STATE.fullmatch(last):
        region = STATE_BY_NAME.get(part[1].casefold(), "").replace("WA", "")
    return (region, "") if region else None


def _by_code(text: str) -> tuple[str, str] | None:
    """Return (region, city) of a "City, ST" that more words follow: "Vienna, VA - Room 3"."""
    for match in reversed(list(_CITY_AND_CODE.finditer(text))):
        if match["comma"] or match["code"].lower() not in _WORDS_NOT_STATES:
            city = match["city"].strip()
            return match["code"], city if len(city.split()) <= LONGEST_CITY else ""
    return None


def _capitalised(city: str) -> str:
    return string.capwords(city) if city.isupper() or city.islower() else city


def _means_the_capital(text: str, region: str, city: str, zip_code: str) -> bool:
    """Tell the city of Washington where the state is missing or wrong ("Washington, WA 20009")."""
    if region == "DC" or (state_of_zip(zip_code) == "DC" and city.casefold() == "washington"):
        return True
    if region or not re.search(r"\bwashington$", text, re.IGNORECASE):
        return False
    before = text[: -len("washington")].rstrip(" ,")
    return not before or has_street(before) or bool(_QUADRANT.search(before))


def _looks_domestic(runs: list[Run]) -> bool:
    """A street in American order with the ZIP code last: enough to believe five digits."""
    labels = [run.label for run in runs]
    return "AddressNumber" in labels and "StreetNamePostType" in labels and labels[-1] == "ZipCode"
