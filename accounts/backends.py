"""Who is signed in: asked for by each page that somebody with a session sees, so by a prepared query."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend

from accounts.models import User
from common.prepared import Prepared, Slot

_by_key = Prepared(lambda: User.objects.filter(pk=Slot("user")))


class ByKey(ModelBackend):
    def get_user(self, user_id: Any) -> User | None:
        user = _by_key.first(user=user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class PasswordBackend(ByKey):
    """Django's own."""


class AddressBackend(ByKey, AuthenticationBackend):  # type: ignore[misc]
    """allauth's: by any address of a person, and by the links it mails."""
