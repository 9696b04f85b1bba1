"""Reason templates in Django's admin."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db import models

from dctech.admin.plain import PlainAdmin, Stored
from dctech.moderation import Act
from dctech.moderation import reasons as stored


class Reason(Stored):
    """A reason as the admin's forms have it."""

    slug = models.SlugField(primary_key=True, max_length=80)
    text = models.TextField(max_length=1_000, help_text="Submitters read it as it stands.")
    for_kind = models.CharField(
        "for",
        max_length=10,
        blank=True,
        null=True,
        choices=[("event", "Events"), ("group", "Groups")],
    )

    attributes = {"slug": "sort"}  # noqa: RUF012 - annotated where it is declared

    class Meta:
        managed = False

    def __str__(self) -> str:
        return str(self.slug)

    @classmethod
    def find_item(cls, key: str) -> stored.Reason | None:
        return stored.Reason.find(key)


@admin.register(Reason)
class ReasonAdmin(PlainAdmin):
    list_display = ("slug", "text", "for_kind")

    def items(self) -> Sequence[stored.Reason]:
        return stored.Reason.all()

    def store(self, obj: Any, act: Act, form: Any) -> None:  # noqa: ARG002 - the base's
        values = {"text": obj.text, "for_kind": obj.for_kind or None}
        stored.Reason(stored.PARTITION, obj.slug, **values).save()
