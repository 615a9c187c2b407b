"""Addresses of a person."""

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User


@transaction.atomic
def confirm_address(*, user: User, email: str) -> bool:
    """Somebody received mail at `email`: it is theirs. False where the address no longer belongs to this account."""
    address = EmailAddress.objects.filter(user=user, email__iexact=email).first()
    if address is None:
        if email.lower() != user.email.lower() or _is_elsewhere(user, email):
            return False
        address = EmailAddress(user=user, email=email.lower())
    elif address.verified:
        return True
    elif _is_elsewhere(user, email):
        return False
    address.verified = True
    address.primary = not EmailAddress.objects.filter(user=user, primary=True).exclude(pk=address.pk).exists()
    address.save()
    return True


def _is_elsewhere(user: User, email: str) -> bool:
    return EmailAddress.objects.filter(email__iexact=email, verified=True).exclude(user=user).exists()
