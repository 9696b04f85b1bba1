from typing import Any

from django.core import signing
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from dctech import clients
from dctech.moderation import APPROVED, PENDING, Refused
from dctech.submissions.limits import FEED_READS, TooMany
from dctech.submissions.spam import Guard
from dctech.submissions.views import TOO_MANY, Editing, Submitting, private, sentence
from groups.models import Group
from groups.submit.attributes import attributes, candidates
from groups.submit.forms import GroupForm
from groups.submit.known import already, known_by
from groups.submit.reasons import reason

SEEN_SECONDS = 24 * 60 * 60
"""How long a feed that was shown needs not be read again."""


class SubmitGroup(Submitting):
    kind = "group"
    template_name = "submit/group.html"
    form_class = GroupForm

    def data(self) -> QueryDict:
        """Return what was sent, with the feed that was chosen out of those a page leads to."""
        if not (chosen := self.request.POST.get("use")):
            return self.request.POST
        data = self.request.POST.copy()
        data["ical"] = chosen
        return data

    def hold(self, form: GroupForm, guard: Guard) -> HttpResponse | None:
        for name in ("ical", "website"):
            if known := known_by(form.cleaned_data[name], but=self.but):
                form.add_error(name, already(known))
        if form.errors:
            return self.page(form, guard)
        return None if self.seen(form) else self.look(form, guard)

    @property
    def but(self) -> str:
        """The id of the group that may have this feed."""
        return ""

    def seen(self, form: GroupForm) -> bool:
        """Tell whether what the feed gives was shown."""
        feed = form.cleaned_data["ical"]
        try:
            shown = _signer().unsign_object(self.request.POST.get("seen", ""), max_age=SEEN_SECONDS)
        except signing.BadSignature:
            return False
        return bool(shown == feed) and "use" not in self.request.POST

    def look(self, form: GroupForm, guard: Guard) -> HttpResponse:
        """Read the feed, and show what it would give or why it gives nothing."""
        from collector.door import preview  # noqa: PLC0415 - nothing imports the collector when it loads

        try:
            FEED_READS.take(clients.address(self.request), self.now)
        except TooMany as limit:
            form.add_error(None, sentence(limit))
            return self.page(form, guard, TOO_MANY)
        feed = form.cleaned_data["ical"]
        found = preview(feed, self.now)
        if found.error:
            form.add_error("ical", reason(found.error, found.message))
            return self.page(form, guard, feeds=found.feeds)
        return self.page(form, guard, preview=found, seen=_signer().sign_object(feed))

    def store(self, form: GroupForm, guard: Guard) -> HttpResponse:
        status = APPROVED if self.person.trusted else PENDING
        for group in candidates(form, self.now, status):
            try:
                return self.send(group, group.name)
            except Refused:  # somebody took the name at the same moment
                continue
        form.add_error("name", _("There are many groups of this name. Choose a longer one."))
        return self.page(form, guard)


class EditGroup(Editing, SubmitGroup):
    @property
    def but(self) -> str:
        return str(self.item.group_id)

    def seen(self, form: GroupForm) -> bool:
        return bool(form.cleaned_data["ical"] == self.item.ical) or super().seen(form)

    def initial(self, item: Group) -> dict[str, Any]:
        names = ("name", "website", "ical", "description", "categories")
        return {name: getattr(item, name) or "" for name in names}

    def changes(self, form: GroupForm) -> dict[str, Any]:
        return attributes(form)

    def title(self, form: GroupForm) -> str:
        return str(form.cleaned_data["name"])


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="groups.submit.seen")


submit = SubmitGroup.as_view()
edit = private(EditGroup).as_view()
