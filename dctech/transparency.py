"""What moderation did, in figures: the decisions of each month, and nobody's name."""

import datetime as dt
from collections.abc import Sequence
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dctech.moderation.tallies import Tally

KINDS = ("event", "group")


def transparency(request: HttpRequest) -> HttpResponse:
    """Show the decisions on events and groups, month by month, the newest first."""
    told = [tally for tally in Tally.all() if _kind(tally) in KINDS]
    months = [
        {"first": dt.date.fromisoformat(f"{month}-01"), "counts": _counts(list(tallies))}
        for month, tallies in groupby(told, key=lambda tally: tally.sort[:7])
    ]
    return render(request, "moderation/transparency.html", {"months": months})


def _kind(tally: Tally) -> str:
    return tally.sort.partition("#")[2]


def _counts(tallies: Sequence[Tally]) -> list[int]:
    """Return a month's counts in the order of the page's columns."""
    decisions = [
        sum(int(getattr(tally, action)) for tally in tallies if _kind(tally) == kind)
        for kind in KINDS
        for action in ("approved", "rejected")
    ]
    edited, deleted, undone, restored = (
        sum(int(getattr(tally, action)) for tally in tallies)
        for action in ("edited", "deleted", "undone", "restored")
    )
    return [*decisions, edited, deleted, undone + restored]
