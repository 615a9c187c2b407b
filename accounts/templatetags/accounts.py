"""What the pages about one's own account share."""

from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django import template
from django.template.context import RequestContext
from django.urls import reverse

register = template.Library()

TABS = (
    ("profile", "Profile", ("profile",)),
    ("account_email", "Addresses", ("account_email", "account_confirm_email")),
    ("account-mail", "Mail", ("account-mail",)),
    ("account_change_password", "Password", ("account_change_password", "account_set_password")),
    ("api-tokens", "API tokens", ("api-token",)),
    ("mfa_index", "Second step", ("mfa_",)),
)


@register.inclusion_tag("components/_tabs.html", takes_context=True)
def account_tabs(context: RequestContext) -> dict[str, Any]:
    """Profile, addresses, password, second step; the one whose page this is marked as current."""
    match = context["request"].resolver_match
    here = match.url_name or "" if match else ""
    tabs = [
        {"label": label, "url": reverse(name), "current": here.startswith(prefixes)} for name, label, prefixes in TABS
    ]
    return {"tabs": tabs, "label": "Your account"}


@register.filter
def has_unconfirmed(addresses: Iterable[EmailAddress]) -> bool:
    """Whether a mail that asks for confirmation would do something for one of them."""
    return any(not address.verified for address in addresses)
