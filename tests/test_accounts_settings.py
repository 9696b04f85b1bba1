"""Where accounts and e-mails go, as the environment says, and what a deployment is refused for."""

import json
import os
import subprocess
import sys

import botocore.httpsession
import pytest

from tests.conftest import ROOT

AUTHORITIES = botocore.httpsession.DEFAULT_CA_BUNDLE
SHOWN = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS", "SEQUENCE_CACHE_SIZE")
SHOW = """
import json
from dctech import settings as found
names = [name for name in dir(found) if name.startswith("EMAIL_") or name == "DATABASES"]
print(json.dumps({name: getattr(found, name) for name in names}, default=str))
"""


def run(*arguments, tmp_path, **settings):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "dctech.settings", "DATA_DIR": str(tmp_path)}
        | settings,
        capture_output=True,
        text=True,
        check=False,
    )


def read(tmp_path, **settings):
    return json.loads(run("-c", SHOW, tmp_path=tmp_path, **settings).stdout)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgres://ann:p%40ss@db.example.org:5433/city?sslmode=require",
            [
                *("django.db.backends.postgresql", "city", "ann", "p@ss", "db.example.org", 5433),
                *({"sslmode": "require"}, None),
            ],
        ),
        (
            "dsql://admin@abc.dsql.us-east-1.on.aws/postgres",
            [
                *("aurora_dsql_django", "postgres", "admin", "", "abc.dsql.us-east-1.on.aws", ""),
                *({"sslmode": "verify-full", "sslrootcert": AUTHORITIES}, 1),
            ],
        ),
        (
            "dsql://admin@abc.dsql.us-east-1.on.aws/postgres?sslrootcert=system",
            [
                *("aurora_dsql_django", "postgres", "admin", "", "abc.dsql.us-east-1.on.aws", ""),
                *({"sslmode": "verify-full", "sslrootcert": "system"}, 1),
            ],
        ),
    ],
)
def test_the_database_is_what_its_address_says(tmp_path, url, expected):
    found = read(tmp_path, DATABASE_URL=url)["DATABASES"]["default"]
    assert [found.get(name) for name in SHOWN] == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp+tls://ann:p%40ss@mail.example.org", ["smtp", "mail.example.org", 587, True, False]),
        ("smtp+ssl://mail.example.org", ["smtp", "mail.example.org", 465, False, True]),
        ("smtp://127.0.0.1:2525", ["smtp", "127.0.0.1", 2525, False, False]),
        ("file:///var/mail", ["filebased", "", None, False, False]),
        ("console:", ["console", "", None, False, False]),
    ],
)
def test_e_mail_goes_where_its_address_says(tmp_path, url, expected):
    found = read(tmp_path, EMAIL_URL=url)
    names = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS", "EMAIL_USE_SSL")
    backend = found["EMAIL_BACKEND"].split(".")[-2].removesuffix("EmailBackend")
    assert [backend, *(found[name] for name in names)] == expected


def test_a_password_and_a_folder_are_read_from_the_address(tmp_path):
    found = read(tmp_path, EMAIL_URL="smtp+tls://ann:p%40ss@mail.example.org")
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("ann", "p@ss")
    assert read(tmp_path, EMAIL_URL="file:///var/mail")["EMAIL_FILE_PATH"] == "/var/mail"
    assert read(tmp_path)["EMAIL_FILE_PATH"] == f"{tmp_path}/mail"


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("DATABASE_URL", "mysql://ann:hush@db/city"),
        ("DATABASE_URL", "postgres://ann:hush@db:port/city"),
        ("DATABASE_URL", "postgres://ann:hush@db"),
        ("DATABASE_URL", "hush"),
        ("EMAIL_URL", "imap://ann:hush@mail"),
        ("EMAIL_URL", "smtp://ann:hush@mail:port"),
        ("EMAIL_URL", "smtp+tls:hush"),
        ("EMAIL_URL", "file:"),
        ("EMAIL_URL", "hush"),
    ],
)
def test_a_wrong_address_says_how_it_should_look_and_keeps_its_password(tmp_path, name, url):
    done = run("manage.py", "check", tmp_path=tmp_path, **{name: url})
    assert done.returncode == 1
    assert f"{name} must look like " in done.stderr
    assert "hush" not in done.stderr
    assert "Traceback" not in done.stderr


def test_lambda_is_refused_without_a_database_and_a_way_for_e_mail(tmp_path):
    site = {"AWS_LAMBDA_FUNCTION_NAME": "site", "SECRET_KEY": "x" * 50, "GITHUB_CLIENT_ID": "x"}
    done = run("manage.py", "check", tmp_path=tmp_path, **site)
    assert done.returncode == 1
    for number in (1, 2, 3):
        assert f"(accounts.E00{number})" in done.stderr
    site |= {"GITHUB_CLIENT_SECRET": "x", "EMAIL_URL": "smtp+tls://mail.example.org"}
    site |= {"DATABASE_URL": "dsql://admin@abc.dsql.us-east-1.on.aws/postgres"}
    assert run("manage.py", "check", tmp_path=tmp_path, **site).returncode == 0
