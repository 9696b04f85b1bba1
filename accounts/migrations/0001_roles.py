"""The roles, and the permissions they are made of.

The permissions are on models that DynamoDB holds. Django makes such permissions after all migrations, and finds these.
"""

from django.db import migrations

EVENT, CATEGORY, GROUP = ("events", "event"), ("events", "category"), ("groups", "group")
REASON, TRUSTED = ("dctech", "reason"), ("dctech", "trustedsubmitter")
USER, ROLE = ("auth", "user"), ("auth", "group")
EDIT = ("add", "change", "delete", "view")

MODERATOR = {
    EVENT: ("view", "moderate"),
    GROUP: ("view", "moderate"),
    CATEGORY: ("view",),
    REASON: ("view",),
}
EDITOR = {
    EVENT: (*EDIT, "moderate"),
    GROUP: (*EDIT, "moderate"),
    CATEGORY: EDIT,
    REASON: EDIT,
    TRUSTED: EDIT,
}
ADMIN = {**EDITOR, USER: EDIT, ROLE: ("view",)}


def make_roles(apps, _schema_editor):
    Group = apps.get_model("auth", "Group")
    for name, grants in {"Moderator": MODERATOR, "Editor": EDITOR, "Admin": ADMIN}.items():
        role, _made = Group.objects.get_or_create(name=name)
        role.permissions.add(
            *(
                permission(apps, model, action)
                for model, actions in grants.items()
                for action in actions
            )
        )


def permission(apps, model, action):
    app_label, name = model
    content_type, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=name
    )
    found, _made = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type,
        codename=f"{action}_{name}",
        defaults={"name": f"Can {action} {'trusted submitter' if model == TRUSTED else name}"},
    )
    return found


class Migration(migrations.Migration):
    dependencies = [("auth", "__latest__"), ("contenttypes", "__latest__")]
    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
