"""What happens in groups, told to whoever listens: in the transaction of what happens, so that what is rolled back was never
told. Each app registers what it tells of in KNOWN, and what a letter or the like says in CONTENTS, from its apps.py.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from groups.models import Action, Group

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Happening:
    """`data` is JSON and is kept. What a letter says is not: `content` names it ("letter/12"), and it is looked up when it is
    told, so that what was destroyed meanwhile is told to nobody."""

    name: str
    group: Group | None
    data: Mapping[str, Any] = field(default_factory=dict)
    content: str = ""


# name of an event -> what it means, in the words of a form
KNOWN: "dict[str, StrOrPromise]" = {
    "member.joined": _("Somebody joined"),
    "member.left": _("Somebody left"),
    "member.added": _("Members were added"),
    "member.removed": _("A member was removed"),
    "member.changed": _("A member’s role, rights or mail changed"),
    "member.banned": _("An address was banned"),
    "member.unbanned": _("A ban was lifted"),
    "request.waiting": _("Somebody asks to join"),
    "request.decided": _("A request to join was decided"),
    "group.started": _("A group was started"),
    "group.changed": _("Settings, addresses or the state of the group changed"),
}
LISTENERS: list[Callable[[Sequence[Happening]], None]] = []
# kind of a content -> what it says now to an owner (with its text, or without); None where it is gone
CONTENTS: dict[str, Callable[[int, bool], dict[str, Any] | None]] = {}

# What the log tells is told as an event, too. Keyed by value: apps above have actions of their own.
OF_ACTIONS: dict[str, str] = {
    Action.JOINED: "member.joined",
    Action.CAME_BACK: "member.joined",
    Action.LEFT: "member.left",
    Action.ADDED: "member.added",
    Action.MEMBERS_IMPORTED: "member.added",
    Action.REMOVED: "member.removed",
    Action.IMPORT_UNDONE: "member.removed",
    Action.ROLE_CHANGED: "member.changed",
    Action.RIGHTS_CHANGED: "member.changed",
    Action.POSTING_CHANGED: "member.changed",
    Action.DELIVERY_CHANGED: "member.changed",
    Action.ADDRESS_CHANGED: "member.changed",
    Action.BANNED: "member.banned",
    Action.UNBANNED: "member.unbanned",
    Action.REQUEST_ACCEPTED: "request.decided",
    Action.REQUEST_REFUSED: "request.decided",
    Action.GROUP_STARTED: "group.started",
    Action.SETTINGS_CHANGED: "group.changed",
    Action.SETTINGS_ROLLED_BACK: "group.changed",
    Action.NOTICE_CHANGED: "group.changed",
    Action.RENAMED: "group.changed",
    Action.ALIAS_CHANGED: "group.changed",
    Action.LOCKED: "group.changed",
    Action.RETIRED: "group.changed",
    Action.REOPENED: "group.changed",
}
# kind of what waits for a moderator -> event
OF_WAITING: dict[str, str] = {"request": "request.waiting"}


def happened(*happenings: Happening) -> None:
    """Tell the listeners, in the caller's transaction."""
    if happenings:
        for listener in LISTENERS:
            listener(happenings)


def content_of(name: str, *, with_text: bool) -> dict[str, Any] | None:
    kind, _, key = name.partition("/")
    return CONTENTS[kind](int(key), with_text) if kind in CONTENTS and key.isdigit() else None
