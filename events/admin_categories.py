"""Categories in Django's admin."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from dctech.admin.plain import PlainAdmin, Stored
from dctech.moderation import Act, Stale
from events import categories
from events import models as stored
from events.views import wall_clock


class Category(Stored):
    """A category as the admin's forms have it."""

    slug = models.CharField(
        primary_key=True,
        max_length=80,
        validators=[RegexValidator(r"^[a-z0-9-]+$", "Small letters, digits and hyphens.")],
        help_text="Its place in addresses and calendars; it stays as it is.",
    )
    name = models.CharField(max_length=100)
    description = models.TextField(max_length=1_000, blank=True, null=True)

    class Meta:
        managed = False
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return str(self.name)

    @classmethod
    def find_item(cls, key: str) -> stored.Category | None:
        return categories.find(key)


class CategoryForm(forms.ModelForm):
    """Knows the version that the page showed."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.item:
            self.initial["seen"] = int(self.instance.item.version)

    def clean(self) -> Any:
        item, seen = self.instance.item, self.cleaned_data.get("seen")
        if item and seen != int(item.version):
            raise ValidationError(f"{Stale({})} It is “{item.name}” now.")
        return super().clean()


@admin.register(Category)
class CategoryAdmin(PlainAdmin):
    form = CategoryForm
    fields = ("name", "slug", "description", "seen")
    list_display = ("name", "slug", "description")
    prepopulated_fields = {"slug": ("name",)}  # noqa: RUF012 - Django's

    def items(self) -> Sequence[stored.Category]:
        return stored.Category.all()

    def store(self, obj: Any, act: Act, form: Any) -> None:  # noqa: ARG002 - the base's
        values = {"name": obj.name, "description": obj.description or None}
        category = obj.item or stored.Category("category", obj.slug)
        categories.store(category, values, act)

    def remove(self, obj: Any, act: Act) -> None:
        categories.remove(obj.item, act)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        names, counts, forbidden, protected = super().get_deleted_objects(objs, request)
        now = wall_clock(timezone.now())
        using = sum(categories.in_use(obj.pk, now) for obj in objs)
        return (
            names,
            {**counts, "upcoming events that have it, and stay": using},
            forbidden,
            protected,
        )
