"""Reading calendars: bytes and a window in, frozen dataclasses out.

Nothing here knows the network, the tables or the clock. docs/feeds.md says what is decided about
broken and ambiguous feeds, and why.
"""

from collector.ical.content import NO_UID
from collector.ical.reader import read_calendar
from collector.ical.records import NotACalendar, Occurrence, Problem, Reading, Window

__all__ = ["NO_UID", "NotACalendar", "Occurrence", "Problem", "Reading", "Window", "read_calendar"]
