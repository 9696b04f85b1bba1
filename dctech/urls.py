from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("events.urls")),
    path("", include("events.exports.urls")),
    path("", include("groups.urls")),
    path("admin/", admin.site.urls),
]
