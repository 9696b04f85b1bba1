"""What the old site lists and what this one does, event by event."""

import datetime as dt
import json

import pytest
from django.core.management import CommandError, call_command

from tests.make import TOMORROW_EVENING, event

HERE = {
    "title": "Python Night",
    "date": "2026-09-02",
    "time": "18:30",
    "url": "https://example.org/python-night",
}


@pytest.fixture
def parity(tables, tmp_path, capsys):
    """Return run(old events) -> (exit code, report)."""

    def run(*old, wrap=list):
        path = tmp_path / "events.json"
        path.write_text(json.dumps(wrap(old)), encoding="utf-8")
        try:
            call_command("parity", str(path), "--start", "2026-09-01")
        except CommandError as error:
            return error.returncode, capsys.readouterr().out.splitlines()
        return 0, capsys.readouterr().out.splitlines()

    return run


@pytest.mark.parametrize(
    "spelt",
    [
        {},
        {"title": "  PYTHON  night! "},
        {"url": "http://www.example.org/python-night/?utm_source=old"},
        {"time": {"2026-09-02": "18:30", "2026-09-03": "9:00"}},
        {"date": None, "start_date": "2026-09-02", "time": None, "start_time": "18:30"},
    ],
)
def test_one_event_spelt_another_way_is_the_same(parity, spelt):
    event().create()
    assert parity(HERE | spelt) == (0, ["The same: 1 of 1 of the old site."])


@pytest.mark.parametrize(
    ("spelt", "says"),
    [
        ({"time": "19:00"}, "time: 19:00, here 18:30"),
        ({"time": ""}, "time: none, here 18:30"),
        ({"url": "https://example.org/x"}, "link: https://example.org/x, here " + HERE["url"]),
        ({"title": "Python Nights"}, "title: 'Python Nights', here 'Python Night'"),
        ({"title": "Perl"}, "title: 'Perl', here 'Python Night'"),
        ({"date": "2026-09-03"}, "day: 2026-09-03, here 2026-09-02"),
    ],
)
def test_a_difference_is_named(parity, spelt, says):
    event().create()
    code, lines = parity(HERE | spelt)
    assert (code, lines[0], lines[2].strip(), lines[-1]) == (
        1,
        "Different: 1",
        says,
        "The same: 0 of 1 of the old site.",
    )


def test_what_only_one_site_has_is_named(parity):
    event().create()
    event("Ours", url="https://example.org/ours", start=TOMORROW_EVENING).create()
    event("Pending", url="https://example.org/p", status="pending").create()
    assert parity(HERE, HERE | {"title": "Theirs", "url": "", "date": "2026-09-05"}) == (
        1,
        [
            "On the old site alone: 1",
            "  2026-09-05   18:30  Theirs",
            "Here alone: 1",
            "  2026-09-02   18:30  Ours",
            "The same: 1 of 2 of the old site.",
        ],
    )


def test_each_event_is_paired_once(parity):
    for hour in (10, 14):
        event(start=dt.datetime(2026, 9, 2, hour), url=f"https://example.org/{hour}").create()
    first = HERE | {"time": "10:00", "url": "https://example.org/10"}
    second = HERE | {"time": "14:00", "url": "https://example.org/14"}
    assert parity(second, first) == (0, ["The same: 2 of 2 of the old site."])
    assert parity(first, first)[0] == 1


def test_what_is_over_or_far_away_is_not_compared(parity):
    event().create()
    over, far = HERE | {"date": "2026-08-31"}, HERE | {"date": "2027-01-01"}
    assert parity(over, HERE, far)[0] == 0
    assert parity(over | {"end_date": "2026-09-01", "title": "Camp", "url": ""}, HERE)[0] == 1


def test_all_day_events_of_several_days_are_the_same(parity):
    event("Camp", dt.datetime(2026, 9, 4), 48, all_day=True).create()
    old = HERE | {"title": "Camp", "date": "2026-09-04", "end_date": "2026-09-05", "time": ""}
    assert parity(old) == (0, ["The same: 1 of 1 of the old site."])
    assert parity(old, wrap=lambda events: {"events": list(events)})[0] == 0


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "It is not JSON"),
        ("{}", "no list of events"),
        ('[{"title": "X"}]', "Event 1 cannot be read"),
        ('[{"title": "X", "date": "soon"}]', "Event 1 cannot be read"),
        ("[3]", "Event 1 cannot be read"),
    ],
)
def test_another_file_is_refused(tables, tmp_path, content, says):
    path = tmp_path / "events.json"
    path.write_text(content)
    with pytest.raises(CommandError, match=says) as refused:
        call_command("parity", str(path))
    assert refused.value.returncode == 2
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("parity", str(tmp_path / "none.json"))
