"""RSS 2.0, Atom and JSON Feed 1.1."""

import datetime as dt
import json
from typing import Any

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.html import format_html, format_html_join

from events.exports.channel import (
    Channel,
    clean,
    notes,
    page_address,
    short_address,
    spoken_times,
    title,
    when,
)
from events.models import Event
from events.weblinks import web_address


def rss(channel: Channel) -> bytes:
    return _generated(_RSS, "/events.rss", channel)


def atom(channel: Channel) -> bytes:
    return _generated(_Atom, "/events.atom", channel)


def json_feed(channel: Channel) -> bytes:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.name,
        "description": settings.SITE_TAGLINE,
        "home_page_url": channel.page,
        "feed_url": channel.address("/events.json"),
        "language": settings.LANGUAGE_CODE,
        "authors": [{"name": settings.SITE_NAME, "url": settings.SITE_URL}],
        "items": [_item(event) for event in channel.events],
    }
    return json.dumps(feed, ensure_ascii=False).encode()


class _Steady:
    """Keeps a feed's date while nothing changes; Django says now where a feed is empty."""

    feed: dict[str, dt.datetime]

    def latest_post_date(self) -> dt.datetime:
        return self.feed["as_of"]


class _RSS(_Steady, Rss201rev2Feed): ...


class _Atom(_Steady, Atom1Feed): ...


def _generated(kind: type[SyndicationFeed], path: str, channel: Channel) -> bytes:
    midnight = dt.datetime.combine(channel.today, dt.time(), tzinfo=settings.SITE_ZONE)
    feed = kind(
        title=channel.name,
        link=channel.page,
        description=settings.SITE_TAGLINE,
        language=settings.LANGUAGE_CODE,
        author_name=settings.SITE_NAME,
        feed_url=channel.address(path),
        as_of=channel.changed_at or midnight,
    )
    for event in channel.events:
        feed.add_item(
            title=title(event),
            link=page_address(event),
            description=_html(event),
            unique_id=short_address(event),
            unique_id_is_permalink=False,
            pubdate=event.created_at,
            updateddate=event.changed_at,
            author_name=clean(event.group_name) or None,
            categories=[clean(category) for category in event.categories or ()],
        )
    return str(feed.writeString("utf-8")).encode()


def _lines(event: Event) -> list[str]:
    return [line for line in (when(event), clean(event.location), clean(event.excerpt)) if line]


def _html(event: Event) -> str:
    paragraphs = format_html_join("", "<p>{}</p>", ([line] for line in _lines(event)))
    details = format_html_join("", "<li>{}</li>", ([note] for note in notes(event)))
    return str(format_html("{}<ul>{}</ul>", paragraphs, details) if details else paragraphs)


def _item(event: Event) -> dict[str, Any]:
    item = {
        "id": short_address(event),
        "url": page_address(event),
        "external_url": web_address(event.url),
        "title": title(event),
        "content_text": "\n\n".join([*_lines(event), "\n".join(notes(event))]).strip(),
        "summary": clean(event.excerpt),
        "date_published": event.created_at.isoformat(),
        "date_modified": event.changed_at.isoformat(),
        "authors": _authors(event),
        "tags": list(event.categories or ()),
        "_event": _facts(event),
    }
    return {name: value for name, value in item.items() if value}


def _authors(event: Event) -> list[dict[str, str]]:
    if not event.group_name:
        return []
    website = web_address(event.group_website)
    return [{"name": clean(event.group_name)} | ({"url": website} if website else {})]


def _facts(event: Event) -> dict[str, Any]:
    """Return what makes it an event, which JSON Feed knows nothing of: an extension, by its rules."""
    start, end = spoken_times(event)
    return {
        "event_id": event.event_id,
        "start": start,
        "end": end,
        "all_day": event.all_day,
        "sessions": event.sessions or [],
        "status": (event.event_status or "CONFIRMED").lower(),
        "kind": event.location_type,
        "location": event.location,
        "city": event.city,
        "region": event.region,
        "geo": event.geo,
        "group_id": event.group_id,
        "cost": event.cost,
    }
