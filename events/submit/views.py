from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from dctech.moderation import APPROVED, PENDING, Refused
from dctech.submissions.spam import Guard
from dctech.submissions.views import Editing, Submitting, private
from events.models import Event
from events.submit.attributes import attributes, event, initial
from events.submit.duplicates import alike
from events.submit.forms import EventForm
from events.submit.times import wall


class SubmitEvent(Submitting):
    kind = "event"
    template_name = "submit/event.html"
    form_class = EventForm

    def hold(self, form: EventForm, guard: Guard) -> HttpResponse | None:
        new = event(form, self.now, PENDING)
        if known := Event.find(new.event_id):
            return self.known(known)
        if self.request.POST.get("confirmed"):
            return None
        found = alike(new, wall(self.now))
        return self.page(form, guard, alike=found) if found else None

    def store(self, form: EventForm, guard: Guard) -> HttpResponse:  # noqa: ARG002 - not asked again
        new = event(form, self.now, APPROVED if self.person.trusted else PENDING)
        try:
            return self.send(new, new.title)
        except Refused:  # sent twice at the same moment
            return self.known(Event.find(new.event_id) or new)

    def known(self, item: Event) -> HttpResponse:
        address = reverse("event", args=[item.event_id, item.slug]) if item.listed else ""
        context = {"status": item.status, "address": address, "title": item.title}
        return render(self.request, "submit/known.html", context)


class EditEvent(Editing):
    kind = "event"
    template_name = "submit/event.html"
    form_class = EventForm

    def initial(self, item: Event) -> dict[str, Any]:
        return initial(item)

    def changes(self, form: EventForm) -> dict[str, Any]:
        return attributes(form)

    def title(self, form: EventForm) -> str:
        return str(form.cleaned_data["title"])


submit = SubmitEvent.as_view()
edit = private(EditEvent).as_view()
