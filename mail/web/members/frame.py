"""What the pages about a group's members share: who may come in, the way between them, the form of a list's rows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.caching import private
from groups.access import Visit, person, visit_as_owner, visit_with
from groups.models import Right

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Part:
    key: str
    label: "StrOrPromise"
    url_name: str
    shown: Callable[[Visit], bool]


def _members(visit: Visit) -> bool:
    return visit.may(Right.MEMBERS)


def _owner(visit: Visit) -> bool:
    return visit.standing.is_owner


PARTS = (
    Part("everybody", _("Everybody"), "group-members", _members),
    Part("waiting", _("Who wants in"), "members-waiting", _members),
    Part("invitations", _("Invite"), "members-invite", _members),
    Part("links", _("Links"), "members-links", _owner),
    Part("add", _("Add"), "members-add", _owner),
    Part("past", _("Past members"), "members-past", _members),
    Part("bans", _("Bans"), "members-bans", lambda visit: visit.may(Right.BANS)),
    Part("joining", _("Joining and directory"), "members-joining", _owner),
)


def page(
    request: HttpRequest, template: str, visit: Visit, part: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    slug = visit.group.slug
    parts = [
        {"label": each.label, "url": reverse(each.url_name, args=[slug]), "current": each.key == part}
        for each in PARTS
        if each.shown(visit)
    ]
    frame = {"visit": visit, "tab": "members", "group": visit.group, "parts": parts if len(parts) > 1 else []}
    return private(render(request, f"mail/members/{template}.html", {**frame, **context}, status=status))


def visit_for_members(request: HttpRequest, slug: str) -> tuple[Visit, User]:
    return _with_person(request, visit_with(request, slug, Right.MEMBERS))


def visit_for_owners(request: HttpRequest, slug: str) -> tuple[Visit, User]:
    return _with_person(request, visit_as_owner(request, slug))


def visit_for(request: HttpRequest, slug: str, right: Right) -> tuple[Visit, User]:
    return _with_person(request, visit_with(request, slug, right))


def _with_person(request: HttpRequest, visit: Visit) -> tuple[Visit, User]:
    by = person(request)
    assert by is not None  # nobody has a right without being signed in
    return visit, by


def numbers(texts: list[str], most: int) -> list[int]:
    """Keys that a form sent; what is none is left out."""
    return [int(text) for text in texts[:most] if text.isascii() and text.isdigit() and len(text) <= 18]


def clean(text: str, most: int) -> str:
    return text.replace("\x00", "").strip()[:most]
