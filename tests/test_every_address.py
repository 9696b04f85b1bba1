"""What holds for every public address: what it costs, what may be done with it, what a browser may load there."""

import re

import pytest
from django.conf import settings
from django.test import Client

from dctech import freshness
from events.embed import POLICY
from tests import addresses
from tests.test_hidden import fields, noon, shown

__all__ = ["noon", "shown"]

pytestmark = [pytest.mark.usefixtures("tables"), pytest.mark.urls("dctech.urls")]

STRICT = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
OTHERS = {"embed": POLICY, "newsletter": f"{STRICT}; style-src-attr 'unsafe-inline'"}
"""Pages that others frame or send on."""

METHODS = ["POST", "PUT", "PATCH", "DELETE", "TRACE", "FOO"]
ALLOWED = "GET, HEAD, OPTIONS"


@pytest.fixture
def examples(noon, shown):
    """Every public address, and its name."""
    values = fields(noon)
    return {
        example.format_map(values): name
        for name, examples in addresses.public().items()
        for example in examples
    }


def test_a_parameter_that_nobody_reads_costs_nothing(client, examples, dynamodb_calls, monkeypatch):
    monkeypatch.setattr(freshness, "CHECKED", freshness.KEPT)
    monkeypatch.setattr(freshness, "SETTLES", 0)
    costly = set()
    for address, name in examples.items():
        first = client.get(address)
        dynamodb_calls.clear()
        for more in ("utm_source=x", "fbclid=y&gclid=z&utm_source=x", "page%5B%5D=1"):
            again = client.get(f"{address}{'&' if '?' in address else '?'}{more}")
            assert (again.status_code, again.content) == (first.status_code, first.content), address
        costly |= {name} if dynamodb_calls else set()
    assert costly == {"event-short"}  # it is not kept, since a merge may be undone


@pytest.mark.parametrize("method", METHODS)
def test_it_can_only_be_read(examples, method, dynamodb_calls):
    client = Client(enforce_csrf_checks=True)
    dynamodb_calls.clear()
    for address in examples:
        refused = client.generic(method, address, b"a=b", "application/x-www-form-urlencoded")
        assert (refused.status_code, refused["Allow"]) == (405, ALLOWED), address
    assert dynamodb_calls == []


def test_its_options_are_told_without_making_it(client, examples, dynamodb_calls):
    dynamodb_calls.clear()
    for address in examples:
        told = client.options(address)
        assert (told.status_code, told["Allow"], told.content) == (200, ALLOWED, b""), address
    assert dynamodb_calls == []


def test_it_says_what_a_browser_may_do(client, examples):
    for address, name in examples.items():
        first = client.get(address)
        tag = {"if-none-match": first.get("ETag", '""')}
        for answer in (first, client.get(address), client.get(address, headers=tag)):
            policy = OTHERS.get(name, STRICT)
            assert directives(answer["Content-Security-Policy"]) == directives(policy), address
            assert answer["Referrer-Policy"] == "same-origin"
            assert "geolocation=()" in answer["Permissions-Policy"]


def directives(policy):
    return set(policy.split("; "))


def test_a_missing_page_says_so_as_well(client):
    answer = client.get("/nothing/")
    assert answer.status_code == 404
    assert directives(answer["Content-Security-Policy"]) == directives(STRICT)


def test_the_form_that_leads_to_github_may_do_so(client, settings):
    settings.GITHUB_CLIENT_ID = "client"
    allowed = directives(client.get("/accounts/github/login/")["Content-Security-Policy"])
    assert allowed - directives(STRICT) == {"form-action 'self' https://github.com"}


@pytest.mark.parametrize(
    ("asked", "links"),
    [
        ("/es/?utm_source=x", ["/", "/es/", "/"]),
        ("/about/?utm_source=x", ["/about/", "/about/", "/es/about/"]),
        (
            "/events/?utm_source=x&region=VA",
            ["/events/?region=VA", "/events/?region=VA", "/es/events/?region=VA"],
        ),
    ],
)
def test_other_languages_links_say_what_is_read(client, asked, links):
    text = client.get(asked, follow=True).content.decode()
    found = re.findall(r'hreflang="[^"]*" href="([^"]*)"', text)
    assert sorted(link.removeprefix(settings.SITE_URL) for link in found) == sorted(links)
    assert "utm_source" not in text


def test_the_order_of_parameters_makes_no_other_copy(client, shown, dynamodb_calls):
    first = client.get("/events.csv?region=VA&category=data")
    dynamodb_calls.clear()
    assert client.get("/events.csv?category=data&x=1&region=VA").content == first.content
    assert dynamodb_calls == []


def test_a_query_too_long_to_link_to_is_refused(client):
    asked = f"/events/?city={'x' * freshness.LONGEST_QUERY}"
    assert client.get(asked).status_code == 414
    assert client.get(f"/about/?city={'x' * freshness.LONGEST_QUERY}").status_code == 200
