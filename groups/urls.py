from django.urls import path

from dctech.freshness import public_page
from groups import views

urlpatterns = [
    path("groups/", public_page(views.groups), name="groups"),
    path("groups/<str:name>/", public_page(views.group), name="group"),
]
