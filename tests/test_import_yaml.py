"""`manage.py import_yaml`: made-up files for each oddity, and the live site's own where they are at hand."""

import datetime as dt
import pathlib
import re
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
import yaml
from django.core.management import CommandError, call_command

from collector.live_site.files import read_site
from collector.live_site.migration import Migration, import_site
from collector.models import Overlay, Series
from dctech.dynamodb import Table
from dctech.models import History
from dctech.moderation import Act
from events.models import Category, Event
from groups.models import Group
from tests.conftest import missing

pytestmark = pytest.mark.usefixtures("tables")

NOW = dt.datetime(2026, 9, 1, 16, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)
PENDING = "00000000000000000000000000000001"
BOUND = "aeee85b6e61807479d6fa8dddb1bc737"
TEN = "_single_events/2031-06-05-sexagesimal-time.yaml"


@pytest.fixture
def site(tmp_path):
    """A copy of the made-up site, to be changed."""
    return shutil.copytree(pathlib.Path(__file__).parent / "live_site", tmp_path / "site")


@pytest.fixture
def real(shared):
    directory = shared / "data" / "dctech"
    if not directory.is_dir():
        missing("../shared/data/dctech")
    return directory


def everything():
    """Return all items of all tables as they are stored."""
    return {
        model.__name__: sorted((item.serialize() for item in model.scan()), key=repr)
        for model in Table.models()
    }


def single_events():
    return {event.imported["file"]: event for event in Event.scan()}


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def messages(report, file):
    return [warning.message for warning in report.warnings if warning.file == file]


def test_everything_comes_in_once(site):
    report = import_site(site, NOW)
    assert not report.failed
    total = report.total()
    assert (total.files, total.items, dict(total.outcomes)) == (18, 18, {"new": 18})
    assert (report.markers, report.rows[-1].pending) == (1, 2)
    assert len(list(History.scan())) == 18

    group = Group.get("she's-&-co")
    assert (group.slug, group.name, group.status, group.created_at) == (
        "shes-co",
        "She's & Co™",
        "approved",
        NOW,
    )
    assert group.approval_metadata.approved_by == "import"
    assert {g.group_id for g in Group.active_and_approved()} == {
        "clean-slug",
        "clean_slug",
        "misspelt-suppress-urls",
        "she's-&-co",
    }
    assert [c.slug for c in Category.all()] == ["ai", "data"]
    assert Category.get("category", "data").description == "Numbers and what they mean"
    series = Series.get("series", "tuesdays")
    assert series.definition == {
        "title": "Tuesdays at the Hub",
        "date": "2031-05-06",
        "time": "09:00",
        "url": "https://example.org/tuesdays",
        "location": "Tysons, VA",
        "categories": ["ai"],
        "rrule": "FREQ=WEEKLY;BYDAY=TU",
    }


def test_again_changes_nothing(site):
    import_site(site, NOW)
    before = everything()
    report = import_site(site, LATER)
    assert everything() == before
    assert (report.writes, dict(report.total().outcomes), report.failed) == (
        0,
        {"unchanged": 18},
        False,
    )


def test_a_dry_run_writes_nothing_and_reports_the_same(site, capsys):
    call_command("import_yaml", site, "--dry-run")
    tried = capsys.readouterr().out
    assert all(items == [] for items in everything().values())
    call_command("import_yaml", site)
    done = capsys.readouterr().out
    assert tried.replace("would be written", "written") == done
    assert "Round trip: 78 keys compared with what is stored, 0 lost." in done
    assert "19 items written." in done


def test_the_table_has_a_row_per_folder(site, capsys):
    call_command("import_yaml", site)
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[:7]]
    assert rows[0] == [
        "folder",
        "files",
        "items",
        "new",
        "changed",
        "unchanged",
        "kept",
        "broken",
        "warnings",
        "pending",
    ]
    assert [row[:3] for row in rows[1:]] == [
        ["_groups", "5", "5"],
        ["_categories", "2", "2"],
        ["_single_events", "7", "7"],
        ["_recurring_events", "1", "1"],
        ["_overlay", "3", "3"],
        ["total", "18", "18"],
    ]


def test_the_raw_text_stays_with_the_item(site):
    import_site(site, NOW)
    path = site / "_groups/inactive.yaml"
    assert Group.get("inactive").imported == {
        "file": "_groups/inactive.yaml",
        "text": path.read_bytes().decode(),
        "comments": ["# Asleep since the spring", "# ask again in autumn"],
        "unknown": {"twitter": "@asleep"},
    }


