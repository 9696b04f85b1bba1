"""The admin of what is moderated: Django's own views and forms, over an item in DynamoDB."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets, quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.clickjacking import xframe_options_sameorigin

from dctech.admin import queues
from dctech.admin.bulk import Bulk
from dctech.admin.change_list import TAB, QueueChangeList
from dctech.admin.deciding import DECISIONS, Seen, act_of, decide
from dctech.admin.forms import ReviewForm, reasons
from dctech.admin.queues import Queue, queue_of
from dctech.admin.rows import waiting_of
from dctech.admin.wording import changed_since, field_label, said, told
from dctech.moderation import (
    APPROVED,
    REJECTED,
    STATUSES,
    Moderated,
    NothingToUndo,
    Refused,
    Review,
)
from dctech.moderation.reviews import PROPOSED, TRUSTED

Panel = Callable[[HttpRequest, Moderated], dict[str, Any] | None]
SAID = {
    "_approve": "approved",
    "_reject": "rejected",
    "_ask": "sent a question about",
    "_accept": "changed as proposed",
    "_dismiss": "left as it is",
}


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    queue: Queue


def tabs_of(model: type[Moderated]) -> dict[str, Tab]:
    """Return the tabs of a list: the pending ones oldest first, all others newest first."""
    reviews = Queue(partial(waiting_of, model), [f"reviews#{model.KIND}"], ["partition", "sort"])
    return {
        "pending": Tab("Pending", queue_of(model)),
        "review": Tab("To review", reviews),
        "approved": Tab("Approved", queue_of(model, [APPROVED], oldest_first=False)),
        "rejected": Tab("Rejected", queue_of(model, [REJECTED], oldest_first=False)),
        "all": Tab("All", queue_of(model, STATUSES, oldest_first=False)),
    }


class ModeratedAdmin(Bulk, admin.ModelAdmin):
    """One kind of moderated item. The model is unmanaged: it gives names, permissions and form fields."""

    panels: ClassVar[Sequence[Panel]] = ()
    """What is shown below the form: (request, item) -> {"title", "template", "context"}, None for nothing."""
    form = ReviewForm
    change_form_template = "admin/moderated/change_form.html"
    change_list_template = "admin/moderated/change_list.html"
    delete_confirmation_template = "admin/moderated/delete_confirmation.html"
    sortable_by = ()
    list_per_page = queues.PAGE
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    has_preview = False

    class Media:
        css: ClassVar[dict[str, tuple[str, ...]]] = {"all": ("admin-moderation.css",)}
        js = ("admin-moderation.js",)

    @property
    def tabs(self) -> dict[str, Tab]:
        return tabs_of(self.items)

    def waiting(self) -> str:
        return queues.waiting(self.items)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[QueueChangeList]:  # noqa: ARG002 - Django's
        return QueueChangeList

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        shown = list(super().get_list_display(request))
        return [*shown, "why"] if request.GET.get(TAB) == "review" else shown

    @admin.display(description="Why")
    def why(self, obj: Any) -> str:
        proposed = obj.review.why == PROPOSED
        return "A change is proposed" if proposed else "Approved by trust"

    def get_object(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's
        object_id: str,
        from_field: str | None = None,  # noqa: ARG002 - Django's
    ) -> Model | None:
        item = self.items.find(object_id)
        return item and self.model.from_item(item)

    def get_urls(self) -> list[Any]:
        def named(name: str) -> str:
            return f"{self.opts.app_label}_{self.opts.model_name}_{name}"

        wrap = self.admin_site.admin_view
        preview = [
            path("preview/", wrap(self.preview_view), name=named("preview_new")),
            path("<path:object_id>/preview/", wrap(self.preview_view), name=named("preview")),
        ]
        return [*self.batch_urls(), *(preview if self.has_preview else []), *super().get_urls()]

    # Who may do what.

    def has_moderate_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - as its siblings
        name = f"{self.opts.app_label}.moderate_{self.opts.model_name}"
        return bool(request.user.has_perm(name))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let who may only moderate post a decision: all fields are read-only to them, see get_readonly_fields."""
        return self.may_edit(request) or (
            request.method == "POST"
            and obj is not None
            and self._button(request) in DECISIONS
            and self.has_moderate_permission(request)
        )

    def may_edit(self, request: HttpRequest) -> bool:
        return bool(super().has_change_permission(request))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        if obj is None or self.may_edit(request):
            return tuple(super().get_readonly_fields(request, obj))
        return list(flatten_fieldsets(self.get_fieldsets(request, obj)))

    # The review form.

    def get_form(
        self,
        request: HttpRequest,
        obj: Any = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's
        **kwargs: Any,
    ) -> type[ReviewForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = getattr(request, "refusal", None)  # the class is made for this request
        return form  # type: ignore[no-any-return]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show or take the form; what is refused comes back with everything that was typed."""
        deciding = request.method == "POST" and self._button(request) in DECISIONS
        if deciding and not self.has_moderate_permission(request):
            raise PermissionDenied
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refusal:
            request.refusal = refusal
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: ReviewForm, change: bool) -> None:  # noqa: FBT001 - Django's
        if not change:
            obj.pk = self.add(request, form.cleaned_data).key
            return
        item, button = obj.item, self._button(request)
        seen = Seen(request.POST.get("seen_version", ""), request.POST.get("seen_status", ""))
        seen.check(item, form.differences(item) or changed_since(item, seen.version))
        try:
            decide(item, button, request, form.changes)
        except NothingToUndo:
            if button in DECISIONS:
                raise
            request.unchanged = True

    def add(self, request: HttpRequest, values: dict[str, Any]) -> Moderated:
        """Store a new item, approved: staff made it by hand; raise Refused."""
        raise NotImplementedError

    def construct_change_message(
        self,
        request: HttpRequest,
        form: Any,
        formsets: Any,
        add: bool = False,  # noqa: FBT001, FBT002 - Django's
    ) -> Any:
        if said := SAID.get(self._button(request)):
            return f"{said.capitalize()}."
        return super().construct_change_message(request, form, formsets, add)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Go to the next one of the queue after a decision, or where the button says so."""
        button = self._button(request)
        if button not in (*DECISIONS, "_next"):
            return super().response_change(request, obj)
        said = SAID.get(button, "saved")
        self.message_user(request, f"“{obj}”: {said}.", messages.SUCCESS)
        following = queues.next_pending(obj.item)
        if following is None:
            self.message_user(request, "Nothing else is pending.", messages.INFO)
            return redirect(self._address("changelist"))
        return HttpResponseRedirect(self._address("change", quote(following.key)))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], **kwargs: Any
    ) -> HttpResponse:
        obj = kwargs.get("obj")
        context |= {
            "may_edit": self.may_edit(request) if obj else self.has_add_permission(request),
            "may_moderate": self.has_moderate_permission(request),
            "typed": request.POST,
            "has_preview": self.has_preview,
            "preview_url": self._preview_address(obj),
        }
        if obj:
            context |= self._review_context(request, obj.item, context["adminform"].form)
        return super().render_change_form(request, context, **kwargs)

    def _review_context(
        self, request: HttpRequest, item: Moderated, form: ReviewForm
    ) -> dict[str, Any]:
        asked = [panel(request, item) for panel in self.panels]
        refused = getattr(request, "refusal", None)
        return {
            "item": item,
            "seen_version": int(item.version),
            "reasons": reasons(),
            "review": self._review(item),
            "differences": self._compared(request, form, item) if refused else [],
            "panels": [panel for panel in asked if panel],
        }

    def _review(self, item: Moderated) -> dict[str, Any] | None:
        review = Review.of(item.KIND, item.key)
        if review is None:
            return None
        fields = review.fields or {}
        rows = [
            (field_label(item.KIND, name), getattr(item, name, None), fields[name])
            for name in told(fields)
        ]
        trusted = review.why == TRUSTED or review.trusted_at
        return {"seen": review.seen, "trusted": trusted, "rows": rows}

    def _compared(
        self, request: HttpRequest, form: ReviewForm, item: Moderated
    ) -> list[dict[str, Any]]:
        """Compare what the form showed; for whoever may not edit, what history tells."""
        if not form.fields:
            changes = changed_since(item, request.POST.get("seen_version", ""))
            return [
                {"label": label, "seen": said(seen), "theirs": said(theirs), "typed": False}
                for label, (seen, theirs) in changes.items()
            ]
        return [
            {
                "label": form.fields[name].label or name,
                "seen": seen,
                "theirs": theirs,
                "typed": name in form.changed_data,
                "yours": form.cleaned_data.get(name),
            }
            for name, (seen, theirs) in form.differences(item).items()
        ]

    # The page as the public would see it.

    @method_decorator(xframe_options_sameorigin)
    @method_decorator(csp_replace({"frame-ancestors": [SELF]}))
    def preview_view(self, request: HttpRequest, object_id: str | None = None) -> HttpResponse:
        """Show an item's page, with what the form says where that is valid. Nothing is stored."""
        obj = self.get_object(request, unquote(object_id)) if object_id else None
        if not (self.has_view_permission(request) or self.has_add_permission(request)):
            raise PermissionDenied
        if object_id and obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        values: dict[str, Any] = {}
        if request.method == "POST":
            form = self.get_form(request, obj, change=obj is not None)(request.POST, instance=obj)
            form.is_valid()
            values = form.changes if obj else form.cleaned_data
        return self.preview(request, obj.item if obj else None, values)

    def preview(self, request: HttpRequest, item: Any, values: dict[str, Any]) -> HttpResponse:
        """Answer the public page of an item with these values."""
        raise NotImplementedError

    # Deleting.

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name what goes; nothing in the accounts database hangs on it."""
        forbidden = set() if self.has_delete_permission(request) else {self.opts.verbose_name}
        return [str(obj) for obj in objs], {}, forbidden, []

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        obj.item.remove(act_of(request))
        super().log_deletions(request, [obj])

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        """Log when it is deleted, not before."""

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect(self._address("change", object_id))

    def _button(self, request: HttpRequest) -> str:
        return next((name for name in (*DECISIONS, "_next") if name in request.POST), "_save")

    def _preview_address(self, obj: Any) -> str:
        if not self.has_preview:
            return ""
        return self._address("preview", quote(obj.pk)) if obj else self._address("preview_new")
