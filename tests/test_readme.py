"""The README's lists are the code's: settings, and commands."""

import ast
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
READERS = {
    "text",
    "number",
    "seconds",
    "switch",
    "choice",
    "matching",
    "words",
    "address",
    "origin",
    "zone",
    "database",
    "mail",
}


def settings_read():
    """Return the environment variables that dctech/settings.py reads, and the default of each."""
    tree = ast.parse((ROOT / "dctech/settings.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Attribute(ast.Name("env"), reader), [ast.Constant(name), *rest]):
                assert reader in READERS
                has_default = rest and reader != "matching"  # which takes a pattern there
                yield name, rest[0] if has_default else ast.Constant("")


def settings_listed():
    section = README.partition("## Settings")[2].partition("\n## ")[0]
    return dict(re.findall(r"^\| `([A-Z_]+)` \|\s*(.*?)\s*\|", section, re.MULTILINE))


def test_every_setting_is_listed_and_every_listed_one_is_read():
    assert sorted(settings_listed()) == sorted(name for name, _ in settings_read())


def test_the_defaults_are_as_listed():
    listed = settings_listed()
    wrong = {
        name: (listed[name], default.value)
        for name, default in settings_read()
        if isinstance(default, ast.Constant) and listed[name] != str(default.value)
    }
    assert wrong.keys() <= {"SECRET_KEY", "DEBUG"}  # made and kept; off on Lambda


def test_settings_are_read_in_one_place():
    offenders = [
        path.relative_to(ROOT).as_posix()
        for app in ("dctech", "events", "groups", "collector")
        for path in (ROOT / app).rglob("*.py")
        if re.search(r"os\.environ\b(?!\.setdefault\(\"DJANGO)|os\.getenv", path.read_text("utf-8"))
    ]
    assert offenders == ["dctech/environment.py"]


def test_every_command_is_listed():
    commands = {
        path.stem for path in ROOT.glob("*/management/commands/*.py") if path.stem != "__init__"
    }
    listed = set(re.findall(r"^\| `(\w+)", README.partition("## Settings")[0], re.MULTILINE))
    assert listed == commands
