"""The package for Lambda, run as Lambda runs it: unpacked, by the runtime interface client, with recorded events."""

import copy
import datetime as dt
import json
import re
import socketserver
import ssl
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import suppress
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from dctech import localdb
from deploy import trim
from tests.conftest import ROOT
from tests.lambda_runtime import Function, Visitor, recorded
from tests.test_fetch import pem

__all__ = ["pem"]

BUILD = ROOT / "build"
ENVIRONMENT = {
    "SITE_URL": "https://events.example.org",
    "ALLOWED_HOSTS": "events.example.org",
    "CLOUDFRONT_DOMAIN": "events.example.org",
    "TRUSTED_PROXY_COUNT": "2",
}
RUNBOOK = "createsuperuser --noinput --username ada --email ada@example.org"
"""What docs/deploy.md has the operator say, who has no terminal there."""

PASSWORD = "zq-correct-horse"
SHOWN = recorded("cloudfront")["headers"]["x-origin-secret"]
SECRETS = {
    "SECRET_KEY": "zq-secret-from-the-parameter-store-of-fifty-letters",
    "ORIGIN_SECRET": f"zq-the-one-that-is-to-replace-the-other-soon,{SHOWN}",
}
RUNTIME = ("awslambdaric", "runtime_client", "simplejson", "snapshot_restore_py")
MEGABYTE = 1_000_000
AT_MOST = 250 * 2**20
"""Lambda's limit of a function, unpacked."""

SECRET = re.compile(
    rb"""(?x) (?<![\w/+]) (?:AKIA|ASIA) [0-9A-Z]{16} (?![\w/+=])
    | -----BEGIN[ ](?:[A-Z]+[ ])?PRIVATE[ ]KEY-----\s+[\w/+=]{16}  # with what follows it: a library names the line
    | gh[opsu]_\w{36}
    | xox[abprs]-[\w-]{10}"""
)


@pytest.fixture(scope="module")
def archive():
    """The zip that `make package` makes."""
    subprocess.run([sys.executable, "-m", "deploy", "package", "prod"], cwd=ROOT, check=True)
    return BUILD / "prod.zip"


@pytest.fixture(scope="module")
def package(archive, tmp_path_factory):
    """The package as Lambda has it: nobody may write there."""
    folder = tmp_path_factory.mktemp("package")
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield folder
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755)


@pytest.fixture(scope="module")
def runtime(archive, tmp_path_factory):
    """What Lambda has beside the package: its runtime interface client."""
    folder = tmp_path_factory.mktemp("runtime")
    tools = max(BUILD.glob("*/made"), key=lambda path: path.stat().st_mtime).parent / "tools"
    for path in tools.glob("lib/python3*/site-packages/*"):
        if path.name.partition(".")[0] in RUNTIME:
            (folder / path.name).symlink_to(path)
    return folder


@pytest.fixture(scope="module")
def function(package, runtime, tmp_path_factory):
    """A function whose tables and accounts are made by its own commands, with the sample city's groups."""
    data = tmp_path_factory.mktemp("lambda")
    with localdb.server_process(data) as url:
        environment = ENVIRONMENT | {"DYNAMODB_ENDPOINT_URL": url, "DATA_DIR": str(data)}
        with Function(package, environment, runtime=runtime, parameters=SECRETS) as running:
            for command in ("create_tables", "migrate --noinput", "load_sample"):
                assert running.invoke({"manage": command}) == {}
            assert running.invoke({"manage": RUNBOOK}) == {}
            yield running


@pytest.fixture(scope="module")
def collected(function):
    """The same, after the schedule's first collection."""
    started = function.invoke(recorded("scheduled"))
    return function, started, function.settle()


@pytest.fixture
def visitor(collected):
    return Visitor(collected[0])


