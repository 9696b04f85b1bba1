"""Search over 10,000 coming events: the wall time to find, rank and count, and how long the index takes to build.

The words are made up and as frequent as words are (the n-th by 1/n). The reference reads the same events' folded text
from end to end for each word: it finds no slips, ranks nothing and counts nothing.
"""

import datetime as dt
import random
import statistics
import time
from dataclasses import dataclass

from events.filters import Filter
from events.models import Event
from events.search import Index
from events.searching import Snapshot, Wanted, _facets
from events.words import folded

EVENTS, QUERIES, WORDS = 10_000, 500, 12_000
SYLLABLES = (
    "ka",
    "to",
    "mi",
    "ren",
    "sol",
    "da",
    "vi",
    "per",
    "lun",
    "gra",
    "tek",
    "ster",
    "ing",
    "pro",
    "ment",
)
STARTS = dt.datetime(2026, 9, 1, 8)


@dataclass(frozen=True)
class Language:
    words: list[str]
    frequencies: list[float]

    @classmethod
    def made_up(cls, chance):
        lengths = random.Random(2).choices([1, 2, 3, 4, 5], [1, 4, 6, 4, 2], k=3 * WORDS)
        words = {"".join(chance.choices(SYLLABLES, k=length)): None for length in lengths}
        return cls(list(words)[:WORDS], [1 / (place + 10) for place in range(WORDS)])

    def text(self, chance, length):
        return " ".join(chance.choices(self.words, self.frequencies, k=length))


def rows():
    chance = random.Random(1)
    language = Language.made_up(chance)
    events = [_event(number, language, chance) for number in range(EVENTS)]
    started = time.perf_counter()
    index = Index(events)
    built = time.perf_counter() - started
    started = time.perf_counter()
    texts = [_text(event) for event in events]
    read = time.perf_counter() - started
    snapshot = Snapshot(index, {}, (1, 0.0), 0.0)
    wanted = [_wanted(number, language, chance) for number in range(QUERIES)]
    ours = _p95(lambda each: _search(each, snapshot), wanted)
    reference = _p95(lambda each: _scan(each, events, texts), wanted)
    yield (
        "search: p95 wall ms of 500 queries, 10,000 events, ranked and counted",
        *_ratio(ours, reference),
    )
    yield (
        "search: wall ms to build the index, against folding the texts",
        *_ratio(built * 1e3, read * 1e3),
    )


def _ratio(ours, reference):
    return ours, reference, ours / reference, ""


def _event(number, language, chance):
    start = STARTS + dt.timedelta(minutes=25 * number)
    return Event(
        f"{number:064x}",
        start,
        end_datetime=start + dt.timedelta(hours=2),
        title=language.text(chance, 6).title(),
        excerpt=language.text(chance, 32),
        location=f"{number % 900} {language.text(chance, 2)} Street, Arlington, VA",
        location_type=("in_person", "virtual", "hybrid")[number % 3],
        city=language.words[number % 40].title(),
        state=("DC", "MD", "VA", "ALL")[number % 4],
        group_id=f"group-{number % 150}",
        group_name=f"{language.words[number % 150].title()} Group",
        categories=[language.words[number % 25], language.words[number % 24]],
        cost="Free" if number % 3 else "$10",
    )


def _text(event):
    parts = [event.title, event.group_name, event.location, event.city, event.excerpt]
    return folded(" ".join([*parts, *event.categories]))


def _wanted(number, language, chance):
    """Return a whole word, a beginning, a slip, several words, or a word and facets, in turn."""
    word = language.text(chance, 1)
    words = {
        1: (word[: max(2, len(word) // 2)],),
        2: (_slip(word, chance),),
        3: (word, language.text(chance, 1)),
    }.get(number % 5, (word,))
    if number % 5 < 4:
        return Wanted(Filter(words=words))
    return Wanted(Filter(words=words, regions=("VA",), free=True, weekdays=("mon", "tue")))


def _slip(word, chance):
    place = chance.randrange(len(word))
    return chance.choice([word[:place] + word[place + 1 :], f"{word[:place]}q{word[place:]}"])


def _search(wanted, snapshot):
    said = snapshot.index.search(wanted.filter.words)
    found = wanted.among(said)
    return found, _facets(wanted, snapshot, said, found)


def _scan(wanted, events, texts):
    words = wanted.filter.words
    found = [
        event
        for event, text in zip(events, texts, strict=True)
        if all(word in text for word in words)
    ]
    return wanted.among(found)


def _p95(act, queries):
    spent = []
    for query in queries:
        started = time.perf_counter()
        act(query)
        spent.append(time.perf_counter() - started)
    return statistics.quantiles(spent, n=20)[-1] * 1e3
