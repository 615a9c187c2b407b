"""What the pages about one's own account share."""

from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django import template
from django.conf import settings
from django.template.context import RequestContext
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.oidc import PROVIDER

register = template.Library()

TABS = (
    ("profile", _("Profile"), ("profile",)),
    ("account_email", _("Addresses"), ("account_email", "account_confirm_email")),
    ("account-mail", _("Mail"), ("account-mail",)),
    ("account_change_password", _("Password"), ("account_change_password", "account_set_password")),
    ("api-tokens", _("API tokens"), ("api-token",)),
    ("mfa_index", _("Second step"), ("mfa_",)),
)
CONNECTED = ("socialaccount_connections", _("Other ways in"), ("socialaccount_",))


@register.simple_tag
def ways_in() -> list[dict[str, str]]:
    """Other servers whose accounts open this site."""
    if not settings.OIDC_SERVER:
        return []
    return [{"name": settings.OIDC_NAME, "url": reverse("openid_connect_login", args=[PROVIDER])}]


@register.inclusion_tag("components/_tabs.html", takes_context=True)
def account_tabs(context: RequestContext) -> dict[str, Any]:
    """Profile, addresses, password, second step; the one whose page this is marked as current."""
    match = context["request"].resolver_match
    here = match.url_name or "" if match else ""
    shown = (*TABS, CONNECTED) if settings.OIDC_SERVER or here.startswith(CONNECTED[2]) else TABS
    tabs = [
        {"label": label, "url": reverse(name), "current": here.startswith(prefixes)} for name, label, prefixes in shown
    ]
    return {"tabs": tabs, "label": _("Your account")}


@register.filter
def has_unconfirmed(addresses: Iterable[EmailAddress]) -> bool:
    """Whether a mail that asks for confirmation would do something for one of them."""
    return any(not address.verified for address in addresses)
