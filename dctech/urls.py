from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from dctech.freshness import public_page
from dctech.transparency import transparency
from events.urls import unprefixed

urlpatterns = [
    path("", include("events.exports.urls")),
    path("", include(unprefixed)),
    path("admin/", include("dctech.admin.panel_urls")),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.socialaccount.providers.github.urls")),
    *i18n_patterns(
        path("", include("events.urls")),
        path("", include("groups.urls")),
        path("transparency/", public_page(transparency), name="transparency"),
        path("accounts/", include("accounts.urls")),
        path("submit/", include("dctech.submissions.urls")),
        prefix_default_language=False,
    ),
]
