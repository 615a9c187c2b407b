"""The language a person chose, for what the house writes to them."""

from collections.abc import Mapping
from typing import Any

from allauth.account.models import EmailAddress

from accounts.models import User


def language_of(address: str, _about: Mapping[str, Any]) -> str:
    """That of the account with this address, be it the main one or another that is confirmed; "" where there is none or it
    follows the browser."""
    address = address.strip().lower()
    if not address:
        return ""
    chosen = User.objects.filter(email=address).values_list("language", flat=True).first()
    if chosen is None:
        others = EmailAddress.objects.filter(email=address, verified=True)
        chosen = others.values_list("user__language", flat=True).first()
    return chosen or ""
