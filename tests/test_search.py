"""Which events words find, and in which order: the index alone."""

import datetime as dt

import pytest

from events.search import Index, distance, edits_forgiven
from events.words import words_of
from tests import make

HOUR = dt.timedelta(hours=1)


def titles(events, *words):
    return [event.title for event in Index(events).search(words)]


def coming(*names, **more):
    """Return events by these names, one an hour."""
    return [
        make.event(name, make.WALL + number * HOUR, **more) for number, name in enumerate(names)
    ]


def test_no_words_find_everything_by_date():
    assert titles(reversed(coming("First", "Second"))) == ["First", "Second"]


def test_a_sign_alone_finds_nothing():
    assert titles(coming("First"), "!!!") == []


def test_a_title_counts_for_more_than_a_group_a_place_and_an_excerpt():
    events = [
        *coming("By excerpt", excerpt="On Kubernetes"),
        *coming("By place", location="Kubernetes Hall"),
        *coming("By group", group_name="Kubernetes DC"),
        *coming("Kubernetes"),
        *coming("By category", categories=["kubernetes"]),
    ]
    assert titles(events, "kubernetes") == [
        "Kubernetes",
        "By category",
        "By group",
        "By place",
        "By excerpt",
    ]


def test_the_word_itself_comes_before_what_begins_so():
    assert titles(coming("Rustaceans", "Rust"), "rust") == ["Rust", "Rustaceans"]


def test_equals_come_by_date():
    assert titles(coming("Rust B", "Rust A"), "rust") == ["Rust B", "Rust A"]


@pytest.mark.parametrize("word", ["ku", "kube", "KUBERNETE"])
def test_a_beginning_is_enough(word):
    assert titles(coming("Kubernetes", "Python"), word) == ["Kubernetes"]


def test_one_letter_is_a_word_and_no_beginning():
    assert titles(coming("R users", "Ruby"), "r") == ["R users"]


@pytest.mark.parametrize(
    "word",
    ["pyhton", "pythn", "pythoon", "pithon", "ypthon"],
    ids=["swap", "less", "more", "other", "first"],
)
def test_a_slip_is_forgiven(word):
    assert titles(coming("Python Night", "Ruby"), word) == ["Python Night"]


@pytest.mark.parametrize("word", ["kubrentes", "kuberentse", "cubernettes", "kbernetess"])
def test_two_slips_are_forgiven_in_a_long_word(word):
    assert titles(coming("Kubernetes", "Python"), word) == ["Kubernetes"]


@pytest.mark.parametrize("word", ["pithen", "rst", "2025"])
def test_more_slips_none_in_short_words_and_none_in_numbers(word):
    assert titles(coming("Python", "Rust", "Summit 2026"), word) == []


def test_a_slip_is_looked_for_only_where_the_word_is_nowhere():
    assert titles(coming("Form", "Fort"), "form") == ["Form"]
    assert titles(coming("Form", "Fort"), "forn") == ["Form", "Fort"]


def test_a_slip_that_is_a_word_is_forgiven_when_nothing_else_is_found():
    assert titles(coming("Form design", "Night Fort"), "night", "form") == ["Night Fort"]


def test_accents_and_case_make_no_difference():
    events = coming("Café Zürich", "STRASSE")
    assert titles(events, "cafe", "ZURICH") == ["Café Zürich"]
    assert titles(events, "CAFÉ") == ["Café Zürich"]
    assert titles(events, "Straße") == ["STRASSE"]


def test_all_words_must_be_somewhere():
    events = coming("Python Night", group_name="Pythons") + coming("Python Day", group_name="Zopes")
    assert titles(events, "python", "zopes") == ["Python Day"]
    assert titles(events, "python", "arlington", "day") == ["Python Day"]
    assert titles(events, "python", "perl") == []


def test_the_other_groups_that_announce_it_count():
    other = {"group_id": "zope", "group_name": "Zope Users"}
    assert titles(coming("Night", also_published_by=[other]), "zope") == ["Night"]


def test_signs_that_belong_to_a_name_are_kept():
    assert titles(coming("C basics", "C++ basics", "C#/.NET"), "c++") == ["C++ basics"]
    assert words_of("Node.js, C#/.NET; node") == ["node", "js", "c#", "net"]


def test_facets_count_what_was_found():
    events = [
        make.event("A", dt.datetime(2026, 9, 2, 9), categories=["ai", "web"], cost="Free"),
        make.event("B", dt.datetime(2026, 9, 2, 18), categories=["ai"], region="DC"),
        make.event("C", dt.datetime(2026, 9, 3), all_day=True, location_type="hybrid"),
        make.event("D", dt.datetime(2026, 9, 3, 18), location_type="virtual", city="Reston, VA"),
    ]
    index = Index(events)
    assert index.facets(index.search([])) == {
        "region": {"VA": 2, "DC": 1},
        "city": {"arlington": 3},
        "category": {"ai": 2, "web": 1},
        "group": {"pythons": 4},
        "kind": {"in_person": 3, "virtual": 2},
        "free": {"1": 1},
        "weekday": {"wed": 2, "thu": 2},
        "time": {"morning": 1, "evening": 2},
    }
    assert index.facets(index.search(["a"]))["category"] == {"ai": 1, "web": 1}
    assert index.labels["group", "pythons"] == "Pythons"
    assert index.labels["city", "arlington"] == "Arlington"


def test_nothing_found_names_words_that_exist():
    index = Index(coming("Python Night", "Perl Day"))
    assert index.nearest(["pithen"]) == ["python"]
    assert index.nearest(["python", "perl"]) == ["python", "perl"]
    assert index.nearest(["zzzzzz"]) == []


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [("abcd", "abcd", 0), ("abcd", "abdc", 1), ("abcd", "bcd", 1), ("abcd", "xabcdx", 2)],
)
def test_the_distance_of_words(one, other, edits):
    assert distance(one, other, 2) == distance(other, one, 2) == edits
    assert distance("python", "kubernetes", 2) == 3


def test_how_much_is_forgiven_grows_with_the_word():
    words = ["web", "rust", "desktop", "workshop", "covid19"]
    assert [edits_forgiven(word) for word in words] == [0, 1, 1, 2, 0]
