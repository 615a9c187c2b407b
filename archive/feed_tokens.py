"""Feed readers cannot sign in: a member's feed address carries a token that stands for them, in one group, for reading only.

The token is signed and hangs on the password, so that a new password ends every token given out before.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import urlencode

from accounts.models import User
from archive.reading import Reading
from groups.models import Group

SALT = "archive.feed"


def token_for(user: User, group: Group) -> str:
    """Add it to the address of a feed of this group as ?token=…"""
    return signing.dumps([user.pk, group.pk, _stamp(user)], salt=SALT)


def feed_address(reading: Reading, thread: int | None = None) -> str:
    """The path of the group's feed, or of a thread's; with the reader's own token where only members may read."""
    path = reverse("thread-feed", args=[reading.slug, thread]) if thread else reverse("group-feed", args=[reading.slug])
    return with_token(path, reading)


def with_token(url: str, reading: Reading) -> str:
    """An address of a feed of this group, with the reader's token where the letters are for members."""
    if reading.user is None or reading.group.archive_is_public:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode({'token': token_for(reading.user, reading.group)})}"


def bearer(token: str, slug: str) -> User | None:
    """Whose token this is, if it is one for this group and still good."""
    try:
        user_pk, group_pk, stamp = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=user_pk, is_active=True).first()
    if user is None or not constant_time_compare(stamp, _stamp(user)):
        return None
    return user if Group.objects.filter(pk=group_pk, slug=slug).exists() else None


def _stamp(user: User) -> str:
    return user.get_session_auth_hash()[:16]


def let_token_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Lets the bearer of a good token in as the person it stands for; everybody else as who they are."""

    @wraps(view)
    def feed(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = bearer(request.GET["token"], slug) if request.GET.get("token") else None
        if user is not None:
            request.user = user
        return view(request, slug, *args, **kwargs)

    return feed
