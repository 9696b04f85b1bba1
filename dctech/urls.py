from allauth.socialaccount.providers.github.views import oauth2_login
from csp.decorators import csp_update
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from dctech.api.docs import docs
from dctech.freshness import public_page
from dctech.transparency import transparency
from events.urls import unprefixed

# Its form is answered by a redirect to GitHub, which browsers hold to the form's policy.
leads_to_github = csp_update({"form-action": ["https://github.com"]})
github = [
    path("github/login/", leads_to_github(oauth2_login), name="github_login"),
    path("", include("allauth.socialaccount.providers.github.urls")),
]

urlpatterns = [
    path("", include("events.exports.urls")),
    path("", include(unprefixed)),
    path("api/docs", public_page(docs), name="api-docs"),
    path("admin/", include("dctech.admin.panel_urls")),
    path("admin/", admin.site.urls),
    path("accounts/", include(github)),
    *i18n_patterns(
        path("", include("events.urls")),
        path("", include("groups.urls")),
        path("transparency/", public_page(transparency), name="transparency"),
        path("accounts/", include("accounts.urls")),
        path("submit/", include("dctech.submissions.urls")),
        prefix_default_language=False,
    ),
]
