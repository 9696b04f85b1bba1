"""The one check of a submitted event, for people and for the API."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dctech.submissions.fields import Line, Passage, WebAddress
from events.models import Category
from events.submit.when import WhenForm

KINDS = (
    ("in_person", gettext_lazy("In person")),
    ("virtual", gettext_lazy("Online")),
    ("hybrid", gettext_lazy("In person and online")),
)


class EventForm(WhenForm):
    """`now` is the moment; `email` the address of a signed-in person, which is then fixed."""

    field_order = ("title",)

    title = Line(label=gettext_lazy("Title"), max_length=200)
    location_type = forms.ChoiceField(
        label=gettext_lazy("How"), choices=KINDS, widget=forms.RadioSelect, required=False
    )
    location = Line(
        label=gettext_lazy("Place"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Name and street, such as Town Hall, 12 Main Street."),
    )
    city = Line(
        label=gettext_lazy("City"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    region = forms.ChoiceField(
        label=gettext_lazy("Region"),
        required=False,
        widget=forms.Select(attrs={"autocomplete": "address-level1"}),
    )
    url = WebAddress(
        label=gettext_lazy("Link"),
        required=False,
        help_text=gettext_lazy("The event's own page; of an online event, where to join."),
    )
    cost = Line(
        label=gettext_lazy("Cost"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Such as Free, or 10 USD."),
    )
    categories = forms.MultipleChoiceField(
        label=gettext_lazy("Categories"), required=False, widget=forms.CheckboxSelectMultiple
    )
    description = Passage(
        label=gettext_lazy("Description"),
        required=False,
        max_length=10_000,
        help_text=gettext_lazy("Markdown will do: **bold**, *italic*, - lists, [text](link)."),
    )
    submitter_email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=254,
        help_text=gettext_lazy(
            "Never shown. You get a link by which you can change or withdraw it."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, now: dt.datetime, email: str = "", **more: Any) -> None:
        super().__init__(*args, now=now, **more)
        self.fields["location_type"].initial = "in_person"
        regions = [(region, region) for region in settings.SITE_REGIONS]
        self._choose("region", [("", _("not sure")), *regions])
        self._choose("categories", [(each.slug, each.name) for each in Category.all()])
        if email:
            self.fields["submitter_email"].disabled = True
            self.fields["submitter_email"].initial = email

    def clean_location_type(self) -> str:
        return self.cleaned_data["location_type"] or "in_person"

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        self._check_place(said)
        return said

    def _check_place(self, said: dict[str, Any]) -> None:
        from collector.door import outside, place_of  # noqa: PLC0415 - knows addresses, and is slow to load

        kind = said.get("location_type", "")
        if kind == "virtual":
            if not said.get("url") and "url" not in self.errors:
                self.add_error("url", _("Give the link by which people join."))
            return
        if not said.get("location") and "location" not in self.errors:
            self.add_error("location", _("Say where it is, or choose “Online”."))
            return
        place = place_of(full_location(said))
        said["city"] = said.get("city") or place.city
        if not said.get("region"):
            if outside(place, kind):
                self.add_error(
                    "location",
                    _("This calendar is for %(regions)s; the place seems to be elsewhere.")
                    % {"regions": ", ".join(settings.SITE_REGIONS)},
                )
            said["region"] = place.region


def full_location(said: dict[str, Any]) -> str:
    """Return the place as one line: city and region are added where it does not name them."""
    location = said.get("location") or ""
    for part in filter(None, (said.get("city"), said.get("region"))):
        if not re.search(rf"\b{re.escape(part)}\b", location, re.IGNORECASE):
            location = f"{location}, {part}"
    return location
