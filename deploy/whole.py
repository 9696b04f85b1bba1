"""A stage as a whole: its stack, its settings, its function, in the order in which each needs the other."""

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError  # noqa: TID251 - Lambda's
from botocore.session import get_session  # noqa: TID251 - Lambda and API Gateway, on the way there

from deploy import here
from deploy.stack import Stack
from deploy.store import SETTINGS, Store, known

PROXIES = "2"
"""CloudFront and API Gateway."""

NEEDED = ("EMAIL_URL", "DEFAULT_FROM_EMAIL")
"""Settings that follow from nothing else."""

FOR_HOOKS = {
    "STATIC_ASSETS_BUCKET": "StaticBucketName",
    "UPLOADS_BUCKET": "UploadsBucketName",
    "DEAD_LETTER_ARN": "DeadLettersArn",
}
"""Variables that deploy/hooks.py reads, and the stack's outputs that they are."""

Zappa = Callable[..., None]
"""(command, *arguments, **variables): runs one of Zappa's commands for the stage, or exits."""


class Whole:
    def __init__(self, root: Path, stage: str, settings: Mapping[str, Any], zappa: Zappa) -> None:
        """Take the stage's settings of Zappa's, with those that it extends."""
        self._root, self._stage, self._zappa = root, stage, zappa
        self._there = here.as_deployed(stage, settings)
        self._function = self._there["AWS_LAMBDA_FUNCTION_NAME"]
        self._region = self._there["AWS_REGION"]
        self.stack = Stack(f"{self._function}-infrastructure", self._region)
        self.store = Store(self._there["PARAMETERS_PATH"], self._region)

    def up(self, words: Sequence[str]) -> None:
        """Make the stage, or bring it to what the repository says. Safe to repeat, also after a failure."""
        asked = _options(self._stage).parse_args(words)
        template = asked.template.read_text("utf-8") if asked.template else self._template()
        given = {
            "AlarmEmail": asked.alarm_email,
            "DomainName": asked.domain,
            "CertificateArn": asked.certificate,
        }
        stored = self.store.names()
        if missing := [name for name in NEEDED if name not in stored]:
            sys.exit(
                f"First say python -m deploy set {self._stage} {' '.join(missing)}: README.md says how each looks."
            )
        given["OriginSecret"] = secret = self._origin_secret(stored)
        parameters = {name: value for name, value in given.items() if value}
        if not self.stack.exists and "DATABASE_URL" in stored:
            parameters["AccountsIn"] = "other"
        if api := self._api():
            parameters["ApiId"] = api
        _say(f"Infrastructure: {self.stack.name}")
        self.stack.make(template, parameters)
        _say("Settings")
        address = f"https://{asked.domain}" if asked.domain else ""
        changed = self._settle(stored, address, secret)
        _say(f"Function: {self._function}")
        self._zappa("update" if self._deployed() else "deploy", **self._for_zappa())
        if not api:
            _say("What stands before the function")
            self.stack.make(template, {"ApiId": str(self._api())})
            changed += self._settle(self.store.names(), self.stack.outputs["SiteUrl"], secret)
        if changed:
            self.restart()
        self._check()
        _say("Accounts")
        self._zappa("manage", "migrate")
        _say(f"{self.stack.outputs['SiteUrl']} is up.")

    def down(self, words: Sequence[str]) -> None:
        """Take the stage away, but for what holds data."""
        parser = argparse.ArgumentParser(prog=f"python -m deploy down {self._stage}")
        parser.add_argument("-y", "--yes", action="store_true", help="do not ask")
        if not parser.parse_args(words).yes:
            answer = input(f"Take {self._function} away? Tables, media and accounts stay. [y/N] ")
            if answer != "y":
                sys.exit("Nothing was done.")
        if self._deployed():
            self._zappa("undeploy", "--yes", **self._for_zappa())
        self.stack.delete()
        _say("Tables, media, the accounts' database and the settings are still there.")

    def restart(self) -> None:
        """Let the function read its settings anew: a change of its configuration ends what runs."""
        client = self._client("lambda")
        said = f"Settings of {secrets.token_hex(4)}"
        client.update_function_configuration(FunctionName=self._function, Description=said)
        client.get_waiter("function_updated_v2").wait(FunctionName=self._function)

    def put(self, settings: Mapping[str, str]) -> None:
        """Store settings, and let a function that runs already read them; exit with what is wrong with one."""
        with tempfile.TemporaryDirectory() as data:
            self._manage("check", **settings, DATA_DIR=data)
        self.store.put(settings)
        if self._deployed():
            self.restart()

    def _template(self) -> str:
        return self._manage("infrastructure", "--stage", self._stage)

    def _origin_secret(self, stored: set[str]) -> str:
        """Return what the distribution is to show the function: the first of ORIGIN_SECRET, or a new one.

        A new one is stored once the distribution has it: until then the function would refuse everybody.
        """
        if "ORIGIN_SECRET" in stored:
            return self.store.value("ORIGIN_SECRET").partition(",")[0]
        return secrets.token_urlsafe(32)

    def _settle(self, stored: set[str], address: str, origin_secret: str) -> list[str]:
        """Store the settings that follow from the rest, where nobody has set them; return their names."""
        made = self.stack.outputs
        following = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ORIGIN_SECRET": origin_secret,
            "DATABASE_URL": made.get("AccountsDatabaseUrl", ""),
            "MODERATORS_SNS_TOPIC_ARN": made["ModeratorsTopicArn"],
            "TRUSTED_PROXY_COUNT": PROXIES,
            "SITE_URL": address,
            "ALLOWED_HOSTS": urlsplit(address).hostname or "",
        }
        settings = {n: value for n, value in following.items() if value and n not in stored}
        self.store.put(settings)
        if settings:
            sys.stdout.write(f"  set: {', '.join(settings)}\n")
        return list(settings)

    def _for_zappa(self) -> dict[str, str]:
        """Return what Zappa's hooks need to know of the stack."""
        made = self.stack.outputs
        return {variable: made[name] for variable, name in FOR_HOOKS.items() if name in made}

    def _check(self) -> None:
        """Exit with what is wrong with the settings, as the function has them."""
        mend = f"Mend it by python -m deploy set {self._stage} NAME=VALUE, then repeat this."
        self._manage("check", "--deploy", "--fail-level", "WARNING", hint=mend, **self._there)

    def _manage(self, *arguments: str, hint: str = "", **variables: str) -> str:
        """Run a command of manage.py here, with these settings alone; return what it prints, or exit as it does."""
        done = subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "manage.py", *arguments],
            cwd=self._root,
            env=here.environment(os.environ, known(self._root / SETTINGS), variables),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"{done.stderr or done.stdout}\n{hint}".strip())
        return done.stdout

    def _deployed(self) -> bool:
        try:
            self._client("lambda").get_function_configuration(FunctionName=self._function)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            return False
        return True

    def _api(self) -> str | None:
        """Return the id of the HTTP API that Zappa has made; None before the first time."""
        pages = self._client("apigatewayv2").get_paginator("get_apis").paginate()
        names = {each["Name"]: each["ApiId"] for page in pages for each in page["Items"]}
        return names.get(self._function)

    def _client(self, service: str) -> Any:
        return get_session().create_client(service, region_name=self._region)


def _options(stage: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m deploy up {stage}")
    parser.add_argument("--alarm-email", help="who is told of alarms")
    parser.add_argument("--domain", help="the site's own domain")
    parser.add_argument("--certificate", help="ARN of its certificate, of ACM in us-east-1")
    parser.add_argument(
        "--template", type=Path, help="a file instead of what manage.py infrastructure prints"
    )
    return parser


def _say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def merged(settings: Mapping[str, dict[str, Any]], stage: str) -> dict[str, Any]:
    """Return a stage of Zappa's settings, with what it extends beneath it."""
    own = settings[stage]
    return (merged(settings, own["extends"]) if "extends" in own else {}) | own


def stages(root: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((root / "zappa_settings.json").read_text("utf-8"))
    return found
