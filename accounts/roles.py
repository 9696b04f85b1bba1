"""Roles are Django's groups, which a migration makes; who has one is staff, and nobody else is but by a superuser."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models.signals import m2m_changed
from django.dispatch import receiver

ROLES = ("Moderator", "Editor", "Admin")


@receiver(m2m_changed, sender=User.groups.through)
def staff_follows_roles(
    instance: Any, action: str, *, reverse: bool, pk_set: set[int] | None, **_more: Any
) -> None:
    """Let the staff flag follow the roles, whichever form or command changed them."""
    if action == "pre_clear" and reverse:  # afterwards nobody knows whom it was about
        instance.cleared_users = list(instance.user_set.all())
    if action not in {"post_add", "post_remove", "post_clear"}:
        return
    if not reverse:
        users = [instance]
    elif action == "post_clear":
        users = instance.cleared_users
    else:
        users = list(User.objects.filter(pk__in=pk_set or ()))
    for user in users:
        _mark(user)


def _mark(user: User) -> None:
    staff = user.is_superuser or user.groups.filter(name__in=ROLES).exists()
    if user.is_staff != staff:
        user.is_staff = staff
        user.save(update_fields=["is_staff"])
