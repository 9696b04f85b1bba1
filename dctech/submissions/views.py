"""What the pages for submitting have in common, whatever is submitted. Nothing here is ever cached."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from dctech import clients, notices
from dctech.moderation import REJECTED, Act, Moderated, NothingToUndo, Refused
from dctech.notices.moderators import heard_of
from dctech.submissions import acts
from dctech.submissions.limits import FROM_ADDRESS, FROM_EMAIL, HOUR, Limit, TooMany
from dctech.submissions.links import item_of, token
from dctech.submissions.people import person
from dctech.submissions.proposals import waiting, with_proposal
from dctech.submissions.spam import Guard

TOO_MANY = 429


@never_cache
def choose(request: HttpRequest) -> HttpResponse:
    return render(request, "submit/choose.html")


def private(signed_view: type[View]) -> type[View]:
    """Keep a page that only its submitter may see out of search engines and caches.

    What other sites are told of its address is Django's `same-origin`: nothing. With `no-referrer` browsers would
    send "Origin: null" with its forms as well, which is what CSRF protection refuses.
    """

    class Private(signed_view):
        def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response: HttpResponseBase = super().dispatch(*args, **kwargs)
            response["X-Robots-Tag"] = "noindex, nofollow"
            response["Referrer-Policy"] = "same-origin"
            return response

    return Private


@method_decorator(never_cache, name="dispatch")
class Submitting(View):
    """The form for something new: shown, checked, perhaps asked about, stored."""

    kind: ClassVar[str]
    template_name: ClassVar[str]
    form_class: ClassVar[type[forms.Form]]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.now: dt.datetime = timezone.now()
        self.person = person(request)

    def get(self, _request: HttpRequest, **_kwargs: str) -> HttpResponse:
        return self.page(self.form(None), Guard.fresh(self.now))

    def post(self, request: HttpRequest, **_kwargs: str) -> HttpResponse:
        guard = Guard.of(request.POST.dict(), self.now)
        form = self.form(self.data())
        valid = form.is_valid()
        if guard.objection:
            form.add_error(None, guard.objection)
        elif valid:
            return (
                self.limited(form, guard, FROM_ADDRESS, clients.address(self.request))
                or self.hold(form, guard)
                or self.limited(form, guard, FROM_EMAIL, form.cleaned_data["submitter_email"])
                or self.store(form, guard)
            )
        return self.page(form, guard)

    def data(self) -> QueryDict:
        """Return what was sent."""
        return self.request.POST

    def form(self, data: QueryDict | None) -> Any:
        return self.form_class(data, now=self.now, email=self.person.email, label_suffix="")

    def page(
        self, form: forms.Form, guard: Guard | None, status: int = 200, **more: object
    ) -> HttpResponse:
        context = {"form": form, "guard": guard, "signed_in": bool(self.person.email), **more}
        return render(self.request, self.template_name, context, status=status)

    def hold(self, _form: Any, _guard: Guard) -> HttpResponse | None:
        """Return the page that asks or refuses before anything is stored, if there is a reason to."""
        return None

    def limited(
        self, form: forms.Form, guard: Guard | None, limit: Limit, who: str
    ) -> HttpResponse | None:
        """Count it, and return the page that says so where a limit is used up."""
        try:
            limit.take(who, self.now)
        except TooMany as used_up:
            form.add_error(None, sentence(used_up))
            return self.page(form, guard, TOO_MANY)
        return None

    def store(self, form: Any, guard: Guard) -> HttpResponse:
        raise NotImplementedError

    def send(self, item: Moderated, title: str) -> HttpResponse:
        """Store a new item, tell everybody, and lead to the page of the one who sent it; raise Refused."""
        acts.send(item, Act(acts.SUBMITTER, self.now), title)
        notices.received(item)
        return redirect(f"submitted-{self.kind}", token(item))


class Editing(Submitting):
    """The form for something sent before, by its private link."""

    item: Any

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.item = found(self.kind, kwargs["signed"])

    def get(self, _request: HttpRequest, **_kwargs: str) -> HttpResponse:
        return self.page(self.form(None), None)

    def post(self, request: HttpRequest, **_kwargs: str) -> HttpResponse:
        form = self.form(self.data())
        if not form.is_valid():
            return self.page(form, None)
        answer = (
            self.limited(form, None, FROM_ADDRESS, clients.address(request))
            or self.hold(form, Guard(""))
            or self.receipt_limited(form)
        )
        if answer:
            return answer
        try:
            acts.as_seen(self.item, request.POST.get("version", ""))
            self.edit(form)
        except NothingToUndo:
            pass  # sent as it was: there is nothing to do
        except Refused as refusal:
            self.item = found(self.kind, token(self.item))
            form.add_error(None, str(refusal))
            return self.page(form, None)
        return redirect(f"submitted-{self.kind}", token(self.item))

    def receipt_limited(self, form: forms.Form) -> HttpResponse | None:
        """Count what is sent again: its submitter, whose address anybody may have typed, gets a receipt each time."""
        if self.item.status != REJECTED:
            return None
        return self.limited(form, None, FROM_EMAIL, str(self.item.submitted_by))

    def form(self, data: QueryDict | None) -> Any:
        review = waiting(self.item)
        shown = with_proposal(self.item, review) if review else self.item
        form = self.form_class(data, now=self.now, initial=self.initial(shown), label_suffix="")
        del form.fields["submitter_email"]
        return form

    def page(
        self, form: forms.Form, guard: Guard | None, status: int = 200, **more: object
    ) -> HttpResponse:
        return super().page(form, guard, status, item=self.item, signed=token(self.item), **more)

    def edit(self, form: Any) -> None:
        """Carry the edit out; raise Refused."""
        act = Act(acts.SUBMITTER, self.now)
        how = acts.edit(self.item, act, self.changes(form), self.title(form))
        if how == "resubmitted":
            notices.received(self.item)
        elif how == "proposed":
            heard_of(self.item.object_id, self.now)

    def initial(self, item: Any) -> dict[str, Any]:
        raise NotImplementedError

    def changes(self, form: Any) -> dict[str, Any]:
        raise NotImplementedError

    def title(self, form: Any) -> str:
        raise NotImplementedError


def found(kind: str, signed: str) -> Moderated:
    """Return what a private link is about; raise Http404."""
    item = item_of(kind, signed)
    if item is None:
        raise Http404("There is no such submission.")
    return item


def sentence(limit: TooMany) -> str:
    """Return what somebody who has used up a limit is told."""
    if limit.seconds > HOUR:
        return str(
            _("That is as much as one e-mail address can submit in a day. Try again tomorrow.")
        )
    minutes = -(-limit.seconds // 60)
    return str(_("That was a lot in a short time. Try again in %(minutes)d minutes.")) % {
        "minutes": minutes
    }
