from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.cache import never_cache


@never_cache
@login_required
def profile(request):
    user = request.user
    return render(
        request,
        "account/profile.html",
        {
            "addresses": EmailAddress.objects.filter(user=user).order_by("-primary", "email"),
            "connections": SocialAccount.objects.filter(user=user),
            "providers": get_adapter().list_apps(request),
            "kinds": set(Authenticator.objects.filter(user=user).values_list("type", flat=True)),
        },
    )
