"""Feeds that a web page leads to, for somebody who gave a page's address instead. Pure."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

MOST_FEEDS = 5
LONGEST_PAGE = 1_000_000
"""Characters looked at: what announces a feed stands near a page's beginning."""

# Not html.parser, for the reasons in collector/webpage.py: finding two kinds of tags needs none.
_TAG = re.compile(r"<(link|a)\s([^<>]{1,3000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([a-z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"']+))", re.IGNORECASE)
_MEETUP = re.compile(r"/(?:[a-z]{2}-[A-Z]{2}/)?(?P<group>[\w-]+)/?(?:events/?.*)?$")
_LUMA_CALENDAR = re.compile(r"calendar_api_id=(cal-\w+)|\"(cal-[A-Za-z0-9]+)\"")


def feeds_of(html: bytes, url: str) -> list[str]:
    """Return the addresses of calendars that a page names or that its site is known to have, the likeliest first."""
    text = html[:LONGEST_PAGE].decode("utf-8", "replace")
    found = [*_of_known_site(url, text), *_linked(text, url)]
    return list(dict.fromkeys(found))[:MOST_FEEDS]


def is_web_page(body: bytes, content_type: str) -> bool:
    start = body[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "html" in content_type.lower() or start.startswith((b"<!doctype html", b"<html"))


def _is_calendar(address: str) -> bool:
    lower = address.lower()
    if lower.startswith(("webcal:", "webcals:")):
        return True
    path = lower.partition("#")[0].partition("?")[0]
    return path.endswith((".ics", "/ical", "/ical/")) or "ical=1" in lower


def _linked(text: str, url: str) -> Iterator[str]:
    """Yield the calendars that a page announces, then those that it links to."""
    tags = [(found[1].lower(), _attributes(found[2])) for found in _TAG.finditer(text)]
    announced = [said for name, said in tags if name == "link" and _announces(said)]
    links = [said for name, said in tags if name == "a" and _is_calendar(said.get("href", ""))]
    for said in (*announced, *links):
        try:
            absolute = urljoin(url, said.get("href", ""))
        except ValueError:  # "https://[oops"
            continue
        if absolute.lower().startswith(("http://", "https://", "webcal://", "webcals://")):
            yield absolute


def _announces(said: dict[str, str]) -> bool:
    return "calendar" in said.get("type", "").lower() and bool(said.get("href"))


def _attributes(tag: str) -> dict[str, str]:
    return {
        found[1].lower(): unescape(found[2] or found[3] or found[4] or "").strip()
        for found in _ATTRIBUTE.finditer(tag)
    }


def _of_known_site(url: str, text: str) -> Iterator[str]:
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    if host == "meetup.com" and (group := _MEETUP.match(parts.path)):
        yield f"https://www.meetup.com/{group['group']}/events/ical/"
    if host in {"lu.ma", "luma.com"} and (calendar := _LUMA_CALENDAR.search(text)):
        yield f"https://api2.luma.com/ics/get?entity=calendar&id={calendar[1] or calendar[2]}"
