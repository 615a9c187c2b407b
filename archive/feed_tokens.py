"""Feed readers cannot sign in: a person's feed address carries a token that stands for them, for reading feeds only: those of
one group, or searches over all groups.

The token is signed, and hangs on the password and on a number that the person can raise (accounts.actions.feeds): either ends
every token given out before. It opens no more than the person may read at that moment.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core import signing
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import urlencode

from accounts.models import User
from archive.reading import Reading
from groups.models import Group

SALT = "archive.feed"
EVERYWHERE = 0  # in the place of a group's key


def token_for(user: User, group: Group | None) -> str:
    """Add it as ?token=… to the address of a feed of this group, or (None) of a search over all groups."""
    return signing.dumps([user.pk, group.pk if group else EVERYWHERE, _stamp(user)], salt=SALT)


def feed_address(reading: Reading, thread: int | None = None) -> str:
    """The path of the group's feed, or of a thread's; with the reader's own token where only members may read."""
    path = reverse("thread-feed", args=[reading.slug, thread]) if thread else reverse("group-feed", args=[reading.slug])
    return with_token(path, reading)


def with_token(url: str, reading: Reading) -> str:
    """An address of a feed of this group, with the reader's token where the letters are for members."""
    if reading.user is None or reading.group.archive_is_public:
        return url
    return _added(url, token_for(reading.user, reading.group))


def with_own_token(url: str, user: User | None) -> str:
    """An address of a feed of a search over all groups, with the token of the person, if there is one."""
    return _added(url, token_for(user, None)) if user is not None else url


def _added(url: str, token: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode({'token': token})}"


def bearer(token: str, slug: str | None) -> User | None:
    """Whose token this is, if it is one for this group (None: for all) and still good."""
    try:
        user_pk, group_pk, stamp = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=user_pk, is_active=True).first()
    if user is None or not constant_time_compare(stamp, _stamp(user)):
        return None
    if slug is None:
        return user if group_pk == EVERYWHERE else None
    named = Q(slug=slug) | Q(aliases__slug=slug)  # an old name, from which visit_group leads on
    return user if Group.objects.filter(named, pk=group_pk).exists() else None


def _stamp(user: User) -> str:
    return f"{user.get_session_auth_hash()[:16]}.{user.feeds_ended}"


def let_token_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Lets the bearer of a good token in as the person it stands for; everybody else as who they are."""

    @wraps(view)
    def feed(request: HttpRequest, slug: str | None = None, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = bearer(request.GET["token"], slug) if request.GET.get("token") else None
        if user is not None:
            request.user = user
        return view(request, *(() if slug is None else (slug,)), *args, **kwargs)

    return feed
