from django.urls import path

from dctech.submissions import status, views
from events.submit import views as event
from groups.submit import views as group

urlpatterns = [
    path("", views.choose, name="submit"),
    path("event/", event.submit, name="submit-event"),
    path("event/<str:signed>/", status.event_status, name="submitted-event"),
    path("event/<str:signed>/edit/", event.edit, name="submitted-event-edit"),
    path("group/", group.submit, name="submit-group"),
    path("group/<str:signed>/", status.group_status, name="submitted-group"),
    path("group/<str:signed>/edit/", group.edit, name="submitted-group-edit"),
]
