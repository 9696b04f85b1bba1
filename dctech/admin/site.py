from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.html import format_html

MODERATED = ("events", "groups")


def on_site(request: HttpRequest, content_type_id: str, object_id: str) -> HttpResponse:
    """Redirect to an object's public page, as Django does it."""
    from django.contrib.contenttypes.models import ContentType  # noqa: PLC0415 - models load after the site
    from django.contrib.contenttypes.views import shortcut  # noqa: PLC0415 - as above

    known = content_type_id.isdecimal() and ContentType.objects.filter(pk=content_type_id).first()
    model = known.model_class() if known else None
    if model is None or not model._meta.managed:  # noqa: SLF001 - Django's documented name
        raise Http404("It has no page of its own.")
    return shortcut(request, content_type_id, object_id)


class AdminSite(admin.AdminSite):
    """Django's admin under the site's name, whose index counts what waits."""

    site_header = settings.SITE_NAME
    site_title = settings.SITE_NAME
    index_title = "Moderation"

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """List what is moderated first."""
        apps: list[Any] = super().get_app_list(request, app_label)
        return sorted(apps, key=lambda app: app["app_label"] not in MODERATED)

    def get_urls(self) -> list[Any]:
        """Answer 404 for the public page of what is in no database, where Django would ask it."""
        shortcut = path(
            "r/<path:content_type_id>/<path:object_id>/",
            self.admin_view(on_site),
            name="view_on_site",
        )
        return [shortcut, *super().get_urls()]

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show all models; only here are the queues counted, since every page shows the models' names."""
        app_list = self.get_app_list(request)
        for model in (model for app in app_list for model in app["models"]):
            waiting = getattr(self._registry[model["model"]], "waiting", None)
            if waiting and (count := waiting()):
                model["name"] = format_html(
                    '{} <span class="waiting">{} waiting</span>', model["name"], count
                )
        return super().index(request, {"app_list": app_list, **(extra_context or {})})
