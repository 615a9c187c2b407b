"""The language a person chose, for what the house writes to them."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User


def language_of(address: str, _about: Mapping[str, Any]) -> str:
    """That of the account with this address; "" where there is none or it follows the browser."""
    if not address:
        return ""
    chosen = User.objects.filter(email=address.strip().lower()).values_list("language", flat=True).first()
    return chosen or ""
