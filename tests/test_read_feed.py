"""manage.py read_feed: for people, as JSON, and many files a line each."""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.feeds import FOLDER

SIMPLE = str(FOLDER / "simple.ics")
DAYS = ("--start", "2026-09-01", "--end", "2026-12-01")


def run(*arguments, text=None):
    return subprocess.run(
        [sys.executable, "manage.py", "read_feed", *arguments],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        cwd=settings.BASE_DIR,
    )


def request(path, **more):
    asked = {"path": str(path), "start": "2026-09-01", "end": "2026-12-01", "timezone": "UTC"}
    return json.dumps(asked | more) + "\n"


def answers(done):
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def summary(answer):
    found = [(o["start"], o["summary"]) for o in answer.get("occurrences", [])]
    return Path(answer["path"]).stem, answer.get("error") or found


def test_a_table_for_people(capsys):
    call_command("read_feed", SIMPLE, *DAYS, "--timezone", "Europe/Paris")
    assert capsys.readouterr().out == (
        "Test calendar\n"
        "2026-09-01 to 2026-11-30, times in Europe/Paris\n"
        "\n"
        "Fri 2026-09-11 00:00 to 02:00          Zoë\u2019s talk\n"
        "                                       Café, 1 Main St\n"
        "                                       https://example.org/one\n"
        "\n"
        "1 occurrence, 0 problems\n"
    )


def test_the_table_ends_with_the_problems(capsys):
    call_command("read_feed", str(FOLDER / "truncated.ics"), *DAYS)
    assert capsys.readouterr().out.splitlines()[-4:] == [
        "1 occurrence, 2 problems",
        "  line 7: An event without END is left out: it may be cut.",
        "  The calendar has no END: the rest of it is missing.",
        "Not all of the calendar could be read.",
    ]


def test_one_json_object(capsys):
    call_command("read_feed", SIMPLE, *DAYS, "--json")
    assert json.loads(capsys.readouterr().out) == {
        "occurrences": [
            {
                "uid": "one",
                "start": "2026-09-10T22:00:00Z",
                "end": "2026-09-11T00:00:00Z",
                "all_day": False,
                "summary": "Zoë\u2019s talk",
                "location": "Café, 1 Main St",
                "url": "https://example.org/one",
                "status": "CONFIRMED",
            }
        ],
        "problems": [],
    }


def test_all_day_is_a_date_alone_and_end_is_exclusive(capsys):
    call_command(
        "read_feed",
        str(FOLDER / "all_day.ics"),
        *("--start", "2026-09-10", "--end", "2026-09-13", "--json"),
    )
    [only] = json.loads(capsys.readouterr().out)["occurrences"]
    assert (only["start"], only["end"], only["all_day"]) == ("2026-09-10", "2026-09-12", True)


def test_without_days_it_is_today_and_180_days_more(tmp_path, capsys):
    """Events on each of the days around the edges; the midnight between is not awaited."""
    zone = settings.SITE_ZONE
    today = dt.datetime.now(zone).date()
    days = [today + dt.timedelta(days=n) for n in (-1, 0, 179, 180)]
    events = "".join(
        f"BEGIN:VEVENT\nUID:{day}\nDTSTART;VALUE=DATE:{day:%Y%m%d}\nEND:VEVENT\n" for day in days
    )
    (tmp_path / "feed.ics").write_text(f"BEGIN:VCALENDAR\n{events}END:VCALENDAR\n")
    call_command("read_feed", str(tmp_path / "feed.ics"), "--json")
    found = [o["start"] for o in json.loads(capsys.readouterr().out)["occurrences"]]
    assert found == [str(days[1]), str(days[2])] or dt.datetime.now(zone).date() != today


def test_floating_times_are_in_the_sites_zone_by_default(capsys):
    call_command("read_feed", str(FOLDER / "floating.ics"), *DAYS, "--json")
    [only] = json.loads(capsys.readouterr().out)["occurrences"]
    assert only["start"] == "2026-09-10T22:00:00Z"


def test_what_is_no_calendar_exits_2_and_says_what_it_is(tmp_path):
    (tmp_path / "page.ics").write_text("<!DOCTYPE html><title>Sign in</title>")
    done = run(str(tmp_path / "page.ics"), "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "This is a web page, not a calendar" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["/nowhere/feed.ics"], "No such file"),
        ([], "Name a file or an address"),
        ([SIMPLE, "--timezone", "Mars/Olympus"], "is not a time zone"),
        ([SIMPLE, "--start", "2026-09-02", "--end", "2026-09-02"], "must be after --start"),
    ],
)
def test_what_cannot_be_asked_is_said(arguments, message):
    with pytest.raises(CommandError, match=message):
        call_command("read_feed", *arguments)


def test_an_address_is_fetched(capsys):
    """The port is closed: what answers for the refusal is the fetcher, by name."""
    with pytest.raises(CommandError, match=r"127\.0\.0\.1"):
        call_command("read_feed", "http://127.0.0.1:9/feed.ics", *DAYS)


def test_many_files_a_line_each_in_order(tmp_path):
    (tmp_path / "page.ics").write_text("<html>")
    lines = [
        request(FOLDER / "all_day.ics", start="2026-09-13", end="2026-09-14"),
        request(tmp_path / "page.ics"),
        "\n",
        request(tmp_path / "missing.ics"),
        request(FOLDER / "floating.ics", timezone="Europe/Paris"),
    ]
    found = [summary(answer) for answer in answers(run("--jsonl", text="".join(lines)))]
    assert [found[0], found[3]] == [
        ("all_day", [("2026-09-13", "No end")]),
        ("floating", [("2026-09-10T16:00:00Z", "Floating")]),
    ]
    assert found[1][0] == "page"
    assert found[1][1].startswith("This is a web page")
    assert found[2][1].endswith("No such file or directory")
    assert len(found) == 4


@pytest.mark.parametrize(
    "line",
    ["nonsense", "[]", '{"path": "x"}', '{"path": "x", "start": "soon", "end": "2026-01-01"}'],
)
def test_a_bad_request_costs_its_own_line(line):
    bad, good = answers(run("--jsonl", text=f"{line}\n{request(SIMPLE)}"))
    assert bad["error"]
    assert summary(good) == ("simple", [("2026-09-10T22:00:00Z", "Zoë\u2019s talk")])


def test_a_file_that_never_ends_costs_its_own_line(tmp_path):
    """Nobody writes to this pipe: reading it waits for ever."""
    os.mkfifo(tmp_path / "endless.ics")
    lines = request(SIMPLE) + request(tmp_path / "endless.ics") + request(SIMPLE)
    before, endless, after = answers(run("--jsonl", "--deadline", "2", text=lines))
    assert endless == {
        "path": str(tmp_path / "endless.ics"),
        "error": "reading took more than 2 seconds",
    }
    assert before == after
    assert summary(after) == ("simple", [("2026-09-10T22:00:00Z", "Zoë\u2019s talk")])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's memory")
def test_a_file_that_fills_the_memory_costs_its_own_line():
    """/dev/zero has no end either; the reading process may take 1 GB and no more."""
    huge, good = answers(run("--jsonl", text=request("/dev/zero") + request(SIMPLE)))
    assert huge == {"path": "/dev/zero", "error": "reading it took too much memory"}
    assert summary(good) == ("simple", [("2026-09-10T22:00:00Z", "Zoë\u2019s talk")])
