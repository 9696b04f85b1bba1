"""What the old site's files mean, without any table."""

import datetime as dt
import logging
import pathlib

import pytest

from collector.live_site import NotALiveSite, legacy_hashes, read_groups
from collector.live_site import groups as live_groups
from collector.live_site.events import event_of, read_event, said, schedule, settle
from collector.live_site.files import BrokenFile, parse, read_folder, read_site
from collector.live_site.overlays import correct, read_overlay
from collector.live_site.series import read_series

SITE = pathlib.Path(__file__).parent / "live_site"
NOW = dt.datetime(2026, 9, 1, 16, tzinfo=dt.UTC)


def event(text, name="_single_events/2031-06-05-x.yaml", categories=()):
    reading = read_event(parse(name, text), categories)
    made = event_of(reading, NOW)
    settle(made, NOW)
    return made, [str(warning) for warning in reading.warnings]


def of_file(name):
    return event(
        (SITE / "_single_events" / name).read_text(encoding="utf-8"), f"_single_events/{name}"
    )


def test_scalars_are_text_and_nothing_is_nothing():
    file = parse(
        "x",
        "time: 10:00\nactive: true\nday: 2031-01-01\ncost: 012\nno: null\nempty:\nquoted: 'null'\n",
    )
    assert file.fields == {
        "time": "10:00",
        "active": "true",
        "day": "2031-01-01",
        "cost": "012",
        "no": None,
        "empty": None,
        "quoted": "null",
    }


def test_comments_are_verbatim_and_a_sign_in_a_value_is_none():
    text = (
        "# first\nname: 'a # b'  # behind\nurl: https://x.org/#part\n"
        "text: |  # opens\n  # inside\n  more\nlist: [a, # in a list\n  b]\n#last"
    )
    assert parse("x", text).comments == ("# first", "# behind", "# opens", "# in a list", "#last")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "the key a comes twice"),
        ("a:\n  b: 1\n  b: 2\n", 3, "the key b comes twice"),
        ("a: 1\nb: [1,\n", 3, "stream end"),
        ("a: 1\nb: \x01\n", 2, "does not allow"),
        ("- a\n- b\n", 1, "holds no keys"),
        ("a: &x [1]\nb: *x\n", 2, "aliases"),
        ("a: 1\n--- \nb: 2\n", 2, "another document"),
        ("a: 1\n? [b]\n: c\n", 2, "a key is not text"),
        ("[" * 5000, 1, "nested too deeply"),
    ],
)
def test_a_broken_file_is_named_with_its_line(text, line, message):
    with pytest.raises(BrokenFile) as caught:
        parse("_groups/x.yaml", text)
    assert (caught.value.name, caught.value.line) == ("_groups/x.yaml", line)
    assert message in caught.value.message


def test_a_folder_goes_on_after_a_broken_file(tmp_path):
    folder = tmp_path / "_groups"
    folder.mkdir()
    (folder / "a.yaml").write_bytes(b"name: ok\ncity: Z\xfcrich\n")
    (folder / "b.yaml").write_text("name: good")
    (folder / "b.yml").write_text("name: the same")
    (folder / "c.yaml").write_text("name: " + "x" * 100_001)
    (folder / "notes.txt").write_text("no data")
    (folder / ".gitkeep").write_text("")
    found = read_folder(tmp_path, "_groups")
    assert [file.name for file in found.files] == ["_groups/b.yaml"]
    assert [(broken.name, broken.line) for broken in found.broken] == [
        ("_groups/a.yaml", 2),
        ("_groups/b.yml", 1),
        ("_groups/c.yaml", 1),
    ]
    assert found.ignored == ["_groups/notes.txt"]


def test_a_directory_without_the_folders_is_named(tmp_path):
    with pytest.raises(NotALiveSite, match="_groups, _categories"):
        read_site(tmp_path)
    with pytest.raises(NotALiveSite, match="no folder _groups"):
        read_groups(tmp_path)


def test_a_first_day_without_a_time_makes_whole_days_with_sessions():
    made, warnings = of_file("2031-06-01-first-day-without-time.yaml")
    assert (made.all_day, made.start_datetime, made.end_datetime) == (
        True,
        dt.datetime(2031, 6, 1),
        dt.datetime(2031, 6, 5),
    )
    assert made.sessions == [
        {"start": "2031-06-02T14:00:00", "end": "2031-06-02T14:00:00"},
        {"start": "2031-06-03T10:00:00", "end": "2031-06-03T10:00:00"},
    ]
    assert made.cost == "Free for some; $395 for others"
    assert said(made)["time"] == {"2031-06-02": "14:00", "2031-06-03": "10:00"}
    assert warnings == []


