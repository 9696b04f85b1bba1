"""Roles, the staff flag that follows them, and what a role may do in the admin of users."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]

MODERATOR = {
    "dctech.view_reason",
    "events.moderate_event",
    "events.view_category",
    "events.view_event",
    "groups.moderate_group",
    "groups.view_group",
}
EDITOR = MODERATOR | {
    f"{app}.{action}_{model}"
    for app, model in (
        ("events", "event"),
        ("events", "category"),
        ("groups", "group"),
        ("dctech", "reason"),
        ("dctech", "trustedsubmitter"),
    )
    for action in ("add", "change", "delete", "view")
}
ADMIN = EDITOR | {
    "auth.add_user",
    "auth.change_user",
    "auth.delete_user",
    "auth.view_user",
    "auth.view_group",
    "dctech.add_apikey",
    "dctech.change_apikey",
    "dctech.delete_apikey",
    "dctech.view_apikey",
}


def somebody(name, *roles, **more):
    user = User.objects.create_user(name, f"{name}@example.org", **more)
    user.groups.set(Group.objects.filter(name__in=roles))
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize(
    ("role", "granted"), [("Moderator", MODERATOR), ("Editor", EDITOR), ("Admin", ADMIN)]
)
def test_a_role_grants_what_is_listed_and_no_more(role, granted):
    assert somebody("ada", role).get_all_permissions() == granted


def test_migrating_again_makes_no_second_permission():
    before = Permission.objects.count()
    call_command("migrate", verbosity=0)
    assert Permission.objects.count() == before
    assert list(Group.objects.order_by("name").values_list("name", flat=True)) == [
        "Admin",
        "Editor",
        "Moderator",
    ]


def test_whoever_has_a_role_is_staff_until_it_is_taken():
    user, editor = somebody("ada", "Moderator"), Group.objects.get(name="Editor")
    seen = [user.is_staff]
    for change in (
        lambda: user.groups.add(editor),
        lambda: user.groups.remove(editor),
        user.groups.clear,
        lambda: editor.user_set.add(user),
        lambda: editor.user_set.remove(user),
        lambda: editor.user_set.add(user),
        editor.user_set.clear,
    ):
        change()
        seen.append(User.objects.get(pk=user.pk).is_staff)
    assert seen == [True, True, True, False, True, False, True, False]


def test_a_group_that_is_no_role_makes_nobody_staff():
    user = somebody("ada")
    user.groups.add(Group.objects.create(name="Speakers"))
    assert not User.objects.get(pk=user.pk).is_staff


def test_a_superuser_stays_staff_without_a_role():
    user = somebody("root", "Editor", is_superuser=True, is_staff=True)
    user.groups.clear()
    assert User.objects.get(pk=user.pk).is_staff


def form_of(page):
    """Return what a browser would send of a change form as it is."""
    sent = {}
    for field in page.context["adminform"].form:
        value = field.value()
        if field.name in {"date_joined", "last_login"}:
            moment = field.field.prepare_value(value) if value else None
            sent[f"{field.name}_0"] = f"{moment:%Y-%m-%d}" if moment else ""
            sent[f"{field.name}_1"] = f"{moment:%H:%M:%S}" if moment else ""
        elif value is True or value not in {None, False} if not isinstance(value, list) else value:
            sent[field.name] = value
    return sent


def test_an_admin_gives_a_role_and_it_is_in_the_log(client):
    client.force_login(somebody("boss", "Admin"))
    user, role = somebody("ada"), Group.objects.get(name="Moderator")
    address = f"/admin/auth/user/{user.pk}/change/"
    form = form_of(client.get(address)) | {"groups": [role.pk]}
    assert client.post(address, form).status_code == 302
    user.refresh_from_db()
    assert (user.is_staff, list(user.groups.all())) == (True, [role])
    entry = LogEntry.objects.get()
    assert (entry.user.username, entry.object_id) == ("boss", str(user.pk))
    page = client.get("/admin/auth/user/").content.decode()
    assert "Moderator" in page


def test_an_admin_cannot_make_a_superuser(client):
    boss = somebody("boss", "Admin")
    client.force_login(boss)
    address = f"/admin/auth/user/{boss.pk}/change/"
    every = list(Permission.objects.values_list("pk", flat=True))
    forged = {"is_superuser": "on", "user_permissions": every}
    assert client.post(address, form_of(client.get(address)) | forged).status_code == 302
    boss.refresh_from_db()
    assert (boss.is_superuser, boss.user_permissions.count()) == (False, 0)


@pytest.mark.parametrize("page", ["change", "password", "delete"])
def test_an_admin_cannot_touch_a_superuser(client, page):
    root = somebody("root", is_superuser=True, is_staff=True)
    client.force_login(somebody("boss", "Admin"))
    forged = {"username": "mine", "password1": "x", "password2": "x", "post": "yes"}
    answer = client.post(f"/admin/auth/user/{root.pk}/{page}/", forged)
    assert answer.status_code == 403  # and DSQL has no savepoints to look behind it


@pytest.mark.parametrize("role", ["Moderator", "Editor"])
def test_other_roles_see_no_users(client, role):
    client.force_login(somebody("ada", role))
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/auth/user/").status_code == 403
