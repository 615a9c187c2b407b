"""Who asks the API, and whether their token goes so far. Every operation says what it needs: `auth=needs(Scope.…)`.

A token in `Authorization: Bearer` stands for its person. Without one, a browser of our own pages may read as whoever is signed in
there; nothing is ever changed on the word of a cookie, so that no other site can have a browser do it (CSRF).
"""

from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from ninja.security.base import AuthBase

from accounts.models import User
from accounts.tokens.actions import may_act, note_use, token_of
from accounts.tokens.models import Scope, Token
from common import ratelimit
from common.api.problems import Problem, unauthorized

SAFE = ("GET", "HEAD", "OPTIONS")
A_MINUTE = 60
NO_TOKEN = "This token is unknown, ended, or too old. Make one on the page “API tokens” of your account."  # noqa: S105
ONLY_TOKENS = "A request that changes something needs an API token: “Authorization: Bearer ph_…”."
TOO_OFTEN = "So many requests came within a minute that we stop until it is over."
OTHER_GROUPS = "This token is limited to some groups, and this is not about one of them."
NO_JSON = "Send the body as JSON, with “Content-Type: application/json”."
TOO_LARGE = "The body of a request may have {:,} bytes."


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: a person with a token or a session, or nobody (None)."""

    user: User | None
    token: Token | None = None


class Needs(AuthBase):
    """Lets in who has this scope; `anybody`: strangers, too, who then see what strangers see."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_name = "token"

    def __init__(self, scope: Scope | None, *, anybody: bool, across_groups: bool) -> None:
        super().__init__()
        self.scope, self.anybody, self.across_groups = scope, anybody, across_groups

    def __call__(self, request: HttpRequest) -> Asker:
        text = request.headers.get("Authorization", "")
        token = token_of(_bearer(text)) if text else None
        _limit(request, token)
        if text and token is None:
            raise unauthorized(NO_TOKEN, "invalid_token")
        asker = _with_token(request, token) if token is not None else _of_session(request)
        if token is not None:
            self._insist(request, token)
        elif asker.user is None and not self.anybody:
            raise unauthorized(ONLY_TOKENS) if request.method not in SAFE else unauthorized()
        _check_body(request)
        return asker

    def _insist(self, request: HttpRequest, token: Token) -> None:
        if self.scope is not None and self.scope not in token.scopes:
            said = f"This token does not have the scope “{self.scope.value}”."
            header = f'Bearer error="insufficient_scope", scope="{self.scope.value}"'
            raise Problem(403, said, headers={"WWW-Authenticate": header})
        of_a_group = request.resolver_match is not None and "slug" in request.resolver_match.kwargs
        if token.limited_to is not None and not of_a_group and self.across_groups:
            raise Problem(403, OTHER_GROUPS)


def needs(scope: Scope | None, *, anybody: bool = False, across_groups: bool = True) -> Needs:
    """`across_groups`: the operation is about all groups, so that tokens of some groups alone are refused (the addresses of one
    group ask groups.access)."""
    return Needs(scope, anybody=anybody, across_groups=across_groups)


def _bearer(header: str) -> str:
    kind, _, text = header.partition(" ")
    return text.strip() if kind.lower() == "bearer" else ""


def _with_token(request: HttpRequest, token: Token) -> Asker:
    request.user = token.user
    request.limited_to = token.limited_to  # type: ignore[attr-defined] # groups.access asks for it
    note_use(token)
    return Asker(token.user, token)


def _of_session(request: HttpRequest) -> Asker:
    """The person signed in, for reading from our own pages alone (Fetch Metadata; browsers without it keep the cookie to our
    site, SameSite=Lax, and can read no answer of ours elsewhere)."""
    from_here = request.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none")
    user: Any = request.user if request.method in SAFE and from_here else AnonymousUser()
    if not user.is_authenticated or not may_act(user):
        request.user = AnonymousUser()
        return Asker(None)
    return Asker(user)


def _limit(request: HttpRequest, token: Token | None) -> None:
    """RateLimit header fields (draft-ietf-httpapi-ratelimit-headers); 429 with Retry-After (RFC 6585) beyond them."""
    if token is not None:
        name, who, limit = "token", str(token.pk), settings.API_REQUESTS_A_MINUTE
    else:
        place = get_adapter(request).get_client_ip(request)
        name, who, limit = "address", str(place), settings.API_REQUESTS_A_MINUTE_OF_STRANGERS
    used = ratelimit.use(f"api {name}", who, limit=limit, seconds=A_MINUTE)
    request.api_limits = {  # type: ignore[attr-defined]
        "RateLimit-Policy": f'"{name}";q={limit};w={A_MINUTE}',
        "RateLimit": f'"{name}";r={used.remaining};t={used.resets_in}',
    }
    if used.is_over:
        raise Problem(429, TOO_OFTEN, headers={"Retry-After": str(used.resets_in)})


def _check_body(request: HttpRequest) -> None:
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if most is not None and length > most:
        raise Problem(413, TOO_LARGE.format(most))
    if length and request.method not in SAFE and request.content_type != "application/json":
        raise Problem(415, NO_JSON)
