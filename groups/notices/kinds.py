"""Which notices a group may word itself, and what may stand in them: names in braces, replaced when the mail is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import reverse

from groups.models import Group


@dataclass(frozen=True, slots=True)
class Placeholder:
    says: str
    example: str
    is_link: bool = False
    needed: bool = False  # without it the mail would not do its work
    in_subject: bool = False  # it may stand in the subject alone


OF_THE_GROUP = {
    "group": Placeholder("the name of the group", "Riverside Gardeners"),
    "address": Placeholder("the address of the group", "gardeners@lists.example"),
    "owner": Placeholder("the address of its owners", "gardeners+owner@lists.example"),
    "home": Placeholder("its page", "https://lists.example/g/gardeners/", is_link=True),
    "rules": Placeholder("the page of its guidelines", "https://lists.example/g/gardeners/guidelines/", is_link=True),
}
_YES = Placeholder("the page with the button that says yes", "https://lists.example/mail/confirm/abc/", True, True)
_LEAVE = Placeholder("the page to leave, which is the member’s alone", "https://lists.example/mail/leave/abc/", True)
_REASON = Placeholder("what the moderator wrote; empty where nothing", "We are a group for the town alone.")
_WHY = Placeholder("why, in a sentence", "The first post of a new member is looked at first.")
_SUBJECT = Placeholder("the subject of the letter; strangers do not see it", "Seed swap")
_MEMBER = {
    "delivery": Placeholder("what the member gets, as in “Every message”", "Every message"),
    "leave_link": _LEAVE,
    "leave_address": Placeholder("the address that takes leave", "gardeners+unsubscribe@lists.example"),
    "help_address": Placeholder("the address that explains all others", "gardeners+help@lists.example"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A notice; `own` are its placeholders beside those of every group."""

    title: str
    when: str
    own: Mapping[str, Placeholder] = field(default_factory=dict)

    @property
    def placeholders(self) -> dict[str, Placeholder]:
        return {**OF_THE_GROUP, **self.own}


KINDS = {
    "welcome": Kind("Welcome", "Somebody has become a member.", _MEMBER),
    "goodbye": Kind(
        "Goodbye",
        "A member has left. An answer, or the page, undoes it.",
        {"yes_link": _YES, "days": Placeholder("for how many days it can be undone", "30")},
    ),
    "confirm": Kind(
        "Please confirm",
        "Somebody asked that this address joins. An answer, or the page, says yes.",
        {"yes_link": _YES, "days": Placeholder("for how many days the question stands", "7")},
    ),
    "pending": Kind("Request waits", "Somebody asked to join, and a moderator is to decide."),
    "refused": Kind("Request refused", "A moderator decided against a request to join.", {"reason": _REASON}),
    "by_invitation": Kind("By invitation only", "Somebody asked by mail to join a group that invites."),
    "already_member": Kind("Member already", "A member asked to join again.", _MEMBER),
    "invited": Kind(
        "Invitation",
        "Somebody is invited. An answer, or the page, says yes.",
        {
            "yes_link": _YES,
            "by": Placeholder("who invites", "Alice"),
            "reason": _REASON,
            "days": Placeholder("for how many days it stands", "30"),
        },
    ),
    "added": Kind(
        "Added",
        "A moderator added somebody as a member.",
        {
            **_MEMBER,
            "by": Placeholder("who added them", "Alice"),
            "how": Placeholder("how they said that they want it", "signed the list at our meeting"),
            "leave_link": replace(_LEAVE, needed=True),
        },
    ),
    "removed": Kind("Removed", "A moderator took a member out.", {"reason": _REASON}),
    "banned": Kind("Banned", "A moderator took a member out and banned their address.", {"reason": _REASON}),
    "request_expired": Kind(
        "Request has ended",
        "Nobody decided about a request to join in time.",
        {
            "again": Placeholder("the page to ask again", "https://lists.example/g/gardeners/join/", is_link=True),
            "days": Placeholder("for how many days a request waits", "14"),
        },
    ),
    "from_moderator": Kind(
        "From a moderator",
        "A moderator writes to some members.",
        {
            "title": Placeholder("the subject they wrote", "The key of the shed", needed=True, in_subject=True),
            "text": Placeholder("what they wrote", "Who has it?", needed=True),
            "by": Placeholder("who wrote it", "Alice"),
        },
    ),
    "held": Kind("Letter waits", "A letter waits for a moderator.", {"subject": _SUBJECT, "why": _WHY}),
    "edited": Kind(
        "Letter was changed", "A letter went out after a moderator changed it.", {"subject": _SUBJECT, "why": _WHY}
    ),
    "letter_removed": Kind(
        "Letter taken out", "A reported letter was taken out of the archive.", {"subject": _SUBJECT, "why": _WHY}
    ),
    "rejected": Kind("Letter sent back", "A letter was not sent on.", {"subject": _SUBJECT, "why": _WHY}),
    "locked": Kind(
        "Group is locked", "Somebody wrote while the group is locked or retired.", {"subject": _SUBJECT, "why": _WHY}
    ),
    "guidelines": Kind(
        "Reminder of the guidelines",
        "Once a month, where the group wants it.",
        {"guidelines": Placeholder("the guidelines themselves", "Be kind.", needed=True)},
    ),
}


@cache
def in_use(name: str) -> bool:
    """Whether the house has words for it, and so sends it at all."""
    try:
        get_template(f"notices/{name}/body.txt")
    except TemplateDoesNotExist:
        return False
    return name in KINDS


def values_of(kind: Kind, about: Mapping[str, Any], group: Group) -> dict[str, str]:
    """What each placeholder stands for in this mail."""
    values = {name: str(about.get(name, "") or "") for name in kind.own}
    return {
        **values,
        "group": group.name,
        "address": group.address,
        "owner": f"{group.slug}+owner@{group.site.mail_domain}",
        "home": group.url,
        "rules": group.site.url + reverse("group-guidelines", args=[group.slug]),
    }


def examples_of(kind: Kind, group: Group) -> dict[str, str]:
    """The same with examples in the place of what only a real mail knows."""
    return values_of(kind, {name: each.example for name, each in kind.own.items()}, group)
