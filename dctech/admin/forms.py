"""Form fields for what the tables hold, and the review form."""

import datetime as dt
from contextlib import suppress
from typing import Any

from django import forms
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import ValidationError

from dctech.moderation import Moderated, Refused
from dctech.moderation.reasons import Reason


class WallTimeField(forms.DateTimeField):
    """A time in the site's zone. Django's field would give it an offset, and refuse the hour a clock change repeats."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    input_formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S")

    def to_python(self, value: Any) -> dt.datetime | None:
        if value in self.empty_values:
            return None
        if isinstance(value, dt.datetime):
            return value
        found: dt.datetime = forms.fields.BaseTemporalField.to_python(self, value)
        return found


class LinesField(forms.CharField):
    """A list of text, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str] | None:
        if isinstance(value, list):
            return value
        lines = (line.strip() for line in (value or "").splitlines())
        return [line for line in lines if line] or None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial) != self.to_python(data)

    def run_validators(self, value: Any) -> None:
        """Check each line's length, not the list's."""
        for line in value or ():
            super().run_validators(line)


class ReviewForm(forms.ModelForm):
    """Knows what its fields were when the page was made, so that only what somebody typed is a change."""

    refusal: Refused | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.following: set[str] = set()
        """Fields that `clean` has set to what follows from others."""
        self.kept: set[str] = set()
        """Fields that were sent as they are stored."""
        for field in self.fields.values():
            field.show_hidden_initial = bool(self.instance.pk)

    def _clean_fields(self) -> None:
        """Check what was typed: an item with a stored value that is no use can be decided all the same."""
        super()._clean_fields()
        self.kept = {name for name in self.fields if self.instance.pk and self._as_stored(name)}
        for name in self.kept & self.errors.keys():
            del self.errors[name]
            self.cleaned_data[name] = self.initial[name]

    def _as_stored(self, name: str) -> bool:
        stored, sent = self.initial.get(name), self[name].data
        return sent == stored or not self.fields[name].has_changed(stored, sent)

    def _get_validation_exclusions(self) -> set[str]:
        return {*super()._get_validation_exclusions(), *self.kept}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if self.refusal:
            self.add_error(None, ValidationError(str(self.refusal)))
        return cleaned

    @property
    def changes(self) -> dict[str, Any]:
        """What was typed: attribute -> value, None for what was emptied."""
        values = self.cleaned_data
        empty: tuple[Any, ...] = ("", [], None)
        return {
            name: None if values[name] in empty else in_unix_lines(values[name])
            for name in {*self.changed_data} - self.kept | self.following
            if name in values
        }

    def differences(self, item: Moderated) -> dict[str, tuple[Any, Any]]:
        """Return field -> (as the page showed it when it was made, as it is now)."""
        now = type(self.instance).from_item(item)
        typed = [name for name in self.fields if name not in self.kept]
        pairs = {n: (self._as_seen(n), self._read(n, getattr(now, n, None))) for n in typed}
        return {n: pair for n, pair in pairs.items() if _told(pair[0]) != _told(pair[1])}

    def _as_seen(self, name: str) -> Any:
        field, bound = self.fields[name], self[name]
        return self._read(
            name, self._widget_data_value(field.hidden_widget(), bound.html_initial_name)
        )

    def _read(self, name: str, value: Any) -> Any:
        """Return a stored value as its field reads it; as it is where that is no use."""
        with suppress(ValidationError):
            return in_unix_lines(self.fields[name].to_python(value))
        return value


def in_unix_lines(value: Any) -> Any:
    """Return text without the line ends that browsers send."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _told(value: Any) -> Any:
    """Return a value so that what a form cannot tell apart is equal."""
    return (value.strip() if isinstance(value, str) else value) or None


def reasons() -> list[tuple[str, str]]:
    """Return the reasons to choose from."""
    return [("", "Choose a reason"), *((each.text, each.text) for each in Reason.all())]


class BulkForm(ActionForm):
    """What to do with the chosen rows, and why."""

    reason_template = forms.ChoiceField(required=False, label="Reason:")
    reason = forms.CharField(
        required=False,
        label="",
        max_length=1_000,
        widget=forms.TextInput(attrs={"placeholder": "or in your own words"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason_template"].choices = reasons()
