from django.urls import path

from events import views

urlpatterns = [
    path("", views.home, name="home"),
    path("events/<str:event_id>/", views.event, name="event-short"),
    path("events/<str:event_id>/<slug:slug>/", views.event, name="event"),
]
