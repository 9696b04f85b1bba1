"""The one check of a submitted group, but for what only its feed can say."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dctech.submissions.fields import Line, Passage, WebAddress, clean_text
from events.models import Category

LINK_LENGTH = 2_000
CALENDAR_SCHEMES = {"webcal", "webcals"}


class FeedAddress(forms.CharField):
    """Any text: what cannot be fetched is refused by what would fetch it, in its own words.

    webcal and webcals say which program is to open an address, and are stored as the https they stand for.
    """

    def to_python(self, value: Any) -> str:
        text = clean_text(str(value or "")).strip()
        scheme, separator, rest = text.partition("://")
        if not separator:
            return f"https://{text}" if text else ""
        return f"https://{rest}" if scheme.lower() in CALENDAR_SCHEMES else text


class GroupForm(forms.Form):
    """`email` is the address of a signed-in person, which is then fixed."""

    name = Line(
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    website = WebAddress(label=_("Website"), widget=forms.URLInput(attrs={"autocomplete": "url"}))
    ical = FeedAddress(
        label=_("Calendar feed"),
        max_length=LINK_LENGTH,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
        help_text=_(
            "The address of an iCalendar (.ics) feed. If you only know the page, give that: we look for its feed."
        ),
    )
    description = Passage(
        label=_("Description"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Who you are, in a few sentences."),
    )
    categories = forms.MultipleChoiceField(
        label=_("Categories"), required=False, widget=forms.CheckboxSelectMultiple
    )
    submitter_email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        help_text=_("Never shown. You get a link by which you can change or withdraw it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, now: dt.datetime, email: str = "", **more: Any) -> None:  # noqa: ARG002 - as all forms
        super().__init__(*args, **more)
        categories: Any = self.fields["categories"]
        categories.choices = [(each.slug, each.name) for each in Category.all()]
        if email:
            self.fields["submitter_email"].disabled = True
            self.fields["submitter_email"].initial = email
