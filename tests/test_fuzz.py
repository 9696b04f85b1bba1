"""A thousand odd requests to every public address: each is answered, and nothing typed comes back as markup."""

import csv
import datetime as dt
import io
import json
import os
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from events.exports.table import FORMULA
from events.models import Category
from tests import addresses, make
from tests.test_hidden import fields

pytestmark = [pytest.mark.usefixtures("tables"), pytest.mark.urls("dctech.urls")]

ANSWERS = {200, 301, 400, 404, 414}
"""414: a query too long to be said in links."""

MARK = "<x\"'&>"
"""As markup it would be an element, the end of an attribute in either quotes, and a broken entity."""
RAW = ("<x", "x\"'", "\"'&>")

NAMES = (
    "region",
    "city",
    "category",
    "group",
    "kind",
    "free",
    "weekday",
    "time",
    "q",
    "not",
    "from",
    "page",
    "start_date",
    "end_date",
    "limit",
    "theme",
    "utm_source",
    "next",
    "__proto__",
)
ODD = (
    "VA",
    "va,MD",
    "1",
    "virtual",
    "mon,sun",
    "evening",
    "data",
    "pythons",
    "2026-09-01",
    "2199-12-31",
    "2026-02-30",
    "0000-00-00",
    "light",
    "50",
    "51",
    "-1",
    "1e309",
    "9" * 400,
    "\u0663",
    "NaN",
    "\0",
    "a\0b",
    "\r\nSet-Cookie: a=b",
    "\u2028",
    "\u202e",
    "\ufffe",
    "\U0010ffff",
    ",",
    ",,,",
    " ",
    "=1+1",
    "@SUM(A1)",
    "' OR '1'='1",
    "../../etc/passwd",
    "{{ 7 }}{% now %}",
    "%s%n%(x)s",
    "%",
    "\\",
    "javascript:alert(1)",
    "</script><script>",
    "]]>",
    "\u0130\u00df",
    "e\u0301" * 50,
    "x" * 5_000,
    MARK,
)
BROKEN = (
    b"%",
    b"%zz",
    b"%ff%fe",
    b"\xff\xfe",
    b"%u0041",
    b"%ed%a0%80",
    b"&&&=;",
    b"=",
    b"?",
    b"+",
    b"%00",
)

VALUES = st.one_of(
    st.sampled_from(ODD), st.text(max_size=20), st.text(max_size=8).map(MARK.__add__)
)
PAIRS = st.tuples(st.one_of(st.sampled_from(NAMES), st.text(max_size=8)), VALUES)
QUERIES = st.one_of(
    st.lists(PAIRS, max_size=6).map(
        lambda pairs: b"&".join(b"=".join(map(_sent, p)) for p in pairs)
    ),
    st.lists(st.one_of(st.sampled_from(BROKEN), st.binary(max_size=20)), max_size=6).map(b"".join),
    st.sampled_from(NAMES).map(lambda name: b"&".join([name.encode() + b"=1"] * 1_100)),
)


def _sent(text):
    """Return a text as a browser would send it, lone surrogates and all."""
    kept = b"abcdefghijklmnopqrstuvwxyz"
    raw = text.encode("utf-8", "surrogatepass")
    return b"".join(bytes([byte]) if byte in kept else b"%%%02X" % byte for byte in raw)


ENDS = st.sampled_from((*BROKEN, MARK.encode(), b"//", b"x"))


@st.composite
def paths(draw):
    """Draw the name of an address, and a path of its kind: as it should be, or with an odd piece or more of them."""
    name = draw(st.sampled_from(sorted(addresses.EXAMPLES)))
    example = draw(st.sampled_from(addresses.public()[name])).partition("?")[0]
    odd = draw(st.dictionaries(st.sampled_from(sorted(FIELDS)), VALUES, max_size=2))
    path = example.format_map(FIELDS | odd).encode("utf-8", "surrogatepass")
    return name, path + draw(st.one_of(st.just(b""), st.just(b""), ENDS))


FIELDS = fields(dt.datetime(2036, 9, 1, 12))


@pytest.fixture
def data(tables):
    noon = timezone.now().astimezone(settings.SITE_ZONE).replace(tzinfo=None, hour=12, minute=0)
    Category("category", "data", name="Data").save()
    make.group().save()
    more = {"categories": ["data"], "location_type": "hybrid", "event_id": "open"}
    make.event("Open evening", noon.replace(second=0) + dt.timedelta(days=1), **more).create()
    make.event("Over", dt.datetime(2026, 1, 5, 18), event_id="over").create()


@hypothesis(
    max_examples=1_000,
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(address=paths(), query=QUERIES)
def test_every_address_answers_whatever_is_asked(client, data, address, query):
    name, path = address
    response = client.get(
        "/", PATH_INFO=path.decode("latin-1"), QUERY_STRING=query.decode("latin-1")
    )
    if name != "event-card" or response.status_code != 302:
        assert response.status_code in ANSWERS, (name, response.status_code)
    assert not response.has_header("Set-Cookie")
    if response.status_code == 301:
        follows(client, response.url, name)
    elif response.content:
        harmless(response)


def follows(client, url, name):
    """A redirect stays on the site, and there is an end to it."""
    for _hop in range(4):
        assert url.startswith("/"), name
        assert not url.startswith("//"), name
        response = client.get(url)
        if response.status_code != 301:
            assert response.status_code in ANSWERS | {410}, (name, url)
            return
        url = response.url
    pytest.fail(f"{name} is redirected for ever, to {url}")


def harmless(response):
    """What was typed is text in every format, by the format's own rules."""
    kind = response["Content-Type"].partition(";")[0]
    assert response["X-Content-Type-Options"] == "nosniff"
    if kind == "text/html":
        text = response.content.decode()
        assert [raw for raw in RAW if raw in text] == []
        reader = Elements()
        reader.feed(text)
        assert "x" not in reader.names
        assert reader.scripts <= {"application/ld+json", None}
    elif kind in {"application/rss+xml", "application/atom+xml", "application/xml"}:
        assert all(element.tag != "x" for element in ET.fromstring(response.content).iter())  # noqa: S314
    elif kind.endswith("json"):
        json.loads(response.content)
    elif kind == "text/csv":
        rows = csv.reader(io.StringIO(response.content.decode(), newline=""))
        assert not any(cell.startswith(FORMULA) for row in rows for cell in row)
    elif kind == "text/calendar":
        lines = response.content.split(b"\r\n")
        assert all(line.isascii() or line.decode() for line in lines)
        assert not any(b"\n" in line or b"\r" in line for line in lines)
    else:
        assert kind in {"text/plain", "text/javascript", "image/png"}


class Elements(HTMLParser):
    """The elements of a page, and the types of its scripts that are no files."""

    def __init__(self):
        super().__init__()
        self.names = set()
        self.scripts = set()

    def handle_starttag(self, tag, attributes):
        self.names.add(tag)
        if tag == "script" and "src" not in dict(attributes):
            self.scripts.add(dict(attributes).get("type", ""))
