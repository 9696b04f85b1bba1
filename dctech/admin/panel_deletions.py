"""What was deleted of late, and the way back."""

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dctech.admin.deciding import act_of
from dctech.admin.panel_acts import change_address, log, require
from dctech.admin.wording import APPS, who
from dctech.moderation import Moderated, Refused
from dctech.moderation.deletions import KEPT_DAYS, Deletion


@require_GET
def deletions(request: HttpRequest, kind: str) -> HttpResponse:
    """List the deleted items of a kind."""
    require(request, kind, "view", "delete")
    found = Deletion.recent(kind, timezone.now())
    context = {
        **admin.site.each_context(request),
        "title": f"{kind.capitalize()}s deleted of late",
        "kind": kind,
        "app": APPS[kind],
        "days": KEPT_DAYS,
        "deletions": [{"deletion": each, "who": who(each.by)} for each in found],
    }
    return TemplateResponse(request, "moderation/deletions.html", context)


@require_POST
def revive(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Bring a deleted item back."""
    require(request, kind, "view", "delete")
    deletion = Deletion.of(kind, key)
    if deletion is None:
        raise Http404("It was not deleted of late, or is there again.")
    try:
        item = Moderated.of_kind(kind).revive(deletion.entry, act_of(request))
    except Refused as refusal:
        there = Moderated.of_kind(kind).find(key)
        said = "It is there again: somebody submitted it anew." if there else str(refusal)
        messages.error(request, said)
        return redirect("panel-deletions", kind)
    log(request, item, "Brought back.")
    messages.success(request, f"“{item.label}” is there again, as it was.")
    return redirect(change_address(item))
