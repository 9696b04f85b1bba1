"""The form of a group."""

import zoneinfo
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from dctech.admin.forms import LinesField, ReviewForm
from dctech.submissions.fields import Line, Lines, WebAddress
from events.models import Category
from groups.submit.forms import FeedAddress

ALL = "all"
"""What stands for every link in `suppress_urls`, which then is True."""


class LinksField(LinesField):
    """Addresses, one a line; or ALL."""

    def prepare_value(self, value: Any) -> Any:
        return ALL if value is True else super().prepare_value(value)

    def to_python(self, value: Any) -> Any:
        if value is True:
            return True
        lines = super().to_python(value)
        return True if lines == [ALL] else lines

    def run_validators(self, value: Any) -> None:
        super().run_validators(None if value is True else value)


class GroupForm(ReviewForm):
    class Meta:
        field_classes = {"name": Line, "description": Lines}  # noqa: RUF012 - Django's

    website = WebAddress(required=False)
    ical = FeedAddress(
        label="Feed",
        required=False,
        max_length=2_000,
        validators=[URLValidator(schemes=["http", "https"])],
    )
    fallback_url = WebAddress(label="Link for events without one", required=False)
    categories = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"})
    )
    suppress_urls = LinksField(
        label="Links to leave out",
        required=False,
        help_text=f"One a line; “{ALL}” when no link of the feed is any use.",
    )
    skip_phrases = LinesField(
        label="Leave out titles with", required=False, help_text="One phrase a line."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "categories" in self.fields:
            known = {each.slug: each.name for each in Category.all()}
            known |= {s: s for s in self.instance.categories or () if s not in known}
            self.fields["categories"].choices = list(known.items())

    def _get_validation_exclusions(self) -> set[str]:
        return {*super()._get_validation_exclusions(), "ical"}

    def clean_timezone(self) -> str | None:
        name: str | None = self.cleaned_data["timezone"]
        if name and name not in zoneinfo.available_timezones():
            raise ValidationError("There is no such time zone: America/New_York is one.")
        return name
