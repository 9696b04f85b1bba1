"""Filters of a queue: by what its index projects."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class AttributeFilter(admin.SimpleListFilter):
    """By the value of one attribute."""

    attribute: str

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Leave it to `test`: there is no QuerySet."""

    def test(self) -> Callable[[Any], bool]:
        """Return what tells whether an item has the chosen value."""
        wanted = self.value()
        return lambda item: str(getattr(item, self.attribute, None) or "") == wanted


class ChosenFilter(AttributeFilter):
    """By a value that a link in the list chooses: listing all there are would read more than the page does."""

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:  # noqa: ARG002
        chosen = request.GET.get(str(self.parameter_name))
        return [(chosen, chosen)] if chosen else []
