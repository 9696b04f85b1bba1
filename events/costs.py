"""What the words of a price say: is it free?"""

import re
from functools import lru_cache

FREE = re.compile(
    r"(?<![\w-])(?:free|no (?:cost|charge)|gratis|gratuit[oa]s?)(?![\w-])", re.IGNORECASE
)
NOT_FREE = re.compile(r"\b(?:not|isn['\N{RIGHT SINGLE QUOTATION MARK}]t) free\b", re.IGNORECASE)
NUMBER = r"\d+(?:[.,]\d+)*"
AMOUNT = re.compile(
    rf"(?:[$€£]|\b(?:USD|EUR|GBP))\s*({NUMBER})|({NUMBER})\s*(?:[$€£]|(?:USD|EUR|GBP|dollars?|euros?)\b)",
    re.IGNORECASE,
)
"""A number that is money. "Until 6 p.m." and "the first 20" are none."""


@lru_cache(maxsize=1_000)
def is_free(cost: str) -> bool:
    """Tell whether a price is none: said in words or as zero, with no other amount beside it.

    "Free for members, $400 for others" is not free, and "freelancers pay $10" says nothing of the kind.
    """
    if any(_value(one or other) for one, other in AMOUNT.findall(cost)):
        return False
    if FREE.search(cost):
        return not NOT_FREE.search(cost)
    numbers = re.findall(NUMBER, cost)
    return cost.strip().casefold() == "none" or (bool(numbers) and not any(map(_value, numbers)))


def _value(number: str) -> float:
    return float(re.sub(r"\D", "", number))
