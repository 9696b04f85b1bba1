"""Trusted submitters in Django's admin: whose submissions are published at once, and looked at afterwards."""

from collections.abc import Sequence
from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest

from dctech.admin.plain import PlainAdmin, Stored
from dctech.moderation import Act
from dctech.submissions import people as stored


class TrustedSubmitter(Stored):
    """A mark as the admin's forms have it."""

    user_id = models.CharField("account", primary_key=True, max_length=40, editable=False)
    email = models.EmailField("e-mail", help_text="The verified address of an account.")
    by = models.CharField("marked by", max_length=200, editable=False)
    at = models.DateTimeField("since", editable=False)

    attributes = {"user_id": "sort"}  # noqa: RUF012 - annotated where it is declared

    class Meta:
        managed = False
        verbose_name = "trusted submitter"

    def __str__(self) -> str:
        return str(self.email)

    @classmethod
    def find_item(cls, key: str) -> stored.TrustedSubmitter | None:
        return stored.TrustedSubmitter.find(key)


class TrustForm(forms.ModelForm):
    """Finds the account by an address that it has shown to be its own."""

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        found = EmailAddress.objects.filter(email__iexact=email, verified=True).first()
        if found is None:
            raise ValidationError("No account has this address verified.")
        if stored.TrustedSubmitter.find(found.user_id):
            raise ValidationError("This account is trusted already.")
        self.instance.user_id = str(found.user_id)
        return str(found.email)


@admin.register(TrustedSubmitter)
class TrustedSubmitterAdmin(PlainAdmin):
    form = TrustForm
    fields = ("email",)
    list_display = ("email", "by", "at")

    def items(self) -> Sequence[stored.TrustedSubmitter]:
        return stored.TrustedSubmitter.all()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's
        """Refuse: a mark is there or not."""
        return False

    def store(self, obj: Any, act: Act, form: Any) -> None:  # noqa: ARG002 - the base's
        stored.TrustedSubmitter.trust(obj.user_id, obj.email, by=act.by, now=act.now)
