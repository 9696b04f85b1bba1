"""Who may make and revoke API keys: a key can do what its scopes say, whoever made it."""

from importlib import import_module

from django.db import migrations

roles = import_module("accounts.migrations.0001_roles")
KEY = ("dctech", "apikey")


def let_admins_make_keys(apps, _schema_editor):
    role = apps.get_model("auth", "Group").objects.get(name="Admin")
    role.permissions.add(*(roles.permission(apps, KEY, action) for action in roles.EDIT))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_roles")]
    operations = [migrations.RunPython(let_admins_make_keys, migrations.RunPython.noop)]
