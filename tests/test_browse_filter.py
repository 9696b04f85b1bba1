"""The filter's page: what it lists, how it answers nonsense."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from tests import make
from tests.test_pages import DAY, now, page, titles

__all__ = ["now"]

pytestmark = [pytest.mark.usefixtures("tables"), pytest.mark.urls("dctech.urls")]

ANSWERS = {200, 301, 400, 404}
ECHO = "<script>alert('7')</script>"
FIELDS = [
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
    "page",
    "x",
]
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["VA", "md", "1", "virtual", "mon,tue", "evening", ECHO, "\0", ",", "\ud800"]),
    st.text(max_size=10).map(lambda text: text + ECHO),
)
FUZZ = hypothesis(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def test_it_lists_what_matches(client, now):
    make.event("Free here", now + DAY, cost="Free").create()
    make.event("Paid here", now + DAY, cost="$20").create()
    make.event("Free there", now + DAY, cost="Free", region="MD").create()
    make.event("Far off", now + 181 * DAY, cost="Free").create()
    assert titles(page(client, "/events/?region=VA&free=1")) == ["Free here"]
    assert titles(page(client, "/events/?q=here&not=paid+there")) == ["Free here"]
    html = page(client, "/events/?city=Nowhere")
    assert "Nothing matches" in html
    assert '<details class="filter" open>' in html


def test_the_form_shows_what_is_chosen(client):
    html = page(client, "/events/?region=VA&free=1&weekday=thu&time=evening&q=python")
    for name, value in {"region": "VA", "free": "1", "weekday": "thu", "time": "evening"}.items():
        assert f'name="{name}" value="{value}" checked' in html
    assert html.count(" checked") == 5  # and both kinds
    assert 'name="q" value="python"' in html


def test_a_filled_in_form_leads_to_the_short_address(client):
    sent = "/events/?region=MD&region=DC&kind=&city=&q=Rust&not="
    moved = client.get(sent)
    assert (moved.status_code, moved.url) == (301, "/events/?region=DC,MD&q=rust")
    assert client.get("/events/?region=DC%2CMD&q=rust").status_code == 200
    assert client.get("/events/?kind=").url == "/events/"


def test_the_same_filter_leads_to_its_channels(client):
    html = page(client, "/events/?region=VA&free=1")
    for extension in ("ics", "rss", "atom", "json", "csv"):
        assert f'href="/events.{extension}?region=VA&amp;free=1"' in html


def test_a_filter_that_is_none_says_how_to_mend_it(client):
    html = page(client, "/events/?weekday=someday", 400)
    assert "There is no weekday &#x27;someday&#x27;; there are mon, tue, wed" in html
    assert 'name="weekday" value="mon"' in html


@FUZZ
@given(query=st.lists(st.tuples(st.sampled_from(FIELDS), VALUES), max_size=5))
def test_any_query_is_answered_and_never_echoed_raw(client, query):
    sent = [(name, value.encode("utf-8", "surrogatepass")) for name, value in query]
    address = "/events/"
    for _hop in range(4):
        response = client.get(address, sent if address == "/events/" else None)
        assert response.status_code in ANSWERS
        assert ECHO.encode() not in response.content
        if response.status_code != 301:
            return
        address, sent = response.url, None
    pytest.fail(f"{query!r} is redirected for ever")


@FUZZ
@given(st.binary(max_size=60))
def test_any_bytes_for_a_query_are_answered(client, query):
    assert client.get("/events/", QUERY_STRING=query.decode("latin-1")).status_code in ANSWERS


ADDRESSES = st.one_of(
    st.builds("/week/{}/".format, st.text(max_size=12)),
    st.builds("/day/{}/".format, st.text(max_size=12)),
    st.builds("/week/{:04}-W{:02}/".format, st.integers(0, 9999), st.integers(0, 99)),
    st.builds("/day/{:04}-{:02}-{:02}/".format, *[st.integers(0, 9999), *[st.integers(0, 40)] * 2]),
    st.builds("/{:04}/{}/".format, st.integers(0, 9999), st.integers(0, 99)),
    st.builds("/locations/{}/".format, st.text(max_size=12)),
    st.just(f"/week/{ECHO}/"),
)


@FUZZ
@given(ADDRESSES)
def test_any_period_is_answered(client, address):
    response = client.get(address.encode("utf-8", "replace").decode())
    assert response.status_code in ANSWERS
    assert ECHO.encode() not in response.content
