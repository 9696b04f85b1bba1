from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.urls import path, re_path

from dctech.freshness import public_page
from dctech.methods import read_only
from events import embed, searching, sharing, views
from events.browse import matching, places, site, subjects, take_along, times
from events.filters import PARAMETERS

urlpatterns = [
    path("", public_page(views.home), name="home"),
    path("virtual/", public_page(places.virtual), name="virtual"),
    path("week/<str:text>/", public_page(times.week), name="week"),
    path("day/<str:text>/", public_page(times.day), name="day"),
    re_path(r"^(?P<year>[0-9]{4})/(?P<month>[0-9]{1,2})/$", public_page(times.month), name="month"),
    path("locations/", public_page(places.locations), name="locations"),
    path("locations/<str:state>/", public_page(places.region), name="region"),
    path("categories/", public_page(subjects.categories), name="categories"),
    path("categories/<slug:slug>/", public_page(subjects.category), name="category"),
    path("just-added/", public_page(site.just_added), name="just-added"),
    path("feeds/", public_page(take_along.feeds, reads=take_along.PARAMETERS), name="feeds"),
    path("embed/", embed.embed, name="embed"),
    path("about/", public_page(site.about), name="about"),
    path("search/", public_page(searching.search, reads=searching.PARAMETERS), name="search"),
    path("events/", public_page(matching.events, reads=[*PARAMETERS, "from"]), name="events"),
    path("events/<str:event_id>/", public_page(views.event), name="event-short"),
    path("events/<str:event_id>/<slug:slug>/", public_page(views.event), name="event"),
]

unprefixed = [
    path("categories.json", public_page(subjects.categories_json), name="categories-json"),
    re_path(
        r"^newsletter\.(?P<extension>html|txt)$",
        csp_update({"style-src-attr": [UNSAFE_INLINE]})(public_page(take_along.newsletter)),
        name="newsletter",
    ),
    path("edit/submit-event.html", read_only(site.submit_event)),
    path("embed.js", embed.script, name="embed-script"),
    path("robots.txt", read_only(site.robots), name="robots"),
    path("sitemap.xml", public_page(site.sitemap), name="sitemap"),
    path(
        "events/<str:event_id>/card.png", public_page(sharing.card, reads=["v"]), name="event-card"
    ),
]
"""What machines read, and the old site's addresses: one address each, in the site's own language.

A letter has its styles within its HTML, where alone mail programs look for them.
"""
