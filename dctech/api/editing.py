"""Edits by the staff are checked by the admin's own review form: there is no second check."""

from collections.abc import Collection, Mapping
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.forms import Form, modelform_factory

from dctech.api.problems import Problem


def changes_of(
    shown: Any, said: Mapping[str, Any], *, called: Mapping[str, str], fixed: Collection[str] = ()
) -> dict[str, Any]:
    """Return the attributes that an edit sets; raise Problem 422.

    `shown` is the item as the admin has it, `said` field of the form -> value, `called` field of the form -> of the
    body, `fixed` fields that nobody may set of this item.
    """
    if refused := sorted(fixed & said.keys()):
        errors = [(called.get(name, name), "The group's feed sets it.") for name in refused]
        raise Problem(422, errors=errors)
    site = admin.site.get_model_admin(type(shown))
    names = [n for n in flatten_fieldsets(site.fieldsets) if n not in fixed]
    made = modelform_factory(type(shown), form=site.form, fields=names)
    form = made(instance=shown)
    initial = {name: form.get_initial_for_field(form.fields[name], name) for name in names}
    form = made({**initial, **said}, instance=shown)
    for field in form.fields.values():
        field.show_hidden_initial = False  # what is not sent is as it is, not as a page showed it
    if not form.is_valid():
        raise Problem(422, errors=errors_of(form, called))
    changes: dict[str, Any] = form.changes
    return changes


def errors_of(form: Form, called: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return each error of a form, by the field of the body; "" for those of the whole."""
    return [
        ("" if name == "__all__" else called.get(name, name), str(message))
        for name, messages in form.errors.items()
        for message in messages
    ]