@pytest.fixture(scope="module")
def ada(collected):
    """The superuser, who has chosen a password by mail and signed in."""
    ada = Visitor(collected[0])
    page = ada.get("/accounts/login/")
    assert 'href="/accounts/password/reset/"' in page.text
    page = ada.get("/accounts/password/reset/")
    asked = {"email": "ada@example.org", "csrfmiddlewaretoken": token(page)}
    assert ada.post("/accounts/password/reset/", asked).status == 302
    [mail] = (Path(collected[0].environment["DATA_DIR"]) / "mail").iterdir()
    text = message_from_bytes(mail.read_bytes(), policy=policy.default)
    assert text["To"] == "ada@example.org"
    link = re.search(r"https://events\.example\.org(/\S+)", text.get_body(["plain"]).get_content())
    choose = ada.get(link[1]).headers["location"]
    chosen = {"password1": PASSWORD, "password2": PASSWORD}
    answer = ada.post(choose, chosen | {"csrfmiddlewaretoken": token(ada.get(choose))})
    assert answer.status == 302, answer.text
    page = ada.get("/accounts/login/")
    login = {"login": "ada@example.org", "password": PASSWORD}
    answer = ada.post("/accounts/login/", login | {"csrfmiddlewaretoken": token(page)})
    assert answer.status == 302, answer.text
    assert any("Secure" in cookie for cookie in answer.cookies)
    ada.link = link[1]
    return ada


def token(page):
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]


def test_it_is_small_enough(package, archive, capsys):
    unpacked = sum(path.stat().st_size for path in package.rglob("*") if path.is_file())
    with capsys.disabled():
        zipped = archive.stat().st_size / MEGABYTE
        print(f" {unpacked / MEGABYTE:.0f} MB unpacked, {zipped:.0f} MB zipped ", end="")  # noqa: T201 - the size is to be seen
    assert 50 * MEGABYTE < unpacked < AT_MOST


def test_it_has_no_tests_no_tools_and_no_secrets(package):
    top = {path.name for path in package.iterdir()}
    assert top.isdisjoint(
        {"tests", "docs", "benchmarks", "deploy", ".git", ".localdata", "build", "manage.py"}
        | {"zappa_settings.json", "ministack", "pytest", "moto", "pip", "setuptools", "mypy"}
    )
    assert not (package / "dctech/localdb").exists()
    files = [path for path in package.rglob("*") if path.is_file()]
    ours = ("accounts", "collector", "dctech", "events", "groups", "templates", "staticfiles")
    own = [path for path in files if path.relative_to(package).parts[0] in ours]
    assert [path for path in files if re.match(r"test_|conftest|\.env", path.name)] == []
    assert {path.parent.name for path in files} & {"tests", "testing"} == set()
    assert [path for path in files if SECRET.search(path.read_bytes())] == []
    assert str(ROOT).encode() not in b"".join(path.read_bytes() for path in own)


@pytest.mark.parametrize(
    "kept",
    [
        b'key = "AKIA' + b"ABCDEFGHIJKLMNOP" + b'"',
        b"-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA0",
        b"ghp_" + b"a1" * 18,
        b"xoxb-123456789012-abc",
    ],
)
def test_a_secret_would_be_found(kept):
    assert SECRET.search(kept)


def test_of_botocore_it_has_the_services_that_are_asked(package):
    data = package / "botocore/data"
    assert sorted(path.name for path in data.iterdir() if path.is_dir()) == sorted(trim.SERVICES)


@pytest.fixture
def door(pem):
    """The port of a server that speaks PostgreSQL until its certificate has been looked at."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)

    class Door(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.recv(8)  # SSLRequest
            self.request.sendall(b"S")
            with suppress(OSError):
                context.wrap_socket(self.request, server_side=True).close()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Door) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        yield server.server_address[1]
        server.shutdown()


CONNECT = """
import sys
from pathlib import Path
import psycopg
from aurora_dsql_django.base import _prepare_connection_params as prepared
from dctech.environment import database
options = prepared(database("DATABASE_URL", Path())["OPTIONS"])
more, mine = sys.argv[2:]
Path(mine).write_bytes(Path(options["sslrootcert"]).read_bytes() + Path(more).read_bytes())
for file in (options["sslrootcert"], mine):
    try:
        psycopg.connect(host="127.0.0.1", port=sys.argv[1], **options | {"sslrootcert": file})
    except psycopg.OperationalError as error:
        print(file, "certificate verify failed" in str(error), "root certificate" in str(error))
