"""Which notices a group may word itself, and what may stand in them: names in braces, replaced when the mail is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from groups.models import Group

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Placeholder:
    says: "StrOrPromise"
    example: "StrOrPromise"
    is_link: bool = False
    needed: bool = False  # without it the mail would not do its work
    in_subject: bool = False  # it may stand in the subject alone


OF_THE_GROUP = {
    "group": Placeholder(_("the name of the group"), "Riverside Gardeners"),
    "address": Placeholder(_("the address of the group"), "gardeners@lists.example"),
    "owner": Placeholder(_("the address of its owners"), "gardeners+owner@lists.example"),
    "home": Placeholder(_("its page"), "https://lists.example/g/gardeners/", is_link=True),
    "rules": Placeholder(
        _("the page of its guidelines"), "https://lists.example/g/gardeners/guidelines/", is_link=True
    ),
}
_YES = Placeholder(_("the page with the button that says yes"), "https://lists.example/mail/confirm/abc/", True, True)
_LEAVE = Placeholder(_("the page to leave, which is the member’s alone"), "https://lists.example/mail/leave/abc/", True)
_REASON = Placeholder(_("what the moderator wrote; empty where nothing"), _("We are a group for the town alone."))
_WHY = Placeholder(_("why, in a sentence"), _("The first letter of a new member is looked at first."))
_SUBJECT = Placeholder(_("the subject of the letter; strangers do not see it"), _("Seed swap"))
_MEMBER = {
    "delivery": Placeholder(_("what the member gets, as in “Every letter”"), _("Every letter")),
    "leave_link": _LEAVE,
    "leave_address": Placeholder(_("the address that takes leave"), "gardeners+unsubscribe@lists.example"),
    "help_address": Placeholder(_("the address that explains all others"), "gardeners+help@lists.example"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A notice; `own` are its placeholders beside those of every group."""

    title: "StrOrPromise"
    when: "StrOrPromise"
    own: Mapping[str, Placeholder] = field(default_factory=dict)

    @property
    def placeholders(self) -> dict[str, Placeholder]:
        return {**OF_THE_GROUP, **self.own}


KINDS = {
    "welcome": Kind(_("Welcome"), _("Somebody has become a member."), _MEMBER),
    "goodbye": Kind(
        _("Goodbye"),
        _("A member has left. An answer, or the page, undoes it."),
        {"yes_link": _YES, "days": Placeholder(_("for how many days it can be undone"), "30")},
    ),
    "confirm": Kind(
        _("Please confirm"),
        _("Somebody asked that this address joins. An answer, or the page, says yes."),
        {"yes_link": _YES, "days": Placeholder(_("for how many days the question stands"), "7")},
    ),
    "pending": Kind(_("Request waits"), _("Somebody asked to join, and a moderator is to decide.")),
    "refused": Kind(_("Request refused"), _("A moderator decided against a request to join."), {"reason": _REASON}),
    "by_invitation": Kind(_("By invitation only"), _("Somebody asked by mail to join a group that invites.")),
    "already_member": Kind(_("Member already"), _("A member asked to join again."), _MEMBER),
    "invited": Kind(
        _("Invitation"),
        _("Somebody is invited. An answer, or the page, says yes."),
        {
            "yes_link": _YES,
            "by": Placeholder(_("who invites"), "Alice"),
            "reason": _REASON,
            "days": Placeholder(_("for how many days it stands"), "30"),
        },
    ),
    "added": Kind(
        _("Added"),
        _("A moderator added somebody as a member."),
        {
            **_MEMBER,
            "by": Placeholder(_("who added them"), "Alice"),
            "how": Placeholder(_("how they said that they want it"), _("signed the list at our meeting")),
            "leave_link": replace(_LEAVE, needed=True),
        },
    ),
    "removed": Kind(_("Removed"), _("A moderator took a member out."), {"reason": _REASON}),
    "banned": Kind(_("Banned"), _("A moderator took a member out and banned their address."), {"reason": _REASON}),
    "request_expired": Kind(
        _("Request has ended"),
        _("Nobody decided about a request to join in time."),
        {
            "again": Placeholder(_("the page to ask again"), "https://lists.example/g/gardeners/join/", is_link=True),
            "days": Placeholder(_("for how many days a request waits"), "14"),
        },
    ),
    "from_moderator": Kind(
        _("From a moderator"),
        _("A moderator writes to some members."),
        {
            "title": Placeholder(_("the subject they wrote"), _("The key of the shed"), needed=True, in_subject=True),
            "text": Placeholder(_("what they wrote"), _("Who has it?"), needed=True),
            "by": Placeholder(_("who wrote it"), "Alice"),
        },
    ),
    "held": Kind(_("Letter waits"), _("A letter waits for a moderator."), {"subject": _SUBJECT, "why": _WHY}),
    "edited": Kind(
        _("Letter was changed"),
        _("A letter went out after a moderator changed it."),
        {"subject": _SUBJECT, "why": _WHY},
    ),
    "letter_removed": Kind(
        _("Letter taken out"), _("A reported letter was taken out of the archive."), {"subject": _SUBJECT, "why": _WHY}
    ),
    "rejected": Kind(_("Letter sent back"), _("A letter was not sent on."), {"subject": _SUBJECT, "why": _WHY}),
    "locked": Kind(
        _("Group is locked"),
        _("Somebody wrote while the group is locked or retired."),
        {"subject": _SUBJECT, "why": _WHY},
    ),
    "guidelines": Kind(
        _("Reminder of the guidelines"),
        _("Once a month, where the group wants it."),
        {"guidelines": Placeholder(_("the guidelines themselves"), _("Be kind."), needed=True)},
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
