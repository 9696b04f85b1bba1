"""People of the staff for tests, by what they may do."""

from django.contrib.auth.models import Permission, User

RIGHTS = {
    "viewer": ("view",),
    "moderator": ("view", "moderate"),
    "editor": ("view", "moderate", "add", "change", "delete"),
    "none": (),
}


def user(name="ada", rights="editor"):
    """Return a member of the staff who may do this to events and groups."""
    made = User.objects.create_user(name, f"{name}@example.org", "secret", is_staff=True)
    for app, kind in (("events", "event"), ("groups", "group")):
        names = [f"{right}_{kind}" for right in RIGHTS[rights]]
        found = Permission.objects.filter(content_type__app_label=app, codename__in=names)
        made.user_permissions.add(*found)
    return made


def browser(client_class, name="ada", rights="editor"):
    """Return a signed-in client."""
    client = client_class()
    client.force_login(user(name, rights), backend="django.contrib.auth.backends.ModelBackend")
    return client
