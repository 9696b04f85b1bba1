"""Pages about one's account; the provider's callback, whose address it is told once, is in dctech/urls.py."""

from django.urls import include, path

from accounts import views

urlpatterns = [
    path("", views.profile, name="account-profile"),
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
    path("3rdparty/", include("allauth.socialaccount.urls")),
]
