"""How many events a feed had at each of its reads, as bars of an SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT, STEP, GAP = 80, 12, 2
"""Units of the drawing: its height, from one bar to the next, and between two."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One read: a bar as high as it had events, or a full one in another colour where it failed."""

    x: int
    y: int
    height: int
    label: str
    failed: bool


@dataclass(frozen=True, slots=True)
class Chart:
    width: int
    height: int
    bars: list[Bar]
    most: int
    bar_width: int = STEP - GAP


def chart(reads: Sequence[tuple[str, int | None]]) -> Chart | None:
    """Draw (label, events or None for a failure), the oldest first; None when there is nothing to draw."""
    if not reads:
        return None
    most = max((count for _, count in reads if count is not None), default=0)
    bars = []
    for number, (label, count) in enumerate(reads):
        share = 1.0 if count is None else count / (most or 1)
        height = max(1, round(share * HEIGHT))
        bars.append(Bar(number * STEP, HEIGHT - height, height, label, failed=count is None))
    return Chart(len(reads) * STEP, HEIGHT, bars, most)
