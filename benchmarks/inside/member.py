"""Makes a member of the group and signs them in: the cookie that their browser would send."""

from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client

from accounts.models import User
from groups.models import Group, Membership

ADDRESS = "member@example.org"


def answer(asked: dict[str, Any]) -> str:
    group = Group.objects.get(slug=asked["group"])
    user = User.objects.filter(email=ADDRESS).first() or User.objects.create_user(ADDRESS, name="Mia Member")
    EmailAddress.objects.get_or_create(user=user, email=ADDRESS, defaults={"verified": True, "primary": True})
    Membership.objects.get_or_create(group=group, user=user)
    browser = Client()
    browser.force_login(user, "accounts.backends.PasswordBackend")
    return f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"
