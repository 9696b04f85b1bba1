from importlib import import_module

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

# One door for all: with its limits, its second factor, and an address that was confirmed.
admin.site.login = secure_admin_login(admin.site.login)

POWERS = ("is_superuser", "user_permissions")
"""What only a superuser may give: whoever could give himself these would have them all."""

# Secrets, and what people manage at /accounts/ themselves. Deleting a user would need the right to each of them.
for name in ("account", "mfa", "socialaccount"):
    import_module(f"allauth.{name}.admin")
admin.site.unregister([Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken, User])


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    list_display = ("username", "email", "roles", "verified", "is_active", "is_superuser")
    list_filter = ("groups", "is_active", "is_superuser")
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "email", "usable_password", "password1", "password2"),
            },
        ),
    )

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups", "emailaddress_set")

    def get_readonly_fields(self, request, obj=None):
        kept = () if request.user.is_superuser else POWERS
        return (*super().get_readonly_fields(request, obj), "is_staff", *kept)  # it follows roles

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and _may_touch(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and _may_touch(request.user, obj)

    @admin.display(description=_("roles"))
    def roles(self, user):
        return ", ".join(sorted(group.name for group in user.groups.all()))

    @admin.display(description=_("e-mail verified"), boolean=True)
    def verified(self, user):
        return any(
            each.verified and each.email == user.email for each in user.emailaddress_set.all()
        )


def _may_touch(staff, user):
    return user is None or staff.is_superuser or not user.is_superuser