@pytest.mark.parametrize(
    ("time", "end_date", "start", "end", "all_day"),
    [
        (None, None, "2031-06-05T00:00", "2031-06-06T00:00", True),
        (None, "2031-06-05", "2031-06-05T00:00", "2031-06-06T00:00", True),
        (None, "2031-06-07", "2031-06-05T00:00", "2031-06-08T00:00", True),
        ("18:30", None, "2031-06-05T18:30", "2031-06-05T18:30", False),
        ("18:30", "2031-06-05", "2031-06-05T18:30", "2031-06-05T18:30", False),
        ("18:30", "2031-06-06", "2031-06-05T18:30", "2031-06-07T00:00", False),
        ({"2031-06-05": "09:00"}, None, "2031-06-05T09:00", "2031-06-05T09:00", False),
        (
            {"2031-06-05": "09:00", "2031-06-06": "10:00"},
            None,
            "2031-06-05T09:00",
            "2031-06-07T00:00",
            False,
        ),
        ({"2031-06-06": "10:00"}, None, "2031-06-05T00:00", "2031-06-07T00:00", True),
    ],
)
def test_when_an_event_is(time, end_date, start, end, all_day):
    when = schedule("2031-06-05", time, end_date)
    assert (when.start, when.end, when.all_day) == (
        dt.datetime.fromisoformat(start),
        dt.datetime.fromisoformat(end),
        all_day,
    )


def test_minutes_since_midnight_of_an_old_file_are_a_time():
    made, warnings = of_file("2031-06-05-sexagesimal-time.yaml")
    assert made.start_datetime == dt.datetime(2031, 6, 5, 10)
    assert made.submitted_by == "someone@example.org"
    assert warnings == [
        "_single_events/2031-06-05-sexagesimal-time.yaml:3: time is 600, read as 10:00"
    ]


@pytest.mark.parametrize("time", ["noon", "25:00", "1440", "10:00:30", "0900", "[1]"])
def test_a_time_that_is_none_is_kept_aside(time):
    made, warnings = event(f"title: T\ndate: 2031-06-05\ntime: {time}")
    assert made.all_day
    assert set(made.imported["unknown"]) == {"time"}
    assert len(warnings) == 1
    assert warnings[0].startswith("_single_events/2031-06-05-x.yaml:3: time is not")


def test_end_on_its_own_day_is_one_day_and_anonymous_is_nobody():
    made, warnings = of_file("2031-06-06-ends-on-its-day.yaml")
    assert (made.end_datetime, made.submitted_by, warnings) == (dt.datetime(2031, 6, 7), None, [])


def test_an_end_before_the_start_is_kept_aside():
    made, warnings = event("title: T\ndate: 2031-06-05\nend_date: 2031-06-04")
    assert made.end_datetime == dt.datetime(2031, 6, 6)
    assert made.imported["unknown"] == {"end_date": "2031-06-04"}
    assert warnings == [
        "_single_events/2031-06-05-x.yaml:3: end_date lies before the date: kept as it is"
    ]


def test_the_date_wins_over_the_files_name():
    made, warnings = of_file("2031-06-08-named-for-another-day.yaml")
    assert made.start_datetime == dt.datetime(2031, 6, 7, 18, 30)
    assert warnings == [
        (
            "_single_events/2031-06-08-named-for-another-day.yaml:2: "
            "the file is named 2031-06-08 and its date is 2031-06-07: the date is right"
        )
    ]


def test_a_copied_address_is_cleaned_and_placed_and_its_file_is_not():
    made, warnings = of_file("2031-06-09-zero-width-space.yaml")
    assert made.location == "12 Main Street, 8th Floor North McLean, VA 22102"
    assert (made.city, made.state, made.location_type) == ("McLean", "VA", "in_person")
    assert "\u200b" in made.imported["text"]
    assert made.categories == []
    assert warnings == [
        "_single_events/2031-06-09-zero-width-space.yaml:6: categories is text where a list belongs"
    ]


@pytest.mark.parametrize(
    ("written", "categories"),
    [("'[]'", []), ("''", []), ("'[ai, data]'", ["ai", "data"]), ("ai", ["ai"]), ("[ai]", ["ai"])],
)
def test_categories_may_be_text(written, categories):
    assert event(f"title: T\ndate: 2031-06-05\ncategories: {written}")[0].categories == categories


