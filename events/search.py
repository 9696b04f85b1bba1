"""Search in memory: from words to the events that say them, beginnings and slips of the finger included.

Slips are looked for among the words that events use: of each word the letters are kept as bits, so that a scan that
compares numbers leaves few words to measure. A few thousand words take less than a millisecond, and nothing but the
words themselves is kept, where a table of every word less one or two letters would be thirty times their size.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from django.conf import settings

from events.filters import KINDS, SLUG, addressable, times_of, weekdays_of
from events.models import Event
from events.words import SHORTEST_BEGINNING, folded, texts_of, words_of

TITLE, NAME, PLACE, TEXT = 8, 4, 2, 1
"""What a word counts for by where it is said."""

BEGINNING, SLIP = 0.6, 0.3
"""What is left of it when the word there only begins so, or is only nearly the same."""

NEAREST = 5

Scores = Mapping[int, float]


class Index:
    """What may be searched at one moment. Events have a number here: their place by date."""

    def __init__(self, events: Iterable[Event]) -> None:
        self.events = sorted(events, key=lambda event: (event.start_datetime, event.title))
        self.labels: dict[tuple[str, str], str] = {}
        """(field, value) -> how the events themselves write it"""
        self._weights: dict[str, dict[int, int]] = defaultdict(dict)
        self._values: dict[int, list[int]] = {}
        """id() of an event, which stays the same while `events` holds it -> the places of its labels"""
        places: dict[tuple[str, str], int] = {}
        for number, event in enumerate(self.events):
            for weight, text in _texts(event):
                for word in words_of(text):
                    self._weights[word].setdefault(number, weight)
            labels = dict(_facets(event))
            self.labels |= {facet: labels[facet] for facet in labels if facet not in self.labels}
            self._values[id(event)] = [places.setdefault(facet, len(places)) for facet in labels]
        self._facets = list(places)
        self._vocabulary = sorted(self._weights)
        self._by_length: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for word in self._vocabulary:
            self._by_length[len(word)].append((_letters(word), word))

    def search(self, words: Sequence[str]) -> list[Event]:
        """Return the events that say every word somewhere, the best first, then by date.

        A slip is looked for where a word is nowhere; and in all words, where no event has them together.
        """
        asked = words_of(" ".join(words))
        if not asked:
            return [] if words else list(self.events)
        scores = _in_all([self._said(word) or self._nearly_said(word) for word in asked])
        if not scores:
            scores = _in_all([self._said(word) | self._nearly_said(word) for word in asked])
        ranked = sorted(sorted(scores), key=scores.__getitem__, reverse=True)
        return [self.events[number] for number in ranked]

    def facets(self, found: Iterable[Event]) -> dict[str, Counter[str]]:
        """Return how many of these events (of this index) have each value of each field."""
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        values = chain.from_iterable(map(self._values.__getitem__, map(id, found)))
        for place, count in Counter(values).items():
            field, value = self._facets[place]
            counts[field][value] = count
        return counts

    def nearest(self, words: Sequence[str]) -> list[str]:
        """Return words that events do say, for a search that found nothing: the asked ones first."""
        asked = words_of(" ".join(words))
        known = [word for word in asked if self._said(word)]
        if known == asked:
            return known[:NEAREST] if len(asked) > 1 else []
        unknown = [word for word in asked if word not in known]
        near = [(distance, word) for lost in unknown for distance, word in self._near(lost, more=1)]
        near.sort(key=lambda pair: (pair[0], -len(self._weights[pair[1]]), pair[1]))
        return list(dict.fromkeys([*known, *(word for _, word in near)]))[:NEAREST]

    def _said(self, word: str) -> dict[int, float]:
        """Return the events with the word, or one that begins so."""
        scores: dict[int, float] = dict(self._weights.get(word, {}))
        for longer in self._beginning(word):
            _raise(scores, self._weights[longer], BEGINNING)
        return scores

    def _beginning(self, word: str) -> Iterator[str]:
        if len(word) < SHORTEST_BEGINNING:
            return
        first = bisect_left(self._vocabulary, word)
        for longer in islice(self._vocabulary, first, None):
            if not longer.startswith(word):
                return
            if longer != word:
                yield longer

    def _nearly_said(self, word: str) -> dict[int, float]:
        """Return the events with the words that are nearest to this one."""
        near = self._near(word)
        scores: dict[int, float] = {}
        for distance, other in near:
            if distance == min(near)[0]:
                _raise(scores, self._weights[other], SLIP)
        return scores

    def _near(self, word: str, *, more: int = 0) -> list[tuple[int, str]]:
        """Return the other words within the slips that one of this length may have, and how far each is."""
        edits = edits_forgiven(word)
        if not edits:
            return []
        edits, letters = edits + more, _letters(word)
        candidates = [
            other
            for length in range(len(word) - edits, len(word) + edits + 1)
            for bits, other in self._by_length.get(length, ())
            if (bits ^ letters).bit_count() <= 2 * edits
        ]
        measured = ((distance(word, other, edits), other) for other in candidates)
        return [(far, other) for far, other in measured if 0 < far <= edits]


def edits_forgiven(word: str) -> int:
    """Return how many letters may be wrong. None in short words, and none in numbers: 2026 is not 2025."""
    if len(word) < 4 or not word.isalpha():  # noqa: PLR2004
        return 0
    return 1 if len(word) < 8 else 2  # noqa: PLR2004


def distance(one: str, other: str, limit: int) -> int:
    """Return how many letters to insert, delete, replace or swap with a neighbour; past `limit`, limit + 1."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        this = [row]
        for column, theirs in enumerate(other, 1):
            cost = min(
                last[column] + 1, this[column - 1] + 1, last[column - 1] + (letter != theirs)
            )
            if row > 1 < column and letter == other[column - 2] and theirs == one[row - 2]:
                cost = min(cost, before[column - 2] + 1)
            this.append(cost)
        if min(this) > limit:
            return limit + 1
        before, last = last, this
    return min(last[-1], limit + 1)


