"""Chromium's way over pages, and html-validate's: what tests/node/walk.mjs and validate.mjs are asked and answer."""

import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import Any
from urllib.parse import urlsplit

import requests

from tests.conftest import ROOT, missing

NODE = ROOT / "tests/node"
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Visit:
    """One reader at one address. `probe` is an expression, evaluated after `keys` were pressed."""

    address: str
    width: int = 1280
    height: int = 900
    scheme: str = "light"
    script: bool = True
    motion: str = "no-preference"
    media: str = "screen"
    zone: str = "America/New_York"
    axe: bool = False
    keys: Sequence[str] = ()
    probe: str = ""
    shot: str = ""
    session: str = ""
    """The session cookie of somebody who has signed in."""

    def __str__(self) -> str:
        script = "with scripts" if self.script else "without scripts"
        return f"{self.width} px, {self.scheme}, {script}"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a visit found; the lists are empty where nothing is wrong."""

    status: int
    console: list[str]
    errors: list[str]
    foreign: list[str]
    failed: list[str]
    wide: list[str]
    axe: list[dict[str, Any]]
    probe: Any

    @property
    def faults(self) -> dict[str, list[Any]]:
        named = ("console", "errors", "foreign", "failed", "wide", "axe")
        return {name: getattr(self, name) for name in named if getattr(self, name)}


def readers(address: str) -> list[Visit]:
    """Return the eight ways to read a page; axe looks on wherever scripts run, since it is one."""
    page = Visit(address)
    return [
        replace(page, width=width, height=height, scheme=scheme, script=script, axe=script)
        for (width, height), scheme, script in product(
            [(390, 844), (1280, 900)], ["light", "dark"], [True, False]
        )
    ]


def opposites(address: str) -> list[Visit]:
    """Return those who differ most: a light phone, a dark desktop with and without scripts.

    For pages whose like has been read by all eight.
    """
    light_phone, *_others, dark_desktop, without_scripts = readers(address)
    return [light_phone, dark_desktop, without_scripts]


def walk(visits: Sequence[Visit]) -> list[Seen]:
    """Return what each visit found."""
    chromium = shutil.which("chromium")
    if not chromium:
        missing("chromium")
    hosts = {urlsplit(visit.address).netloc for visit in visits}
    job = {
        "chromium": chromium,
        "host": hosts.pop(),
        "workers": WORKERS,
        "visits": [asdict(visit) for visit in visits],
    }
    assert not hosts
    lines = [json.loads(line) for line in _node("walk.mjs", "playwright-core", job).splitlines()]
    found = {line.pop("number"): Seen(**line) for line in lines}
    return [found[number] for number in range(len(visits))]


def validate(pages: Mapping[str, str]) -> dict[str, list[str]]:
    """Return what is wrong with the HTML of each page."""
    return dict(json.loads(_node("validate.mjs", "html-validate", pages)))


def _node(script: str, package: str, job: object) -> bytes:
    if not shutil.which("node") or not (NODE / "node_modules" / package).is_dir():
        missing(f"{package} (npm)")
    command = ["node", str(NODE / script)]
    return subprocess.run(
        command, input=json.dumps(job).encode(), stdout=subprocess.PIPE, check=True
    ).stdout


def sources(addresses: Iterable[str], session: str = "") -> dict[str, str]:
    """Return the pages as they are sent, whatever their status."""
    cookies = {"sessionid": session} if session else {}
    answers = {each: requests.get(each, timeout=60, cookies=cookies) for each in addresses}
    return {address: answer.content.decode() for address, answer in answers.items()}
