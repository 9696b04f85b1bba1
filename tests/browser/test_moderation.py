"""Submissions from form to calendar in a real browser, on a site that runs as `make run` runs it."""

import json
import shutil
import subprocess
import threading
import time
from dataclasses import replace

import pytest
import requests

from tests import running
from tests.browser import cities
from tests.browser.walk import NODE, Visit, readers, sources, validate, walk
from tests.conftest import missing
from tests.test_admin_review import Fields

TITLE = "Zq Lanterns for Gardeners"


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """A running site with moderators called mo and kim."""
    with running.site(tmp_path_factory.mktemp("site")) as site:
        site.add_staff("Moderator", "mo", "kim")
        yield site


def test_from_a_form_to_the_calendar_and_off_it_again(alone):
    chromium = shutil.which("chromium") or missing("chromium")
    if not (NODE / "node_modules/playwright-core").is_dir():
        missing("playwright-core (npm)")
    job = {
        "chromium": chromium,
        "site": alone.url,
        "mails": str(alone.mail_folder),
        "email": "zqsubmitter@example.org",
        "password": running.PASSWORD,
        "title": TITLE,
        "date": (cities.today() + 3 * cities.DAY).isoformat(),
    }
    done = subprocess.run(
        ["node", str(NODE / "moderation.mjs")],
        input=json.dumps(job),
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.stderr == ""
    seen = json.loads(done.stdout)
    assert seen.pop("link").startswith(f"{alone.url}/submit/event/")
    everywhere = dict.fromkeys(["/", "/events.ics", "/events.rss"], True)
    nowhere = dict.fromkeys(everywhere, False)
    assert seen == {
        "errors": [],
        "submitted": "It has arrived, and is waiting for a moderator to look at it.",
        "receipt": True,
        "waiting": ["1 waiting"],
        "preview": TITLE,
        "approved": f"“{TITLE}”: approved.\nNothing else is pending.",
        "listed": everywhere,
        "published": f"It is published: {TITLE}",
        "publishedMail": True,
        "undone": "Taken back: “approved” by mo.",
        "gone": nowhere,
        "pending": "It has arrived, and is waiting for a moderator to look at it.",
        "rejected": f"“{TITLE}”: rejected.\nNothing else is pending.",
        "why": "It was not published. The reason: Not about <technology>",
        "whyMail": True,
        "still": nowhere,
    }


class Person:
    """Somebody with a browser that keeps cookies and runs no scripts."""

    def __init__(self, site):
        self.site, self.session = site, requests.Session()

    def get(self, path):
        return self.session.get(f"{self.site.url}{path}", timeout=60)

    def send(self, path, **typed):
        """Send the form of a page with what was typed into it."""
        shown = Fields()
        shown.feed(self.get(path).text)
        return self.post(path, {**shown.values, **typed})

    def post(self, path, data):
        return self.session.post(f"{self.site.url}{path}", data, timeout=60, allow_redirects=False)

    def sign_in(self, name):
        answer = self.send(
            "/accounts/login/", login=f"{name}@example.org", password=running.PASSWORD
        )
        assert answer.status_code == 302
        return self


@pytest.fixture(scope="module")
def mo(alone):
    return Person(alone).sign_in("mo")


@pytest.fixture(scope="module")
def kim(alone):
    return Person(alone).sign_in("kim")


@pytest.fixture(scope="module")
def submitted(alone):
    """The paths of the private pages of five submissions."""
    somebody = Person(alone)
    shown = Fields()
    shown.feed(somebody.get("/submit/event/").text)
    time.sleep(3.1)  # nobody fills a form in within three seconds
    answers = [
        somebody.post("/submit/event/", {**shown.values, **typed(number), "confirmed": "1"})
        for number in range(5)
    ]
    assert {answer.status_code for answer in answers} == {302}
    return [answer.headers["Location"] for answer in answers]


def typed(number):
    return {
        "title": f"Number {number} of five",
        "date": (cities.today() + (4 + number) * cities.DAY).isoformat(),
        "time": "18:30",
        "location_type": "in_person",
        "location": "Town Hall, 1 Main Street",
        "city": "Arlington",
        "region": "VA",
        "description": "Bring **seeds**.",
        "submitter_email": "zqsubmitter@example.org",
    }


def review(private):
    """Return the path of a submission's review page."""
    return f"/admin/events/event/{private.split('/')[3].partition('.')[0]}/change/"


def test_of_two_who_decide_at_once_one_is_told_of_the_other(mo, kim, submitted):
    for private in submitted[1:]:
        answers = at_once(review(private), (mo, "_approve"), (kim, "_reject"))
        assert sorted(answer.status_code for answer in answers.values()) == [200, 302]
        won = min(answers, key=lambda button: -answers[button].status_code)
        lost = next(answer for answer in answers.values() if answer.status_code == 200)
        told = {"_approve": "It was approved by mo at", "_reject": "It was rejected by kim at"}
        assert told[won] in lost.text
        history = mo.get(review(private)).text
        assert history.count("<td>mo</td>") + history.count("<td>kim</td>") == 1


def at_once(path, *presses):
    """Let people press buttons of one page at the same moment; return button -> answer."""
    ready, answers = threading.Barrier(len(presses)), {}

    def press(person, button):
        shown = Fields()
        shown.feed(person.get(path).text)
        data = {**shown.values, button: "1", "reason": "Because"}
        ready.wait()
        answers[button] = person.post(path, data)

    workers = [threading.Thread(target=press, args=each) for each in presses]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return answers


OPEN = (
    "/submit/",
    "/submit/event/",
    "/submit/group/",
    "{private}",
    "{private}edit/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/transparency/",
    "/es/submit/event/",
)
DJANGOS_OWN = {
    "no-redundant-for",  # labels around radio buttons and checkboxes
    "no-implicit-button-type",  # the admin's switch between light and dark
    "prefer-tbody",
    "prefer-button",
    "prefer-native-element",
    "wcag/h63",  # the admin's tables and fieldsets
    "wcag/h71",
}
"""Rules that markup of Django's, which is not ours to write, does not follow."""
SIGNED_IN = ("/accounts/", "/accounts/email/", "/accounts/2fa/", "/accounts/password/change/")
STAFF = ("/admin/", "/admin/events/event/?tab=all", "/admin/events/event/batches/", "{review}")


@pytest.fixture(scope="module")
def found(alone, mo, submitted):
    """Return what is at each address: (what is wrong with its HTML, [(visit, what was seen)])."""
    session = mo.session.cookies["sessionid"]
    known = {"private": submitted[0], "review": review(submitted[0])}
    visits, html = {}, {}
    for names, cookie in ((OPEN, ""), (SIGNED_IN + STAFF, session)):
        whole = {name: alone.url + name.format(**known) for name in names}
        pages = validate(sources(whole.values(), cookie))
        for name, address in whole.items():
            ways = [*readers(address), Visit(address)]
            visits[name] = [replace(visit, session=cookie) for visit in ways]
            html[name] = pages[address]
    seen = iter(walk([visit for each in visits.values() for visit in each]))
    return {
        name: (html[name], [(visit, next(seen)) for visit in each]) for name, each in visits.items()
    }


@pytest.mark.parametrize("name", [*OPEN, *SIGNED_IN, *STAFF])
def test_a_page_is_right_for_every_reader(found, name):
    """In the review page's sandboxed preview axe fails on the policy; so one visit of each page is without axe."""
    _html, visits = found[name]
    assert {seen.status for _visit, seen in visits} == {200}
    faults = [
        (str(visit), kind, fault)
        for visit, seen in visits
        for kind, found_here in seen.faults.items()
        for fault in found_here
        if not (name == "{review}" and visit.axe and kind == "console")
    ]
    assert faults == []


@pytest.mark.parametrize("name", [*OPEN, *SIGNED_IN, *STAFF])
def test_a_page_is_valid_html(found, name):
    html, _visits = found[name]
    assert [fault for fault in html if fault.split()[1].rstrip(":") not in DJANGOS_OWN] == []
