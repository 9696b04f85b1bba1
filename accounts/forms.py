from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


class AddPasskeyForm(AddWebAuthnForm):
    name = forms.CharField(label=_("Name"), required=False)  # allauth leaves its label in English
