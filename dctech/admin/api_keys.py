"""API keys in Django's admin: made here, shown once, revoked here."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from dctech.admin.plain import PlainAdmin, Stored
from dctech.api import keys as stored
from dctech.moderation import Act

LASTS = dt.timedelta(days=365)
"""How long a key is good for, unless somebody says otherwise."""


class ApiKey(Stored):
    """A key as the admin's forms have it."""

    key_id = models.CharField("id", primary_key=True, max_length=40, editable=False)
    name = models.CharField(max_length=100, help_text="Whose it is, and what for.")
    scopes = models.JSONField("may")
    made_by = models.CharField(max_length=200, editable=False)
    created_at = models.DateTimeField("made", editable=False)
    expires_at = models.DateTimeField("expires", null=True, blank=True)
    revoked_at = models.DateTimeField("revoked", editable=False)
    last_used_at = models.DateTimeField("last used", editable=False)

    attributes = {"key_id": "sort"}  # noqa: RUF012 - annotated where it is declared

    class Meta:
        managed = False
        verbose_name = "API key"

    def __str__(self) -> str:
        return str(self.name)

    @classmethod
    def find_item(cls, key: str) -> stored.ApiKey | None:
        return stored.ApiKey.find(key)


class KeyForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        label="May",
        choices=list(stored.SCOPES.items()),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
    )


class RevokeForm(forms.ModelForm):
    """What can be changed of a key: that it opens nothing any more."""

    revoke = forms.BooleanField(
        help_text="At once and for good. What was done with it stays as it is."
    )


@admin.register(ApiKey)
class ApiKeyAdmin(PlainAdmin):
    list_display = ("name", "key_id", "may", "made_by", "created_at", "expires_at", "ended", "used")
    told = ("name", "key_id", "may", "made_by", "created_at", "expires_at", "revoked_at", "used")

    def items(self) -> Sequence[stored.ApiKey]:
        return stored.ApiKey.all()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse for what is revoked: it is so for good."""
        revoked = obj is not None and obj.revoked_at is not None
        return bool(super().has_change_permission(request, obj)) and not revoked

    def get_form(self, request: HttpRequest, obj: Any = None, **more: Any) -> Any:  # noqa: ARG002 - Django's
        if obj is None:
            return forms.modelform_factory(ApiKey, form=KeyForm, fields=self.get_fields(request))
        form = RevokeForm if self.has_change_permission(request, obj) else forms.ModelForm
        return forms.modelform_factory(ApiKey, form=form, fields=[])

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        if obj is None:
            return ("name", "scopes", "expires_at")
        return (*self.told, *(["revoke"] if self.has_change_permission(request, obj) else []))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:  # noqa: ARG002 - Django's
        return () if obj is None else self.told

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        end = (timezone.localtime() + LASTS).replace(hour=0, minute=0, second=0, microsecond=0)
        return {**super().get_changeform_initial_data(request), "expires_at": end}

    @admin.display(description="May")
    def may(self, key: ApiKey) -> str:
        return ", ".join(key.scopes or ())

    @admin.display(description="Revoked", boolean=True)
    def ended(self, key: ApiKey) -> bool:
        return key.revoked_at is not None

    @admin.display(description="Last used", empty_value="never")
    def used(self, key: ApiKey) -> dt.datetime | None:
        at: dt.datetime | None = key.last_used_at
        return at

    def store(self, obj: Any, act: Act, form: Any) -> None:
        if obj.item:
            obj.item.revoke(act.now)
            return
        said = form.cleaned_data
        key, obj.secret = stored.ApiKey.make(
            said["name"], said["scopes"], by=act.by, now=act.now, expires_at=said["expires_at"]
        )
        obj.pk = key.key_id

    def response_add(
        self,
        request: HttpRequest,
        obj: Any,
        post_url_continue: str | None = None,  # noqa: ARG002 - Django's
    ) -> HttpResponse:
        """Show the key in this answer alone: a message would lie in a cookie until it is read."""
        context = {
            **self.admin_site.each_context(request),
            "title": "The key is made",
            "opts": self.opts,
            "key": obj,
            "secret": obj.secret,
        }
        response = TemplateResponse(request, "admin/dctech/apikey/shown.html", context)
        add_never_cache_headers(response)
        return response