def _letters(word: str) -> int:
    """Return which letters a word has, and which twice, as bits: an edit changes two of them at most."""
    once = twice = 0
    for letter in word:
        bit = 1 << ord(letter) % 32
        twice |= once & bit
        once |= bit
    return twice << 32 | once


def _raise(scores: dict[int, float], weights: Mapping[int, int], part: float) -> None:
    for number, weight in weights.items():
        if weight * part > scores.get(number, 0):
            scores[number] = weight * part


def _in_all(scores: Sequence[Scores]) -> dict[int, float]:
    """Return the sums of what is in all of them."""
    fewest, *others = sorted(scores, key=len)
    common = set(fewest).intersection(*others)
    return {number: sum(each[number] for each in scores) for number in common}


def _texts(event: Event) -> Iterator[tuple[int, str]]:
    """Yield what an event says, the weightiest first."""
    return zip((TITLE, NAME, NAME, PLACE, TEXT), texts_of(event), strict=True)


def _facets(event: Event) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield (field, value) and label of all that `events.filters.Filter` can ask of an event."""
    if event.state in settings.SITE_REGIONS:
        yield ("region", event.state), event.state
    if event.city and addressable(event.city):
        yield ("city", folded(event.city)), event.city
    for slug in filter(SLUG.fullmatch, event.categories or ()):
        yield ("category", slug), slug
    for group, name in _groups(event):
        if addressable(group):
            yield ("group", group), name
    for field, value in _ways(event):
        yield (field, value), value


def _ways(event: Event) -> Iterator[tuple[str, str]]:
    for kind in KINDS:
        if event.location_type in {kind, "hybrid"}:
            yield "kind", kind
    if event.is_free:
        yield "free", "1"
    for weekday in weekdays_of(event):
        yield "weekday", weekday
    for time in times_of(event):
        yield "time", time


def _groups(event: Event) -> Iterator[tuple[str, str]]:
    if event.group_id:
        yield event.group_id, event.group_name or event.group_id
    for other in event.also_published_by or ():
        yield other["group_id"], other.get("group_name") or other["group_id"]
