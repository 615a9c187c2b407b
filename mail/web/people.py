"""Which addresses are a person's own: those they have confirmed."""

from allauth.account.models import EmailAddress

from accounts.models import User


def addresses_of(user: User) -> list[str]:
    """Confirmed addresses in small letters, the person's main one first."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk")
    found = [address.lower() for address in confirmed.values_list("email", flat=True)]
    return sorted(found, key=lambda address: address != user.email.lower())
