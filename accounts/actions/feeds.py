"""Ending the private feed addresses that a person has given to feed readers."""

from django.db.models import F

from accounts.models import User


def end_private_feeds(*, user: User) -> None:
    """Every feed address with a token of theirs stops working; pages show new ones."""
    User.objects.filter(pk=user.pk).update(feeds_ended=F("feeds_ended") + 1)
    user.refresh_from_db(fields=["feeds_ended"])
