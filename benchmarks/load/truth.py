"""What the site may say of something that changes while it is read."""

import time
from dataclasses import dataclass, field

from dctech.freshness import CHECKED

NEVER = float("inf")


@dataclass(slots=True)
class Stated:
    value: int
    begun: float
    finished: float = NEVER


@dataclass(slots=True)
class Truth:
    """The values that something took, in their order. Times are `time.monotonic`'s, which all processes share."""

    first: int
    values: list[Stated] = field(init=False)

    def __post_init__(self) -> None:
        self.values = [Stated(self.first, -NEVER, -NEVER)]

    def begin(self, value: int) -> None:
        """Note that from now on somebody may read a value."""
        self.values.append(Stated(value, time.monotonic()))

    def finish(self) -> None:
        """Note that the last one is written: CHECKED seconds later nobody may read the one before."""
        self.values[-1].finished = time.monotonic()

    def allowed(self, sent: float, received: float) -> set[int]:
        """Return the values that an answer may have which was asked for and came at these moments."""
        replaced = [each.finished for each in self.values[1:]] + [NEVER]
        return {
            each.value
            for each, end in zip(self.values, replaced, strict=True)
            if each.begun <= received and end > sent - CHECKED
        }
