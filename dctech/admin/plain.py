"""The admin of short lists in DynamoDB that nobody moderates: read whole, written at once."""

from collections.abc import Sequence
from typing import Any, ClassVar, Self

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from dctech.admin.deciding import act_of
from dctech.dynamodb import Table
from dctech.moderation import Act, Refused


class Stored(models.Model):
    """What Django's admin sees of an item: names, permissions and form fields; `item` is the one in DynamoDB."""

    item: Any = None
    attributes: ClassVar[dict[str, str]] = {}
    """field -> attribute of the item, where they differ"""

    class Meta:
        abstract = True

    @classmethod
    def from_item(cls, item: Table) -> Self:
        names = {
            field.name: cls.attributes.get(field.name, field.name) for field in cls._meta.fields
        }
        made = cls(**{name: getattr(item, attribute, None) for name, attribute in names.items()})
        made.item, made._state.adding = item, False
        return made

    @classmethod
    def find_item(cls, key: str) -> Any:
        """Return the item with this key; None when there is none."""
        raise NotImplementedError

    def validate_unique(self, exclude: Any = None) -> None:
        """Ask DynamoDB: the accounts database has no such table."""
        name = self._meta.pk.name
        if self._state.adding and name not in (exclude or ()) and self.find_item(self.pk):
            raise ValidationError({name: "There is one with this name already."})


class WholeList(ChangeList):
    """All items on one page."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> list[Any]:  # noqa: ARG002 - Django's
        self.filter_specs: list[Any] = []
        self.clear_all_filters_qs = ""
        self.has_filters = self.has_active_filters = False
        return [self.model.from_item(item) for item in self.model_admin.items()]

    def get_results(self, request: HttpRequest) -> None:  # noqa: ARG002 - Django's
        self.result_list = self.queryset
        self.result_count = self.full_result_count = len(self.queryset)
        self.show_full_result_count = self.show_admin_actions = False
        self.can_show_all = self.multi_page = False
        self.paginator = None


class PlainAdmin(admin.ModelAdmin):
    """One kind of item. What it is called by is fixed when it is made. DynamoDB is written first, the log second."""

    actions = None
    sortable_by = ()

    def items(self) -> Sequence[Table]:
        """Return all items."""
        raise NotImplementedError

    def store(self, obj: Any, act: Act, form: Any) -> None:
        """Write what the form says; raise Refused."""
        raise NotImplementedError

    def remove(self, obj: Any, act: Act) -> None:  # noqa: ARG002 - for those who note who it was
        """Delete an item; raise Refused."""
        obj.item.delete()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:  # noqa: ARG002 - Django's
        return WholeList

    def get_object(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's
        object_id: str,
        from_field: str | None = None,  # noqa: ARG002 - Django's
    ) -> Any:
        item = self.model.find_item(object_id)
        return item and self.model.from_item(item)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        names = tuple(super().get_readonly_fields(request, obj))
        return names if obj is None else (self.opts.pk.name, *names)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: ARG002, FBT001 - Django's
        self.store(obj, act_of(request), form)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.remove(obj, act_of(request))
        super().log_deletions(request, [obj])

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        """Log when it is deleted, not before."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name what goes; nothing in the accounts database hangs on it."""
        forbidden = set() if self.has_delete_permission(request) else {self.opts.verbose_name}
        return [str(obj) for obj in objs], {}, forbidden, []

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect(request.get_full_path())

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().delete_view(request, *args, **kwargs)
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect("admin:index")
