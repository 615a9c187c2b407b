"""The page “API tokens” of one's account: what there is, making one, ending one."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.tokens.actions import TooMany, end_token, make_token
from accounts.tokens.choices import groups_of
from accounts.tokens.forms import TokenForm
from accounts.tokens.models import Token
from common.ratelimit import allowed

SHOWN = 100
MADE_A_DAY = 20


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)
    form = TokenForm(request.POST or None, user=user)
    made, text = _make(user, form) if request.method == "POST" and form.is_valid() else (None, "")
    context: dict[str, Any] = {"form": form if made is None else TokenForm(user=user), "made": made, "text": text}
    return render(request, "account/tokens.html", {**context, "tokens": _shown(user)})


def _make(user: User, form: TokenForm) -> tuple[Token | None, str]:
    if not allowed("make tokens", user.pk, limit=MADE_A_DAY, seconds=86400):
        form.add_error(None, _("You have made many tokens today. Try again tomorrow."))
        return None, ""
    said = form.cleaned_data
    try:
        return make_token(
            user=user,
            name=said["name"],
            scopes=said["scopes"],
            only_groups=form.only_groups,
            expires_at=_until(said["lasts"]),
        )
    except TooMany as problem:
        form.add_error(None, str(problem))
        return None, ""


def _until(lasts: str) -> datetime | None:
    return timezone.now() + timedelta(days=int(lasts)) if lasts else None


def _shown(user: User) -> list[Token]:
    names = dict(groups_of(user))
    found = list(user.api_tokens.working().order_by("-pk")[:SHOWN])
    for token in found:
        keys = token.only_groups or []
        token.group_names = [names.get(key, _("a group you have left")) for key in keys]  # type: ignore[attr-defined]
    return found


@require_POST
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(Token, pk=pk, user=request.user)
    done = end_token(token)
    ended = _("“%(name)s” works no more.") % {"name": token.name}
    messages.success(request, ended if done else _("It had ended already."))
    return redirect("api-tokens")
