"""Every route is walked over: what has a name in the URLconf has an example, or answers no page."""

from django.urls import Resolver404, resolve

from tests.browser import addresses, cities
from tests.make import event


def test_every_route_with_a_name_has_an_example(settings):
    settings.ROOT_URLCONF = "tests.browser.urls"
    events = {kind: event(kind) for kind in [*cities.KINDS, "over"]}
    filled = addresses.fill(cities.today(), events)
    walked = {resolved(name.format(**filled).partition("?")[0]) for name in addresses.PAGES}
    assert walked - {None} == (
        set(addresses.route_names()) - addresses.MACHINES - addresses.LEAD_ELSEWHERE
    )


def resolved(path):
    try:
        return resolve(path).url_name
    except Resolver404:
        return None