def test_a_correction_of_a_single_event_is_bound_at_once(site):
    import_site(site, NOW)
    event = single_events()[TEN]
    assert (event.location, event.state, event.categories) == (
        "HacDC, 3333 14th St NW, Washington, DC",
        "DC",
        ["ai"],
    )
    assert event.start_datetime == dt.datetime(2031, 6, 5, 10, 30)
    assert event.locks["time"] == {
        "value": "10:30",
        "by": "import",
        "at": "2026-09-01T16:00:00+00:00",
        "reason": "Missing venue found on the event's page\nAlso fits: ai",
    }
    overlays = Overlay.all()
    assert (overlays[BOUND].event_id, overlays[BOUND].bound_at) == (event.event_id, NOW)
    assert (overlays[PENDING].event_id, overlays[PENDING].fields) == (None, {"hidden": True})
    assert overlays[PENDING].imported["unknown"] == {"date": "2031-01-01", "group": "somebody-else"}
    assert overlays["f" * 32].fields is None


def test_a_duplicate_is_hidden_once_its_original_comes_in(site):
    (site / "_overlay" / f"{BOUND}.yaml").write_text(f"# the same\nduplicate_of: {'e' * 32}\n")
    import_site(site, NOW)
    assert single_events()[TEN].duplicate_of is None
    Overlay.all()["e" * 32].update(actions=[Overlay.event_id.set("the-original")])
    import_site(site, LATER)
    event = single_events()[TEN]
    assert (event.duplicate_of, event.state) == ("the-original", None)
    assert import_site(site, LATER).writes == 0


def test_a_file_that_changes_changes_its_item_and_nothing_else(site):
    import_site(site, NOW)
    Group.get("clean-slug").update(
        actions=[Group.status.set("rejected"), Group.active_approved.remove()]
    )
    edit(site / "_groups/clean-slug.yaml", "Clean Slug Club", "Clean Slug Society")
    report = import_site(site, LATER)
    assert (report.writes, report.failed) == (1, False)
    group = Group.get("clean-slug")
    assert (group.name, group.created_at, group.updated_at) == ("Clean Slug Society", NOW, LATER)
    assert (group.status, group.active_approved) == ("rejected", None)
    newest = next(History.of("group#clean-slug"))
    assert (newest.by, newest.action, newest.before, newest.after) == (
        "import",
        "changed",
        {"name": "Clean Slug Club"},
        {"name": "Clean Slug Society"},
    )


def test_an_event_that_moves_keeps_its_identity(site):
    import_site(site, NOW)
    file = "_single_events/2031-06-06-ends-on-its-day.yaml"
    before = single_events()[file]
    edit(site / file, "'2031-06-06'", "'2031-06-20'")
    report = import_site(site, LATER)
    assert (report.writes, report.failed) == (1, False)
    after = single_events()[file]
    assert len(single_events()) == 7
    assert (after.event_id, after.created_at) == (before.event_id, NOW)
    assert (after.start_datetime, after.previous_start) == (
        dt.datetime(2031, 6, 20),
        dt.datetime(2031, 6, 6),
    )
    assert (after.sequence, after.version, after.changed_at) == (1, 2, LATER)
    assert import_site(site, LATER).writes == 0


def test_what_people_have_edited_is_kept_and_the_files_text_still_comes_in(site):
    import_site(site, NOW)
    Group.find("clean-slug").edit(Act("user:ada", NOW), {"name": "Edited by staff"})
    single_events()[TEN].revise({"cost": "5 dollars", "title": "Eleven"}, now=NOW)
    edit(site / "_groups/clean-slug.yaml", "/clean/next", "/clean/later")
    report = import_site(site, LATER)
    assert not report.failed
    assert messages(report, "_groups/clean-slug.yaml") == [
        "kept: edited here (name), not overwritten"
    ]
    assert "kept: edited here (title), not overwritten" in messages(report, TEN)
    group = Group.get("clean-slug")
    assert (group.name, group.fallback_url) == ("Edited by staff", "https://example.org/clean/next")
    assert "/clean/later" in group.imported["text"]
    assert single_events()[TEN].title == "Eleven"
    assert report.writes == 1
    assert import_site(site, LATER).writes == 0


