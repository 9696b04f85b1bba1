"""What allauth asks of a site: who is asking, what its e-mails say, and which providers it trusts."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailConfirmation
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from django.conf import settings
from django.http import Http404, HttpRequest

from dctech import clients


class AccountAdapter(DefaultAccountAdapter):
    def get_client_ip(self, request: HttpRequest) -> str:
        return clients.address(request)

    def format_email_subject(self, subject: str) -> str:
        return f"[{settings.SITE_NAME}] {subject}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        site = SimpleNamespace(name=settings.SITE_NAME, domain=settings.SITE_URL)
        super().send_mail(template_prefix, email, {"current_site": site, **context})

    def get_email_confirmation_url(
        self, request: HttpRequest, emailconfirmation: EmailConfirmation
    ) -> str:
        return _on_site(super().get_email_confirmation_url(request, emailconfirmation))

    def get_reset_password_from_key_url(self, key: str) -> str:
        return _on_site(super().get_reset_password_from_key_url(key))


def _on_site(address: str) -> str:
    """Return the same page at the site's own address: a link with a secret never goes where a Host header says."""
    return f"{settings.SITE_URL}{urlsplit(address).path}"


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def list_apps(
        self,
        _request: HttpRequest | None,
        provider: str | None = None,
        client_id: str | None = None,
    ) -> list[SocialApp]:
        """Return the settings' providers; allauth's own asks the database at each sight of a login page."""
        if not settings.GITHUB_CLIENT_ID:
            return []
        app = SocialApp(
            provider="github",
            name="GitHub",
            client_id=settings.GITHUB_CLIENT_ID,
            secret=settings.GITHUB_CLIENT_SECRET,
        )
        asked = provider in {None, "", app.provider} and client_id in {None, "", app.client_id}
        return [app] if asked else []

    def get_app(
        self, request: HttpRequest, provider: str, client_id: str | None = None
    ) -> SocialApp:
        try:
            return super().get_app(request, provider, client_id)
        except SocialApp.DoesNotExist:
            raise Http404(f"{provider} is not configured.") from None