@pytest.mark.parametrize("written", ["[{a: b}]", "{a: b}", "'[a: b]'", "'[a'"])
def test_categories_that_are_no_words_are_kept_aside(written):
    made, warnings = event(f"title: T\ndate: 2031-06-05\ncategories: {written}")
    assert made.categories is None
    assert set(made.imported["unknown"]) == {"categories"}
    assert "categories is not a list of words: kept as it is" in warnings[-1]


def test_an_unknown_category_is_kept_with_a_warning():
    text = (SITE / "_single_events/2031-06-10-unknown-category.yaml").read_text()
    made, warnings = event(text, "_single_events/2031-06-10-x.yaml", {"data"})
    assert made.categories == ["data", "bees"]
    assert warnings == ["_single_events/2031-06-10-x.yaml:5: bees is not a category we know: kept"]


def test_an_address_that_would_run_a_script_becomes_no_link():
    made, warnings = event("title: T\ndate: 2031-06-05\nurl: 'javascript:alert(1)'")
    assert made.url is None
    assert made.imported["unknown"] == {"url": "javascript:alert(1)"}
    assert len(warnings) == 1


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("date: 2031-06-05", 1, "title is missing"),
        ("title: T\n", 1, "date is missing"),
        ("title: T\ndate: 5 June", 2, "date is not a date like 2026-05-31"),
        ("title: T\ndate: 20310605", 2, "date is not a date like 2026-05-31"),
        ("title: T\ndate: 9999-12-31", 2, "date is not a date like 2026-05-31"),
        ("title: [T]\ndate: 2031-06-05", 1, "title is not text"),
    ],
)
def test_an_event_needs_a_title_and_a_date(text, line, message):
    with pytest.raises(BrokenFile) as caught:
        event(text)
    assert (caught.value.line, caught.value.message) == (line, message)


def test_what_is_long_over_does_not_expire_on_arrival():
    assert of_file("2020-02-03-long-over.yaml")[0].ttl is None
    assert of_file("2031-06-06-ends-on-its-day.yaml")[0].ttl == dt.datetime(
        2031, 6, 14, 4, tzinfo=dt.UTC
    )


def test_a_cross_post_in_a_feed_has_the_same_identity():
    plain, _ = event("title: T\ndate: 2031-06-05\nurl: https://lu.ma/x")
    tracked, _ = event("title: T\ndate: 2031-06-05\nurl: https://luma.com/x/?utm_source=us")
    assert plain.event_id == tracked.event_id


def test_a_series_needs_a_rule():
    for rule in ("", "rrule: every Tuesday", 'rrule: "FREQ=DAILY\\nURL:https://x.org"'):
        with pytest.raises(BrokenFile, match="rrule"):
            read_series(
                parse("_recurring_events/x.yaml", f"title: T\ndate: 2031-05-06\n{rule}"), ()
            )


def test_groups_of_a_parallel_period():
    groups = {group.group_id: group for group in read_groups(SITE)}
    assert {name: group.slug for name, group in groups.items()} == {
        "clean-slug": "clean-slug",
        "clean_slug": "clean-slug-2",
        "inactive": "inactive",
        "misspelt-suppress-urls": "misspelt-suppress-urls",
        "she's-&-co": "shes-co",
    }
    assert {name: group.suppress_urls for name, group in groups.items()} == {
        "clean-slug": None,
        "clean_slug": None,
        "inactive": None,
        "misspelt-suppress-urls": ["https://example.org/e/1"],
        "she's-&-co": True,
    }
    assert [name for name, group in groups.items() if not group.active_approved] == ["inactive"]
    clean = groups["clean-slug"]
    assert (clean.ical, clean.suppress_guid, clean.scan_for_metadata, clean.skip_phrases) == (
        "webcal://example.org/clean.ics",
        True,
        True,
        ["MEMBERS ONLY"],
    )
    asleep = groups["inactive"]
    assert asleep.name == "Asleep # but not gone"
    assert asleep.imported["comments"] == ["# Asleep since the spring", "# ask again in autumn"]
    assert asleep.imported["unknown"] == {"twitter": "@asleep"}


def test_a_group_that_cannot_be_read_is_left_out_and_the_next_one_read(tmp_path, caplog):
    folder = tmp_path / "_groups"
    folder.mkdir()
    (folder / "a.yaml").write_text("name: A\nname: B\n")
    (folder / "b.yaml").write_text("active: true\n")
    (folder / "c.yaml").write_text("name: C\n")
    with caplog.at_level(logging.ERROR):
        assert [group.group_id for group in read_groups(tmp_path)] == ["c"]
    assert [record.getMessage() for record in caplog.records] == [
        "Left out: _groups/a.yaml:2: the key name comes twice",
        "Left out: _groups/b.yaml:1: name is missing",
    ]


