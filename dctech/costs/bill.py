"""A month's bill from what is used in a day: pure arithmetic on measured units and list prices."""

from dataclasses import dataclass

from dctech.costs import prices

DAYS = 30
RUNS_A_DAY = 6

EVENTS_OF_A_FEED = 20
CHANGED_A_DAY = 0.05

# Measured by `python -m benchmarks writes`, in write units with their indexes and History.
SEEN_UNITS = 3.1
"""An event in the day's first run."""
CHANGE_UNITS = 9.3
"""An event that has changed: the event, its indexes, its History, the calendar's version, in shares."""
READ_UNITS_OF_A_FEED = 3.5
"""Its events by GroupIndex (20 KB, read late) and its state, once a day; then its state alone."""
STATE_UNITS = 0.5

FUNCTION_GB = 1.0
SECONDS_OF_A_FEED = 0.2
"""A share of a run: feeds on one host wait for each other."""
SECONDS_OF_A_PAGE = 0.1

PAGE_UNITS = 17
"""Home, which costs most, made anew (docs/benchmarks.md)."""

KB_OF_AN_EVENT = 4
"""In the table, its indexes and its History."""
LOG_KB = 1

ALARM_METRICS, CUSTOM_METRICS = 29, 7 + 8
"""Of the alarms; of the site and, for its hit rate, the distribution."""


@dataclass(frozen=True, slots=True)
class Usage:
    """A day. `pages`: what people ask for; `origin` is the share that the CDN does not answer itself.

    `units`: what DynamoDB has billed, read and written, where that is known; else it is computed.
    """

    feeds: int
    pages: float
    origin: float = 0.3
    units: tuple[float, float] | None = None


def month(usage: Usage) -> dict[str, float]:
    """Return what is paid for -> dollars a month. The accounts' database is idle but for staff: nothing."""
    events = usage.feeds * EVENTS_OF_A_FEED
    made = usage.pages * usage.origin
    runs = usage.feeds * RUNS_A_DAY
    reads, writes = usage.units or (
        usage.feeds * READ_UNITS_OF_A_FEED + runs * STATE_UNITS + made * PAGE_UNITS,
        events * (SEEN_UNITS + CHANGED_A_DAY * CHANGE_UNITS),
    )
    seconds = runs * SECONDS_OF_A_FEED + made * SECONDS_OF_A_PAGE
    stored = events * KB_OF_AN_EVENT / 1_000_000
    logged = (runs + made) * LOG_KB * DAYS / 1_000_000
    return {
        "DynamoDB writes": writes * DAYS * prices.WRITE_UNITS,
        "DynamoDB reads": reads * DAYS * prices.READ_UNITS,
        "DynamoDB storage and recovery": _beyond(stored, prices.FREE_STORED_GB, prices.STORED_GB)
        + stored * prices.RECOVERABLE_GB,
        "Lambda": _beyond(
            seconds * DAYS * FUNCTION_GB, prices.FREE_GB_SECONDS, prices.LAMBDA_GB_SECONDS
        )
        + _beyond(made * DAYS, prices.FREE_LAMBDA_REQUESTS, prices.LAMBDA_REQUESTS),
        "API Gateway": made * DAYS * prices.API_REQUESTS,
        "CloudFront": _beyond(usage.pages * DAYS, prices.FREE_CDN_REQUESTS, prices.CDN_REQUESTS),
        "Logs": _beyond(logged, prices.FREE_LOGGED_GB, prices.LOGGED_GB),
        "Alarms and metrics": _beyond(ALARM_METRICS, prices.FREE_ALARM_METRICS, prices.ALARM_METRIC)
        + _beyond(CUSTOM_METRICS, prices.FREE_CUSTOM_METRICS, prices.CUSTOM_METRIC),
    }


def _beyond(amount: float, free: float, price: float) -> float:
    return max(0.0, amount - free) * price
