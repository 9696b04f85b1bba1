"""Real calendars: all are read, and nearly all as independent parsers read them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

CORPUS = Path(__file__).resolve().parent.parent.parent / "shared" / "corpus"


@pytest.fixture
def corpus():
    if not CORPUS.is_dir():
        if os.environ.get("CI"):
            pytest.fail("../shared/corpus is missing, and CI must have it")
        pytest.skip("../shared/corpus is not beside this checkout")
    return CORPUS


def read_all(paths):
    days = {"start": "2026-08-01", "end": "2027-02-01", "timezone": "America/New_York"}
    requests = "".join(json.dumps({"path": str(path), **days}) + "\n" for path in paths)
    done = subprocess.run(
        [sys.executable, "manage.py", "read_feed", "--jsonl"],
        input=requests,
        capture_output=True,
        text=True,
        check=True,
        cwd=settings.BASE_DIR,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_file_is_read_without_a_crash_or_a_hang(corpus):
    paths = sorted(path for path in (corpus / "open").rglob("*") if path.is_file())
    answers = read_all(paths)
    assert [answer["path"] for answer in answers] == [str(path) for path in paths]
    given_up = [answer for answer in answers if answer.get("error", "").startswith("reading")]
    assert given_up == []
    assert len(paths) >= 1039


def test_the_oracle_agrees_and_every_miss_is_explained(corpus):
    done = subprocess.run(
        [
            sys.executable,
            str(corpus / "grade.py"),
            "-v",
            "--goal",
            "99",
            "--python",
            sys.executable,
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=settings.BASE_DIR,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    missed = [line.split()[1].rstrip(":") for line in done.stdout.splitlines() if "MISS" in line]
    explained = (settings.BASE_DIR / "docs" / "feeds.md").read_text(encoding="utf-8")
    assert [name for name in missed if name not in explained] == []
