"""The tests of accounts, which run on SQLite with all others, on a PostgreSQL, and on DSQL's engine with one behind it.

DSQL itself is on AWS alone. Of it, what can be known here: its consolidated migrations make the same models, the SQL
that they send passes AWS's own checker, and Django's side of its engine works.
"""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.conftest import ROOT

SUITE = ["tests/test_accounts.py", "tests/test_accounts_roles.py"]
ENGINES = {"postgres": "tests.settings", "dsql": "tests.settings_dsql"}
APPS = ("account", "accounts", "admin", "auth", "contenttypes", "mfa", "sessions", "socialaccount")


@pytest.fixture
def run(postgresql_server):
    """Return a function that runs Python with a fresh database of the given kind."""
    with psycopg.connect(f"postgresql://{postgresql_server}/postgres", autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS city WITH (FORCE)")
        server.execute("DROP DATABASE IF EXISTS test_city WITH (FORCE)")
        server.execute("CREATE DATABASE city")

    def python(kind, *arguments):
        there = {
            "DATABASE_URL": f"{kind}://{postgresql_server}/city",
            "DJANGO_SETTINGS_MODULE": ENGINES[kind],
        }
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=os.environ | there,
            capture_output=True,
            text=True,
            check=False,
        )

    return python


@pytest.mark.parametrize("kind", ENGINES)
def test_the_tests_of_accounts_pass_on_postgresql(run, postgresql_server, kind):
    options = ["-q", "-p", "no:cacheprovider", "--reuse-db", f"--ds={ENGINES[kind]}"]
    done = run(kind, "-m", "pytest", *options, *SUITE)
    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout
    with psycopg.connect(f"postgresql://{postgresql_server}/test_city") as database:
        ran = database.execute(
            "SELECT app, count(*) FROM django_migrations GROUP BY app"
        ).fetchall()
    others = {app: number for app, number in ran if app != "accounts"}
    assert (set(others.values()) == {1}) == (kind == "dsql")  # consolidated there
    assert set(dict(ran)) == set(APPS)


def test_dsql_lacks_no_migration(run):
    done = run("dsql", "manage.py", "makemigrations", "--check", "--dry-run")
    assert (done.returncode, done.stdout) == (0, "No changes detected\n")


def test_what_dsql_is_sent_passes_its_checker(run, tmp_path):
    assert run("dsql", "manage.py", "migrate", "-v0").returncode == 0
    sent = [run("dsql", "manage.py", "sqlmigrate", app, "0001") for app in APPS]
    assert [done.returncode for done in sent] == [0] * len(APPS)
    file = tmp_path / "sent.sql"
    file.write_text("".join(done.stdout for done in sent))
    text = file.read_text()
    assert (text.count("CREATE TABLE"), text.count("CREATE UNIQUE INDEX ASYNC")) == (15, 11)
    assert "WHERE" not in text
    assert [lint(file), lint(stock(tmp_path))] == [0, 1]


def lint(file):
    linter = Path(sys.executable).with_name("dsql-lint")
    return subprocess.run([linter, file], capture_output=True, check=False).returncode


def stock(folder):
    """Return a file with what Django's own migrations would send, for the checker to refuse."""
    file = folder / "stock.sql"
    file.write_text('ALTER TABLE "auth_user" ALTER COLUMN "email" TYPE varchar(254);')
    return file


def test_the_conditions_of_unique_constraints_hold_on_dsql(run):
    assert run("dsql", "manage.py", "migrate", "-v0").returncode == 0
    done = run("dsql", "-c", CONDITIONS)
    assert done.stdout.split() == ["ok", "refused", "ok", "refused", "ok", "refused"], done.stderr


CONDITIONS = """
import django
django.setup()
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db import IntegrityError

ann, bob = (User.objects.create(username=name) for name in ("ann", "bob"))

def address(user, email, **more):
    EmailAddress(user=user, email=email, **more).save()

def key(kind):
    Authenticator(user=ann, type=kind, data={}).save()

address(ann, "a@example.org", verified=True, primary=True)
key("totp")
key("webauthn")
for write in (
    lambda: address(bob, "a@example.org"),
    lambda: EmailAddress.objects.filter(user=bob).update(verified=True),
    lambda: address(ann, "c@example.org"),
    lambda: EmailAddress.objects.filter(email="c@example.org").update(primary=True),
    lambda: key("webauthn"),
    lambda: key("totp"),
):
    try:
        write()
        print("ok")
    except IntegrityError:
        print("refused")
"""
