"""The addresses of the panels' buttons and lists, below admin/."""

from django.contrib import admin
from django.urls import path

from dctech.admin import panel_deletions, panel_history
from events import admin_locks
from groups import admin_feed

staff = admin.site.admin_view

urlpatterns = [
    path("panels/<str:kind>/deleted/", staff(panel_deletions.deletions), name="panel-deletions"),
    path("panels/<str:kind>/<str:key>/revive/", staff(panel_deletions.revive), name="panel-revive"),
    path("panels/<str:kind>/<str:key>/undo/", staff(panel_history.undo), name="panel-undo"),
    path(
        "panels/<str:kind>/<str:key>/restore/", staff(panel_history.restore), name="panel-restore"
    ),
    path("panels/event/<str:key>/unlock/", staff(admin_locks.unlock), name="panel-unlock"),
    path("panels/group/<str:key>/read/", staff(admin_feed.read), name="panel-read"),
    path("panels/group/<str:key>/preview/", staff(admin_feed.preview), name="panel-preview"),
    path("panels/group/<str:key>/clear/", staff(admin_feed.clear), name="panel-clear"),
]