"""


def test_it_has_the_authorities_that_vouch_for_its_database(package, door, pem, tmp_path):
    """Lambda has no such file where libpq looks. What it is given it reads, and trusts nobody else."""
    mine = tmp_path / "mine.pem"
    done = subprocess.run(
        [sys._base_executable, "-S", "-c", CONNECT, str(door), str(pem), str(mine)],
        env={
            "PYTHONPATH": str(package),
            "DATABASE_URL": "dsql://admin@abc.dsql.us-east-1.on.aws/postgres",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    given = package / "botocore/cacert.pem"
    assert done.stdout.splitlines() == [f"{given} True False", f"{mine} False False"]
    assert b"Amazon Root CA 1" in given.read_bytes()


def test_all_bytecode_is_used_whatever_date_a_file_has(package):
    """Zappa dates files 1980. Flags 1: by hash, and unchecked."""
    sources = [path for path in package.rglob("*.py") if path.stat().st_size]
    tag = sys.implementation.cache_tag
    missing = [
        path.relative_to(package).as_posix()
        for path in sources
        if not (path.parent / f"__pycache__/{path.stem}.{tag}.pyc").exists()
    ]
    assert missing == []
    flags = {path.read_bytes()[4:8] for path in package.rglob(f"*.{tag}.pyc")}
    assert flags == {b"\x01\0\0\0"}


def test_the_schedule_collects_in_shards_that_lambda_invokes(collected):
    _function, started, shards = collected
    assert started == {"feeds": 9, "chains": 1}
    assert shards == 1


def test_pages_answer_with_hashed_static_files_of_the_cdn(visitor):
    page = visitor.get("/")
    assert page.status == 200
    assert re.search(
        r'href="https://events\.example\.org/static/site\.[0-9a-f]{12}\.css"', page.text
    )
    assert page.headers["cache-control"].startswith("public, ")
    assert SHOWN not in page.text
    again = visitor.get("/", if_none_match=page.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def test_who_comes_around_the_distribution_is_refused(collected):
    """There nobody counts requests, and X-Forwarded-For is what a client likes it to be."""
    direct = Visitor(collected[0], template="api_gateway_v2")
    forged = {
        "x_forwarded_for": "198.51.100.1, 192.0.2.1, 203.0.113.7",
        "host": "events.example.org",
    }
    for headers in ({}, forged, {"x_origin_secret": "x"}, {"x_origin_secret": f"{SHOWN},"}):
        page = direct.get("/robots.txt", **headers)
        assert (page.status, page.body) == (403, b"403 Forbidden\n")
        assert page.headers["cache-control"] == "no-store"
    assert direct.post("/submit/event/", {}, x_forwarded_for="198.51.100.1").status == 403


def test_both_secrets_are_taken_while_one_replaces_the_other(visitor):
    for secret in SECRETS["ORIGIN_SECRET"].split(","):
        page = visitor.get("/robots.txt", x_origin_secret=secret)
        assert page.status == 200
        assert "https://events.example.org/sitemap.xml" in page.text


def test_the_stage_that_zappa_makes_is_nobodys(collected):
    """/prod/ of the site leads there as well, beside the limits and the access log of the stage that is meant."""
    page = Visitor(collected[0], stage="prod").get("/robots.txt")
    assert (page.status, page.body) == (404, b"404 Not Found\n")


def test_redirects_lead_to_the_site(visitor):
    answer = visitor.get("/submit/event")
    assert (answer.status, answer.headers["location"]) == (301, "/submit/event/")
    answer = visitor.get("/admin/")
    assert (answer.status, answer.headers["location"].partition("?")[0]) == (
        302,
        "/admin/login/",
    )


def test_the_api_answers_and_has_its_libraries(visitor):
    page = visitor.get("/api/events?limit=1", accept="application/json")
    assert (page.status, page.headers["content-type"]) == (200, "application/json")
    following = json.loads(page.body)["next"]
    after = visitor.get(f"/api/events?limit=1&cursor={following}", accept="application/json")
    [first], [second] = (json.loads(each.body)["events"] for each in (page, after))
    assert first["start"] <= second["start"]
    assert first["event_id"] != second["event_id"]
    refused = visitor.get("/api/admin/stats", accept="*/*")
    assert (refused.status, refused.headers["www-authenticate"]) == (401, 'Bearer realm="api"')
    described = visitor.get("/api/openapi.json", accept="*/*")
    assert json.loads(described.body)["openapi"].startswith("3.1")


def test_images_and_compressed_bodies_survive(visitor):
    listed = visitor.get("/events.json")
    url = listed_address(listed)
    image = visitor.get(f"{url}card.png")
    assert (image.status, image.headers["content-type"]) == (200, "image/png")
    assert image.body.startswith(b"\x89PNG\r\n\x1a\n")
    assert image.body.endswith(b"IEND\xaeB`\x82")


def listed_address(feed):
    return re.search(r"https://events\.example\.org(/events/[0-9a-f]{64}/)", feed.text)[1]


def test_repeated_keys_and_names_that_are_not_ascii_survive(visitor):
    both = visitor.get("/events.json?region=DC&region=VA")
    only = visitor.get("/events.json?region=VA")
    assert both.status == only.status == 200
    assert len(json.loads(both.body)["items"]) > len(json.loads(only.body)["items"]) > 0
    slashed = visitor.get("/events/café")
    assert (slashed.status, slashed.headers["location"]) == (301, "/events/caf%C3%A9/")
    folded = visitor.get("/search/?q=++caf%C3%A9")
    assert (folded.status, folded.headers["location"]) == (301, "/search/?q=cafe")


def test_the_runbooks_superuser_chooses_a_password_by_mail(ada):
    assert ada.get("/admin/").status == 200
    assert ada.get(ada.link).status == 200  # once only: the page says so, and asks for no password
    assert "password1" not in ada.get(ada.link).text


def test_somebody_submits_and_a_moderator_approves(visitor, ada):
    form = visitor.get("/submit/event/")
    assert form.cookies  # the CSRF cookie came through
    time.sleep(3.1)  # a form that is sent sooner was not filled in by a person
    day = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=7)
    sent = {
        "csrfmiddlewaretoken": token(form),
        "begun": re.search(r'name="begun" value="([^"]+)"', form.text)[1],
        "title": "Größe für alle: Ñandú",
        "date": f"{day}",
        "time": "18:30",
        "end_time": "20:00",
        "location_type": "in_person",
        "location": "Town Hall, 1 Main Street",
        "city": "Arlington",
        "region": "VA",
        "url": "https://example.org/zq-größe",
        "submitter_email": "zqsubmitter@example.org",
    }
    answer = visitor.post("/submit/event/", sent)
    assert answer.status == 302, answer.text

    queue = ada.get("/admin/events/event/")
    assert "Größe für alle: Ñandú" in queue.text
    [key] = re.findall(r'name="_selected_action" value="([0-9a-f]{64})"', queue.text)
    chosen = {"action": "approve_selected", "_selected_action": key, "index": "0"}
    act = ada.post("/admin/events/event/", chosen | {"csrfmiddlewaretoken": token(queue)})
    assert act.status == 302, act.text
    batch = ada.get(act.headers["location"])
    run = {"csrfmiddlewaretoken": token(batch)}
    done = ada.post(f"{act.headers['location']}run/", run, accept="application/json")
    assert json.loads(done.body) == {"done": 1, "total": 1, "finished": True}
    time.sleep(1)  # pages ask once a second which version the calendar has
    named = visitor.get(f"/events/{key}/")
    assert named.status == 301
    page = visitor.get(named.headers["location"])
    assert "Größe für alle: Ñandú" in page.text


def test_a_form_from_another_site_is_refused(visitor):
    form = visitor.get("/submit/event/")
    answer = visitor.post(
        "/submit/event/", {"csrfmiddlewaretoken": token(form)}, origin="https://evil.example"
    )
    assert answer.status == 403


def test_what_nobody_answers_is_no_crash(visitor):
    assert visitor.get("/nothing-here/").status == 404
    assert visitor.request("DELETE", "/").status == 405


def test_objects_ask_for_a_collection(collected):
    function = collected[0]
    event = recorded("s3")
    assert function.invoke(event) == ["unknown"]
    named = copy.deepcopy(event)
    named["Records"][0]["s3"]["object"]["key"] = "elsewhere/sample"
    assert function.invoke(named) == []


def test_web_sockets_are_taken(collected):
    assert collected[0].invoke(recorded("websocket")) == {"statusCode": 200}


def test_the_other_schedules_run(collected):
    function = collected[0]
    for name, answer in (("notify", 0), ("upkeep", None)):
        event = recorded("scheduled")
        rule = event["resources"][0].rpartition(".")[0]
        event["resources"] = [f"{rule}.{name}"]
        assert function.invoke(event) == answer


ZAPPAS_OWN = ("Result of zappa.asynchronous.route_lambda_task:", "None")
"""What it prints of an invocation by another one."""


def test_the_log_is_json_with_a_number_each_and_says_nothing_of_visitors(visitor, collected, ada):
    function = collected[0]
    since = next(n for n, line in enumerate(function.log) if line.startswith("{"))
    page = visitor.get(
        "/search/?q=zqquery",
        referer="https://zqreferer.example.org/",
        user_agent="zqagent",
    )
    assert page.status == 200
    link = "/submit/event/zqsecret:zqsigned/"
    assert visitor.get(link).status == 404
    assert visitor.get("/zqnothing/?email=zq@example.org").status == 404
    refused = visitor.request(
        "POST", "/submit/event/", b"a=b", {"referer": "https://zqreferer.example.org/zqsecret/"}
    )
    assert refused.status == 403
    function.invoke(recorded("scheduled"))
    function.result(function.asynchronous[-1])
    lines = logged(function, since)
    others = {line for line in lines if not line.startswith("{")}
    assert others <= set(ZAPPAS_OWN)
    said = [json.loads(line) for line in lines if line.startswith("{")]
    assert [line for line in said if not line.get("request_id")] == []
    assert {line["logger"] for line in said} >= {
        "django.request",
        "django.security.csrf",
        "dctech.observability.requests",
        "dctech.observability.invocations",
        "dctech.observability.runs",
    }
    forwarded = visitor.template["headers"]["x-forwarded-for"].split(", ")
    secrets = [
        ada.link,
        ada.link.strip("/").rpartition("/")[2],
        *SECRETS.values(),
        *PRIVATE,
        *forwarded,
    ]
    text = "".join(function.log)
    assert [secret for secret in secrets if secret in text] == []


PRIVATE = (
    "zqquery",
    "evil.example",
    "zqreferer",
    "zqagent",
    "zqsecret",
    "zqsigned",
    "zqnothing",
    "zq@",
    PASSWORD,
)


def logged(function, since):
    """Return what was logged from a line on, once nothing more comes."""
    while True:
        count = len(function.log)
        time.sleep(0.3)
        if len(function.log) == count:
            return [line.rstrip("\n") for line in function.log[since:]]


def test_nothing_is_written_where_the_package_is(collected, package, archive):
    with zipfile.ZipFile(archive) as packed:
        names = set(packed.namelist())
    found = {path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file()}
    assert found == names
