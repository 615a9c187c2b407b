"""Writing the log of the staff: who did what to what, when, why, from what to what, from which address of the net."""

import json
from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.http import HttpRequest

from accounts.models import User
from groups.abuse.models import StaffEntry


def record(request: HttpRequest, what: str, about: Any, details: Mapping[str, Any]) -> None:
    """As common.panel.audit wants it: for what is done on a page of the panel."""
    by = request.user if isinstance(request.user, User) else None
    note(what, by=by, about=about, details=details, ip=client_of(request))


def note(
    action: str,
    *,
    by: User | None,
    about: Model | str,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
    ip: str | None = None,
    url: str = "",
) -> StaffEntry:
    """One line, in the caller's transaction."""
    is_row = isinstance(about, Model)
    return StaffEntry.objects.create(
        by_id=by.pk if by else None,
        by_name=f"{by} <{by.email}>"[:320] if by else "",
        action=action[:40],
        about_kind=about._meta.label_lower[:40] if isinstance(about, Model) else "",
        about_id=str(about.pk)[:40] if isinstance(about, Model) else "",
        about_name=_name_of(about)[:320] if is_row else str(about)[:320],
        url=(url or _page_of(about))[:300],
        reason=" ".join(reason.split())[:2000],
        details=json.loads(json.dumps(details or {}, cls=DjangoJSONEncoder, default=str)),
        ip=ip,
    )


def client_of(request: HttpRequest) -> str | None:
    found = str(get_adapter(request).get_client_ip(request) or "")
    return found if found and found[0] in "0123456789abcdefABCDEF:" else None


def _name_of(about: Any) -> str:
    return f"{about.name} <{about.email}>" if isinstance(about, User) else str(about)


def _page_of(about: object) -> str:
    found = getattr(about, "get_absolute_url", None)
    return str(found()) if found is not None else ""
