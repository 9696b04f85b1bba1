"""Bulk acts in the admin: an action begins one, its page runs it in slices and can take it back."""

import time
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from dctech.admin.change_list import Rows
from dctech.admin.deciding import act_of, reason_in, tell
from dctech.admin.forms import BulkForm
from dctech.moderation import Batch, Moderated, NothingToUndo

SLICE_SECONDS = 3.0
"""How long one request works on a bulk act: well below what a gateway waits for."""

SEEN = "_seen[]"
"""The field by which each row of a list says which version it shows."""

LISTED = 100
"""Items named on a confirmation."""

NEEDS = {"approved": "moderate", "rejected": "moderate", "deleted": "delete", "undone": "moderate"}
"""What one must be allowed to run or take back a bulk act."""


class Bulk(admin.ModelAdmin):
    """The part of an admin that acts on many rows."""

    items: ClassVar[type[Moderated]]
    action_form = BulkForm
    actions: ClassVar[tuple[str, ...]] = ("approve_selected", "reject_selected", "delete_selected")

    def batch_urls(self) -> list[Any]:
        prefix = f"{self.opts.app_label}_{self.opts.model_name}"
        wrap = self.admin_site.admin_view
        return [
            path("batches/", wrap(self.batches_view), name=f"{prefix}_batches"),
            path("batches/<str:name>/", wrap(self.batch_view), name=f"{prefix}_batch"),
            path(
                "batches/<str:name>/run/", wrap(require_POST(self.run_view)), name=f"{prefix}_run"
            ),
            path(
                "batches/<str:name>/undo/",
                wrap(require_POST(self.undo_view)),
                name=f"{prefix}_undo",
            ),
        ]

    def action_checkbox(self, obj: Any) -> Any:
        """Return a row's checkbox, with the version that the row shows."""
        box = super().action_checkbox(obj)
        if (item := getattr(obj, "item", None)) is None:
            return box
        said = f"{int(item.version)} {obj.pk}"
        return format_html('{}<input type="hidden" name="{}" value="{}">', box, SEEN, said)

    @admin.action(description="Approve", permissions=["moderate"])
    def approve_selected(self, request: HttpRequest, rows: Rows) -> HttpResponse | None:
        return self._begin(request, rows, "approved")

    @admin.action(description="Reject", permissions=["moderate"])
    def reject_selected(self, request: HttpRequest, rows: Rows) -> HttpResponse | None:
        if not reason_in(request):
            self.message_user(request, "Say why: choose a reason or write one.", messages.ERROR)
            return None
        return self._begin(request, rows, "rejected")

    @admin.action(description="Delete", permissions=["delete"])
    def delete_selected(self, request: HttpRequest, rows: Rows) -> HttpResponse | None:
        if "confirmed" in request.POST:
            return self._begin(request, rows, "deleted")
        context = {
            **self.admin_site.each_context(request),
            "title": "Delete",
            "opts": self.opts,
            "rows": rows,
            "reason": reason_in(request),
            "seen": request.POST.getlist(SEEN),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/moderated/delete_selected.html", context)

    def batches_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        kind = self.items.KIND
        context = {"batches": [each for each in Batch.recent(100) if each.kind == kind]}
        return self._page(
            request, "batches", f"Bulk acts on {self.opts.verbose_name_plural}", context
        )

    def batch_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Show how far a bulk act has come; it goes on by POSTs to `run`."""
        batch = self._batch(request, name, "view")
        context = {
            "batch": batch,
            "refused": (batch.refused or {}).items(),
            "may_run": self._may(request, batch),
        }
        return self._page(request, "batch", f"Bulk act: {_titled(batch)}", context)

    def run_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Work on a bulk act for some seconds."""
        batch = self._batch(request, name)
        if not batch.finished:
            self._run(request, batch)
        if "application/json" in request.headers.get("Accept", ""):
            figures = {"done": int(batch.done), "total": int(batch.total)}
            return JsonResponse({**figures, "finished": batch.finished})
        return redirect(self._address("batch", name))

    def undo_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Begin to take all of a bulk act back."""
        batch = self._batch(request, name)
        try:
            undoing = batch.undo(act_of(request))
        except NothingToUndo as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect(self._address("batch", name))
        return redirect(self._address("batch", undoing.sort))

    def _begin(self, request: HttpRequest, rows: Rows, action: str) -> HttpResponse | None:
        keys = rows.keys
        act = act_of(request, reason_in(request) if action != "approved" else None)
        try:
            batch = Batch.begin(self.items.KIND, action, keys, act, versions=_seen(request))
        except ValueError as error:
            self.message_user(request, str(error), messages.ERROR)
            return None
        return redirect(self._address("batch", batch.sort))

    def _run(self, request: HttpRequest, batch: Batch) -> None:
        ends = time.monotonic() + SLICE_SECONDS
        batch.run(timezone.now(), go_on=lambda: time.monotonic() < ends, tell=tell)
        if batch.finished:
            LogEntry.objects.create(
                user_id=request.user.pk,
                content_type=ContentType.objects.get_for_model(self.model),
                object_repr=_titled(batch),
                action_flag=DELETION if batch.action == "deleted" else CHANGE,
                change_message=f"Bulk act {batch.sort}",
            )

    def _batch(self, request: HttpRequest, name: str, needs: str | None = None) -> Batch:
        """Return a bulk act on items of this kind, if the user may look at it, or run it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        batch = Batch.find(name)
        if batch is None or batch.kind != self.items.KIND:
            raise Http404("There is no such bulk act, or not any more.")
        if needs != "view" and not self._may(request, batch):
            raise PermissionDenied
        return batch

    def _may(self, request: HttpRequest, batch: Batch) -> bool:
        """Tell whether a user may run a bulk act; taking a deletion back needs what deleting needs."""
        undone = Batch.find(batch.undoes) if batch.undoes else None
        needed = NEEDS[(undone or batch).action]
        return bool(getattr(self, f"has_{needed}_permission")(request))

    def _address(self, name: str, *arguments: str) -> str:
        view = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{name}"
        return str(reverse(view, args=arguments))

    def _page(
        self, request: HttpRequest, name: str, title: str, context: dict[str, Any]
    ) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        template = f"admin/moderated/{name}.html"
        return TemplateResponse(request, template, {**shared, "media": self.media, **context})


def _seen(request: HttpRequest) -> dict[str, int]:
    """Return id -> version of the rows that the list showed; a row says it as `version id`."""
    pairs = (row.partition(" ")[::2] for row in request.POST.getlist(SEEN))
    return {key: int(version) for version, key in pairs if version.isdecimal()}


def _titled(batch: Batch) -> str:
    return f"{batch.total} {batch.kind}s {batch.action}"
