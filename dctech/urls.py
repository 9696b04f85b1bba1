from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from events.urls import unprefixed

urlpatterns = [
    path("", include("events.exports.urls")),
    path("", include(unprefixed)),
    path("admin/", admin.site.urls),
    *i18n_patterns(
        path("", include("events.urls")),
        path("", include("groups.urls")),
        prefix_default_language=False,
    ),
]