def test_a_lock_of_staff_keeps_an_event(site):
    import_site(site, NOW)
    file = "_single_events/2031-06-06-ends-on-its-day.yaml"
    lock = {"cost": {"value": "5 dollars", "by": "user:kim", "at": "", "reason": ""}}
    single_events()[file].revise({"locks": lock, "cost": "5 dollars"}, now=NOW)
    edit(site / file, "One Day", "One Long Day")
    report = import_site(site, LATER)
    assert messages(report, file) == ["kept: edited here (cost), not overwritten"]
    assert (single_events()[file].title, single_events()[file].cost) == ("One Day", "5 dollars")


def test_what_was_here_before_the_import_stays(site):
    Category(slug="ai", name="Ours").save()
    report = import_site(site, NOW)
    assert not report.failed
    assert messages(report, "_categories/ai.yaml") == [
        "kept: the category was here before, not overwritten"
    ]
    stored = Category.get("category", "ai")
    assert (stored.name, stored.imported["file"]) == ("Ours", "_categories/ai.yaml")
    assert import_site(site, LATER).writes == 0


def test_two_files_of_one_event_are_two_events(site):
    folder = site / "_single_events"
    shutil.copy(folder / "2031-06-06-ends-on-its-day.yaml", folder / "2031-06-06-once-more.yaml")
    report = import_site(site, NOW)
    assert (report.failed, len(single_events())) == (False, 8)
    assert "both stay" in messages(report, "_single_events/2031-06-06-once-more.yaml")[0]
    assert import_site(site, LATER).writes == 0


def test_a_corrected_correction_waits_for_its_event_again(site):
    import_site(site, NOW)
    overlay = Overlay.all()[PENDING]
    overlay.update(actions=[Overlay.event_id.set("found"), Overlay.bound_at.set(NOW)])
    assert import_site(site, LATER).writes == 0
    edit(site / "_overlay" / f"{PENDING}.yaml", "hidden: true", "hidden: false")
    import_site(site, LATER)
    again = Overlay.all()[PENDING]
    assert (again.fields, again.event_id, again.bound_at) == ({"hidden": False}, None, None)


def test_a_marker_takes_the_file_that_comes_later(site):
    import_site(site, NOW)
    (site / "_overlay" / f"{'f' * 32}.yaml").write_text("# Now with a reason\ntitle: Better\n")
    report = import_site(site, LATER)
    assert not report.failed
    overlay = Overlay.all()["f" * 32]
    assert (overlay.fields, overlay.reason) == ({"title": "Better"}, "Now with a reason")


def test_who_writes_during_the_import_wins(site):
    import_site(site, NOW)
    edit(site / "_groups/clean-slug.yaml", "Clean Slug Club", "Clean Slug Society")
    migration = Migration(read_site(site), LATER)
    planned = migration.plan()
    Group.find("clean-slug").edit(Act("user:ada", NOW), {"name": "Edited by staff"})
    for one in planned:
        migration.write(one)
    assert Group.get("clean-slug").name == "Edited by staff"
    assert [(one.what, str(one.warnings[0])) for one in planned if one.warnings] == [
        (
            "kept",
            "_groups/clean-slug.yaml:1: kept: somebody wrote it during the import, run it again",
        )
    ]


def test_two_imports_at_once_double_nothing(site):
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda now: import_site(site, now), [NOW, LATER]))
    assert [report.failed for report in reports] == [False, False]
    assert {name: len(items) for name, items in everything().items()} == {
        "Category": 2,
        "Event": 7,
        "Group": 5,
        "History": 18,
        "Operation": 6,  # with the version of the calendar
    }
    assert import_site(site, LATER).writes == 0


def test_a_broken_file_is_named_and_the_rest_comes_in(site, capsys):
    (site / "_groups/broken.yaml").write_text("name: A\nactive: true\nname: B\n")
    (site / "_single_events/2031-01-01-untitled.yaml").write_text("date: 2031-01-01\n")
    with pytest.raises(CommandError) as caught:
        call_command("import_yaml", site)
    assert caught.value.returncode == 1
    out = capsys.readouterr().out
    assert "_groups/broken.yaml:3: broken: the key name comes twice" in out
    assert "_single_events/2031-01-01-untitled.yaml:1: broken: title is missing" in out
    assert re.search(r"^total +20 +18 +18 +0 +0 +0 +2 ", out, re.MULTILINE)
    assert len(list(Group.scan())) == 5