def test_the_right_spelling_wins_over_the_wrong_one():
    text = "name: A\nsuppress_urls: [https://x.org/1]\nsupress_urls: [https://x.org/2]"
    reading = live_groups.read_group(parse("_groups/a.yaml", text), ())
    assert live_groups.group_of(reading, "a").suppress_urls == ["https://x.org/1"]
    assert reading.unknown == {"supress_urls": ["https://x.org/2"]}


def test_slugs_stay_with_those_who_have_them():
    taken = {"a": "a", "other": "b-c"}
    assert live_groups.assign_slugs(["b_c", "b c", "a", "&"], taken) == {
        **taken,
        "&": "group",
        "b c": "b-c-2",
        "b_c": "b-c-3",
    }


def test_the_old_sites_hash():
    found = legacy_hashes(
        "2026-05-26",
        "09:00",
        "Community Tuesdays at Refraction",
        ["https://refraction.zoholandingpage.com/communitytues/"],
    )
    assert "42d76b48864bfe1e81ae2db3702d64da" in found
    assert len(found) == 2


def corrected(text, overlay, targets=None):
    made, _ = event(text)
    name = "_overlay/00000000000000000000000000000009.yaml"
    correct(made, read_overlay(parse(name, overlay), ()), targets or {}, NOW)
    settle(made, NOW)
    return made


def test_a_correction_becomes_locks_with_its_comment_as_the_reason():
    made = corrected(
        "title: T\ndate: 2031-06-05\ncategories: [data]",
        "# Fits ai\ncategories: [ai]\ntime: 07:00\n",
    )
    assert made.categories == ["ai"]
    assert (made.start_datetime, made.end_datetime, made.all_day) == (
        dt.datetime(2031, 6, 5, 7),
        dt.datetime(2031, 6, 5, 7),
        False,
    )
    assert made.locks == {
        name: {
            "value": value,
            "by": "import",
            "at": "2026-09-01T16:00:00+00:00",
            "reason": "Fits ai",
        }
        for name, value in {"categories": ["ai"], "time": "07:00"}.items()
    }
    assert made.feed_values == {"categories": ["data"], "time": None}
    assert (said(made)["categories"], said(made)["time"]) == (["data"], None)


def test_a_corrected_location_is_placed_anew():
    made = corrected(
        "title: T\ndate: 2031-06-05\nlocation: 'Arlington, VA'", "location: 'Rockville, MD 20852'"
    )
    assert (made.city, made.state, said(made)["location"]) == ("Rockville", "MD", "Arlington, VA")


def test_hidden_takes_it_off_the_lists():
    assert corrected("title: T\ndate: 2031-06-05", "hidden: true").state is None


def test_a_duplicate_hides_nothing_before_its_original_is_known():
    text, overlay = "title: T\ndate: 2031-06-05", f"duplicate_of: {'f' * 32}"
    waiting = corrected(text, overlay)
    assert (waiting.duplicate_of, waiting.state, waiting.locks["duplicate_of"]["value"]) == (
        None,
        "ALL",
        "f" * 32,
    )
    bound = corrected(text, overlay, {"f" * 32: "the-original"})
    assert (bound.duplicate_of, bound.state) == ("the-original", None)


def test_what_is_protected_is_kept_and_never_applies():
    text = "hidden: true\ndate: 2031-01-01\ngroup: x\nsource: y\nend_date: 2031-01-02\nguid: z\nnew: 1\n"
    reading = read_overlay(parse(f"_overlay/{'0' * 32}.yaml", text), ())
    assert reading.values == {"hidden": True}
    assert set(reading.unknown) == {"date", "group", "source", "end_date", "guid", "new"}
    assert [warning.line for warning in reading.warnings] == [2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("nohash", "hidden: true", "not the hash"),
        ("0" * 32, "", "corrects nothing"),
        ("0" * 32, f"duplicate_of: {'0' * 32}", "names the event itself"),
        ("0" * 32, "duplicate_of: something", "is not the hash of an event"),
        ("0" * 32, "location_type: nowhere", "is none of hybrid, in_person, virtual"),
        ("0" * 32, "hidden: perhaps", "is neither true nor false"),
    ],
)
def test_corrections_that_cannot_work_are_warned_of(name, text, message):
    reading = read_overlay(parse(f"_overlay/{name}.yaml", text), ())
    assert message in str(reading.warnings[0])
