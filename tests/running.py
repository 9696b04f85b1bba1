"""The whole site as a process of its own, as `make run` gives it: its tables, accounts and mails are in one folder."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.conftest import ROOT, free_port

PASSWORD = "zq-lantern-9"
MAKE_STAFF = """
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, User
for name in {names}:
    user = User.objects.create_user(name, name + "@example.org", "{password}")
    user.groups.add(Group.objects.get(name="{role}"))
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
"""


@dataclass(frozen=True, slots=True)
class Site:
    url: str
    folder: Path

    @property
    def mail_folder(self) -> Path:
        return self.folder / "mail"

    @property
    def log(self) -> Path:
        return self.folder / "site.log"

    @property
    def environment(self) -> dict[str, str]:
        """What makes a process use this site's tables and accounts."""
        return _environment(self.folder, self.url)

    def manage(self, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def add_staff(self, role: str, *names: str) -> None:
        """Make accounts that have a role, e-mail addresses `<name>@example.org` and PASSWORD."""
        made = MAKE_STAFF.format(names=names, role=role, password=PASSWORD)
        self.manage("shell", "--verbosity", "0", "-c", made)


@contextmanager
def site(folder: Path) -> Iterator[Site]:
    """Run a site until the `with` block ends."""
    running = Site(f"http://127.0.0.1:{free_port()}", folder)
    with running.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "run", "--port", running.url.rpartition(":")[2]],
            cwd=ROOT,
            env=_environment(folder, running.url),
            stdout=log,
            stderr=log,
        )
    try:
        _wait(process, running.url)
        yield running
    finally:
        process.terminate()
        process.wait()
        running.manage("localdb", "stop")


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    while process.poll() is None:
        try:
            requests.get(f"{url}/about/", timeout=60)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("The site did not start.")


def _environment(folder: Path, url: str) -> dict[str, str]:
    ours = {
        "DATA_DIR",
        "DYNAMODB_ENDPOINT_URL",
        "DATABASE_URL",
        "EMAIL_URL",
        "DJANGO_SETTINGS_MODULE",
    }
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ours and not name.endswith("_TABLE_NAME")
    }
    port = folder / "port"
    if not port.exists():
        folder.mkdir(parents=True, exist_ok=True)
        port.write_text(str(free_port()))
    return kept | {"DATA_DIR": str(folder), "LOCALDB_PORT": port.read_text(), "SITE_URL": url}