def test_a_loss_is_found(site):
    import_site(site, NOW)
    Group.get("inactive").update(
        actions=[Group.imported.set({**Group.get("inactive").imported, "comments": []})]
    )
    report = import_site(site, LATER)
    assert [str(loss) for loss in report.losses] == [
        "_groups/inactive.yaml:1: lost: comments as imported"
    ]
    with pytest.raises(CommandError):
        call_command("import_yaml", site)


def test_a_directory_without_the_folders_is_an_error(tmp_path):
    with pytest.raises(CommandError, match="has none of the folders _groups, _categories"):
        call_command("import_yaml", tmp_path)


def test_missing_tables_are_an_error(site, engine):
    Category.delete_table(wait=False)
    try:
        with pytest.raises(CommandError, match="run create_tables first"):
            call_command("import_yaml", site)
    finally:
        call_command("create_tables", verbosity=0)


def test_the_submitters_address_reaches_no_output(site, capsys):
    import_site(site, NOW)
    single_events()[TEN].revise({"submitted_by": "another@example.org"}, now=NOW)
    call_command("import_yaml", site)
    assert "@example.org" not in capsys.readouterr().out


def test_the_live_site_comes_in_whole_and_twice_is_once(real):
    report = import_site(real, NOW)
    assert [(row.folder, row.files, row.items) for row in report.rows] == [
        ("_groups", 145, 145),
        ("_categories", 26, 26),
        ("_single_events", 33, 33),
        ("_recurring_events", 1, 1),
        ("_overlay", 125, 125),
    ]
    assert (report.losses, report.broken, report.markers) == ([], [], 2)
    assert len(report.warnings) == 10
    slugs = {group.group_id: group.slug for group in Group.scan()}
    assert len(set(slugs.values())) == 145
    assert len([name for name, slug in slugs.items() if name != slug]) == 40
    before = everything()
    assert import_site(real, LATER).writes == 0
    assert everything() == before


def test_every_value_of_the_live_site_is_stored_as_its_file_has_it(real):
    """The same proof without our own reading of the files: PyYAML's values against the attributes."""
    import_site(real, NOW)
    folders = {
        "_groups": {g.imported["file"]: g for g in Group.scan()},
        "_categories": {c.imported["file"]: c for c in Category.all()},
        "_single_events": single_events(),
        "_recurring_events": {s.imported["file"]: s for s in Series.all()},
        "_overlay": {o.imported["file"]: o for o in Overlay.all().values() if o.imported},
    }
    compared = 0
    for folder, items in folders.items():
        paths = sorted((real / folder).iterdir())
        assert [f"{folder}/{path.name}" for path in paths] == sorted(items)
        for path in paths:
            item = items[f"{folder}/{path.name}"]
            assert item.imported["text"].encode() == path.read_bytes()
            assert item.imported["unknown"] == {}
            comments = re.findall(r"^#.*$", path.read_text(encoding="utf-8"), re.MULTILINE)
            assert item.imported["comments"] == comments
            for key, value in yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader).items():  # noqa: S506 - makes text alone
                assert as_in_the_file(item, key) == OTHERWISE.get(key, lambda text: text)(value), (
                    path.name,
                    key,
                )
                compared += 1
    assert compared == 1583


OTHERWISE = {
    "location": lambda text: text.replace("\u200b", "").strip(),
    "categories": lambda words: [] if words == "[]" else words,
    "suppress_urls": lambda words: None if words == "false" else words,
    "submitted_by": lambda text: None if text == "anonymous" else text,
}
"""What is meant to differ from the file."""


def as_in_the_file(item, key):
    if isinstance(item, Event) and key in {"date", "end_date", "time"}:
        start, end = item.start_datetime, item.end_datetime
        if key == "time" and item.sessions:
            return {session["start"][:10]: session["start"][11:16] for session in item.sessions}
        last = end - dt.timedelta(days=1) if item.all_day else start
        return {
            "date": f"{start:%Y-%m-%d}",
            "time": f"{start:%H:%M}",
            "end_date": f"{last:%Y-%m-%d}",
        }[key]
    owner = {Series: "definition", Overlay: "fields"}.get(type(item))
    value = getattr(item, owner)[key] if owner else getattr(item, key)
    return str(value).lower() if isinstance(value, bool) else value
