"""Sign-in by mailed link: what the link carries. Signed, single-use, soon too old.

A token names the person, the address it went to, when it ends, and the state of the account it was made for. Signing in and
changing the password both change that state, so a link works once, and all older ones end with it.
"""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User

SALT = "accounts.sign-in-link"
HOURS = 1


@dataclass(frozen=True, slots=True)
class SignInLink:
    """A link that works: whose, and the address that was proved by receiving it."""

    user: User
    email: str


def sign_in_token(user: User, hours: float = HOURS, email: str = "") -> str:
    """A token for one sign-in; `email` is the address it will be sent to (default: the account's)."""
    ends = timezone.now() + timedelta(hours=hours)
    payload = {"u": user.pk, "e": email or user.email, "x": int(ends.timestamp()), "s": _state(user)}
    return signing.dumps(payload, salt=SALT)


def sign_in_url(user: User, hours: float = HOURS, email: str = "", next_url: str = "", site_url: str = "") -> str:
    """The whole address to send, on `site_url` (else SITE_URL), going on to `next_url` (a path) after signing in."""
    path = reverse("sign-in-link", args=[sign_in_token(user, hours, email)])
    return (site_url or settings.SITE_URL) + path + (f"?{urlencode({'next': next_url})}" if next_url else "")


def read_token(token: str) -> SignInLink | None:
    """None for what is forged, too old, used, or for a closed account. A suspended person's is read: they are told why it opens
    nothing, and it opens nothing (accounts.views.sign_in_link)."""
    try:
        payload = signing.loads(token, salt=SALT)
        pk, email, ends, state = payload["u"], payload["e"], payload["x"], payload["s"]
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None
    user = User.objects.filter(Q(is_active=True) | Q(suspended_at__isnull=False), pk=pk).first()
    if user is None or ends < timezone.now().timestamp() or not constant_time_compare(state, _state(user)):
        return None
    return SignInLink(user, email)


def use_up(link: SignInLink) -> bool:
    """Claim the link. False where another request was quicker: the row is updated only from the state the link was made for."""
    unchanged = User.objects.filter(pk=link.user.pk, last_login=link.user.last_login, password=link.user.password)
    return unchanged.update(last_login=timezone.now()) == 1


def _state(user: User) -> str:
    last = user.last_login.isoformat() if user.last_login else ""
    return salted_hmac(SALT, f"{user.pk}\x1f{user.password}\x1f{last}\x1f{user.email}", algorithm="sha256").hexdigest()[
        :24
    ]
