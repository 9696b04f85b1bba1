"""CSV (RFC 4180), safe to open in a spreadsheet."""

import csv
import io

from events.exports.channel import Channel, clean, page_address, spoken_times, title
from events.models import Event
from events.weblinks import web_address

COLUMNS = (
    "event_id",
    "title",
    "start",
    "end",
    "all_day",
    "status",
    "kind",
    "location",
    "city",
    "region",
    "group",
    "cost",
    "categories",
    "page",
    "organizer_page",
    "excerpt",
    "created_at",
    "changed_at",
)
FORMULA = (
    *"=+-@",
    "\N{FULLWIDTH EQUALS SIGN}",
    "\N{FULLWIDTH PLUS SIGN}",
    "\N{FULLWIDTH HYPHEN-MINUS}",
    "\N{FULLWIDTH COMMERCIAL AT}",
)


def table(channel: Channel) -> bytes:
    """Return a header and one row an event, in UTF-8."""
    out = io.StringIO(newline="")
    rows = csv.writer(out, quoting=csv.QUOTE_ALL)
    rows.writerow(COLUMNS)
    rows.writerows(map(_row, channel.events))
    return out.getvalue().encode()


def harmless(text: str | None) -> str:
    """Return a text that a spreadsheet takes for text: one that it would compute gets an apostrophe before it."""
    value = clean(text)
    risky = value.lstrip().startswith(FORMULA) or value.startswith(("\t", "\n"))
    return f"'{value}" if risky else value


def _row(event: Event) -> list[str]:
    start, end = spoken_times(event)
    cells = [
        event.event_id,
        title(event),
        start,
        end,
        "yes" if event.all_day else "no",
        (event.event_status or "CONFIRMED").lower(),
        event.location_type,
        event.location,
        event.city,
        event.region,
        event.group_name,
        event.cost,
        " ".join(event.categories or ()),
        page_address(event),
        web_address(event.url),
        event.excerpt,
        event.created_at.isoformat(),
        event.changed_at.isoformat(),
    ]
    return [harmless(cell) for cell in cells]
