from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from events.models import Event
from events.views import wall_clock
from groups.models import Group


def groups(request):
    return render(request, "groups/groups.html", {"groups": list(Group.active_and_approved())})


def group(request, name):
    """Show a group by its slug; its group_id, where that is no clean slug, redirects there."""
    known = list(Group.active_and_approved())
    found = next((group for group in known if group.slug == name), None)
    if found is None:
        renamed = next((group for group in known if group.group_id == name), None)
        if renamed is None:
            raise Http404("No group with this address is listed.")
        return redirect("group", renamed.slug, permanent=True)
    now = wall_clock(timezone.now())
    coming = list(Event.coming_of_group(found.group_id, now))
    return render(request, "groups/group.html", {"group": found, "events": coming})
