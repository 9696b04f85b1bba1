from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

MODERATED = ("events", "groups")


class AdminSite(admin.AdminSite):
    """Django's admin under the site's name, whose index counts what waits."""

    site_header = settings.SITE_NAME
    site_title = settings.SITE_NAME
    index_title = "Moderation"

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """List what is moderated first."""
        apps: list[Any] = super().get_app_list(request, app_label)
        return sorted(apps, key=lambda app: app["app_label"] not in MODERATED)

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
