"""The site's own addresses, and one that fails, to see what a visitor sees of that."""

from django.urls import path

from dctech.urls import urlpatterns as site


def fail(_request):
    raise RuntimeError("This view is to fail.")


urlpatterns = [*site, path("failing/", fail, name="failing")]
