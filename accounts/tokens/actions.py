"""Making, finding and ending tokens."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.tokens import secrets
from accounts.tokens.models import Scope, Token
from common import notices

MOST = 50  # that work at a time, of one person


class TooMany(Exception):
    def __init__(self) -> None:
        super().__init__(_("You have %(number)s tokens. End some that you no longer need first.") % {"number": MOST})


@transaction.atomic
def make_token(
    *,
    user: User,
    name: str,
    scopes: Iterable[str],
    only_groups: Iterable[int] | None = None,
    expires_at: datetime | None = None,
) -> tuple[Token, str]:
    """A new token and its text, which is not kept. Its person is told by mail. Raises TooMany."""
    User.objects.select_for_update().get(pk=user.pk)
    if user.api_tokens.working().count() >= MOST:
        raise TooMany
    text = secrets.new_text()
    token = Token.objects.create(
        user=user,
        name=name,
        hash=secrets.hash_of(text),
        beginning=text[:9],
        scopes=[scope for scope in Scope.values if scope in set(scopes)],
        only_groups=None if only_groups is None else sorted(set(only_groups)),
        expires_at=expires_at,
    )
    notices.send("token_made", user.email, {"token": token, "page": settings.SITE_URL + reverse("api-tokens")})
    return token, text


def end_token(token: Token) -> bool:
    return bool(Token.objects.filter(pk=token.pk, ended_at=None).update(ended_at=timezone.now()))


def end_all_tokens(user: User) -> int:
    """For signing out everywhere, suspending and closing an account."""
    return Token.objects.filter(user=user, ended_at=None).update(ended_at=timezone.now())


def person_changed_password(*, user: User, **_: Any) -> None:
    """Who changes a password may fear for the account: what was let in before is let in no more, as with sessions."""
    end_all_tokens(user)


def token_of(text: str) -> Token | None:
    """The token of this text, with its person, where both still count. One query; none for what never was one."""
    if not secrets.is_well_formed(text):
        return None
    token = Token.objects.working().select_related("user").filter(hash=secrets.hash_of(text)).first()
    return token if token is not None and may_act(token.user) else None


def may_act(user: User) -> bool:
    """Whether anything may be done in this person's name: neither closed nor suspended."""
    return user.is_active and not getattr(user, "is_suspended", False)


def note_use(token: Token) -> None:
    """Keep the day, and no more: one write a day and token."""
    today = timezone.now().date()
    if not token.used_today(today):
        Token.objects.filter(pk=token.pk).update(last_used_on=today)
