"""The submitter's own page: what became of it, the moderators' question, and what can be done."""

from contextlib import suppress
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from dctech.moderation import APPROVED, Act, Moderated, Refused
from dctech.notices.moderators import heard_of
from dctech.submissions import acts
from dctech.submissions.fields import clean_text
from dctech.submissions.limits import FROM_EMAIL, TooMany
from dctech.submissions.proposals import waiting
from dctech.submissions.shown import changed, facts, masked
from dctech.submissions.views import found, private

ANSWER_LENGTH = 2_000
STALE = 409


@method_decorator(never_cache, name="dispatch")
class Status(View):
    kind: ClassVar[str]

    def get(self, request: HttpRequest, signed: str) -> HttpResponse:
        return _page(request, self.kind, found(self.kind, signed), signed)

    def post(self, request: HttpRequest, signed: str) -> HttpResponse:
        item, now = found(self.kind, signed), timezone.now()
        typed = clean_text(request.POST.get("answer", "")).strip()
        mistake = _mistake(request.POST.get("act"), typed)
        if mistake:
            return _page(request, self.kind, item, signed, mistake=mistake, typed=typed)
        try:
            acts.as_seen(item, request.POST.get("version", ""))
            if request.POST.get("act") == "withdraw":
                acts.withdraw(item, Act(acts.SUBMITTER, now))
                with suppress(TooMany):  # counts against sending again, and is never refused itself
                    FROM_EMAIL.take(str(item.submitted_by), now)
            else:
                acts.answer(item, Act(acts.SUBMITTER, now, reason=typed))
                heard_of(item.object_id, now)
        except Refused as refusal:
            more = {"refusal": str(refusal), "typed": typed}
            current = found(self.kind, signed)
            return _page(request, self.kind, current, signed, status=STALE, **more)
        return redirect(request.path)


def _mistake(act: str | None, typed: str) -> str:
    if act == "withdraw":
        return ""
    if act != "answer":
        return str(_("Choose what to do."))
    if not typed:
        return str(_("Write an answer first."))
    if len(typed) > ANSWER_LENGTH:
        return str(_("At most %(most)d characters are taken.")) % {"most": ANSWER_LENGTH}
    return ""


def _page(
    request: HttpRequest,
    kind: str,
    item: Moderated,
    signed: str,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    review = waiting(item) if item.status == APPROVED else None
    decision: Any = item.approval_metadata
    withdrawn = bool(decision and decision.approved_by == acts.SUBMITTER)
    context = {
        "item": item,
        "kind": kind,
        "name": getattr(item, "title", None) or getattr(item, "name", ""),
        "facts": facts(item),
        "changes": list(changed(item, review.fields)) if review else [],
        "public_address": _public(item),
        "withdrawn": withdrawn and item.status != APPROVED,
        "reason": decision.rejection_reason if decision and not withdrawn else "",
        "answers": acts.answers(item),
        "email": masked(str(item.submitted_by)),
        "edit": reverse(f"submitted-{kind}-edit", args=[signed]),
        "kept": settings.EVENT_RETENTION_DAYS,
        **more,
    }
    return render(request, "submit/status.html", context, status=status)


def _public(item: Any) -> str:
    """Return the address at which everybody sees it, "" while nobody does."""
    if item.KIND == "event":
        return reverse("event", args=[item.key, item.slug]) if item.listed else ""
    return reverse("group", args=[item.slug]) if item.active_approved else ""


class EventStatus(Status):
    kind = "event"


class GroupStatus(Status):
    kind = "group"


event_status = private(EventStatus).as_view()
group_status = private(GroupStatus).as_view()
