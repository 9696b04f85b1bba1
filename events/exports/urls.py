from django.urls import path, re_path
from django.views.generic import RedirectView

from dctech.methods import read_only
from events.exports import views

FEED = r"feed\.(?P<extension>ics|xml)$"

urlpatterns = [
    re_path(r"^events\.(?P<extension>ics|rss|atom|json|csv)$", views.events, name="events-export"),
    path("events/<str:event_id>.ics", views.event, name="event-ics"),
    # Addresses of the site before this one.
    path(
        "events-feed.xml",
        read_only(RedirectView.as_view(url="/events.rss", permanent=True)),
    ),
    re_path(rf"^locations/(?P<state>[A-Za-z]{{2}})/{FEED}", views.moved),
    re_path(rf"^categories/(?P<category>[a-z0-9-]{{1,80}})/{FEED}", views.moved),
]
