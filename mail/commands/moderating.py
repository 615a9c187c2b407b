"""What a moderator decides about something that waits, by answering the mail about it or on the page it names."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.sentences import as_kept
from groups.models import Group, Membership, Role, Waiting, WaitingState
from groups.moderation import deciding
from groups.moderation.registry import kind_of
from groups.permissions import Standing
from mail import tokens
from mail.addressing import site_address
from mail.commands.asker import Asker
from mail.commands.reading import Decision, read_decision
from mail.inbound.posts import Outcome

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ENDED = {
    "approve": _("Approved"),
    "trust": _("Approved"),
    "reject": _("Sent back"),
    "discard": _("Dropped"),
    "spam": _("Dropped as spam"),
    "ban": _("Dropped, and the address banned"),
    "expired": _("Nobody decided in time: closed"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing to decide, and the moderator whose token it is."""

    membership: Membership
    row: Waiting

    @property
    def by(self) -> User:
        return self.membership.user

    @property
    def group(self) -> Group:
        return self.row.group

    @property
    def kind(self) -> str:
        return self.row.kind

    @property
    def is_open(self) -> bool:
        return self.row.is_open

    @property
    def standing(self) -> Standing:
        rights = self.membership.rights
        return Standing(role=self.membership.role, given=None if rights is None else frozenset(rights))

    @property
    def what_became_of_it(self) -> "StrOrPromise":
        """`Approved, by Mo.`"""
        ended = ENDED.get(self.row.outcome, _("Decided"))
        if self.row.settled_by:
            return format_lazy(_("{ended}, by {who}."), ended=ended, who=str(self.row.settled_by))
        return format_lazy("{ended}.", ended=ended)


def moderate(asker: Asker) -> Outcome:
    """moderate+TOKEN@."""
    asked = of_token(asker.address.token)
    if asked is None:
        return asker.ignored("The token has ended, or its owner moderates no longer.")
    to = asked.membership.mail_address
    if not asked.is_open:
        _answer(asker, "decided_already", to, asked, became=asked.what_became_of_it)
        return asker.done(f"Decided before: {as_kept(asked.what_became_of_it)}")
    decision, reason = read_decision(asker.subject, asker.visible)
    if decision is None:
        _answer(asker, "decision_not_understood", to, asked)
        return asker.done("The answer was not understood, and the moderator was told how to say it.")
    try:
        done = decide(asked, decision, reason)
    except deciding.NotAllowed as error:
        _answer(asker, "decided_already", to, asked, became=str(error))
        return asker.done(f"Not decided: {error}")
    if not done:
        _answer(asker, "decided_already", to, asked, became=_("Somebody else was quicker."))
        return asker.done("Somebody else was quicker.")
    return asker.done(f"{asked.by} decided: {decision.value}.")


def _answer(asker: Asker, name: str, to: str, asked: Asked, **context: object) -> None:
    if asker.may_be_answered(to):
        token = asker.address.token
        about = {
            "group": asked.group,
            "link": tokens.link("moderate", token),
            "is_letter": asked.kind == "letter",
            "kind": asked.kind,
        }
        asker.answer(name, to, {**about, **context}, reply_to=site_address("moderate", token))


def of_token(token: str) -> Asked | None:
    """What the token is about, if its owner may decide about such things in that group today."""
    meaning = tokens.moderated(token)
    if meaning is None:
        return None
    case, target, moderator = meaning
    rows = Waiting.objects.filter(kind=tokens.KIND_OF[case], target=target).select_related("group", "settled_by")
    row = rows.filter(state=WaitingState.OPEN).first() or rows.order_by("-pk").first()
    membership = _moderating(row.group, moderator) if row is not None else None
    if row is None or membership is None:
        return None
    asked = Asked(membership, row)
    return asked if asked.standing.may(kind_of(row).right) else None


def _moderating(group: Group, user: int) -> Membership | None:
    moderators = Membership.objects.filter(group=group, role__in=(Role.OWNER, Role.MODERATOR), user__is_active=True)
    return moderators.select_related("user", "group").filter(user=user).first()


def decide(asked: Asked, decision: Decision, reason: str = "") -> bool:
    """False where somebody else was quicker. What makes no sense about this kind means its nearest: a request that is trusted
    is approved."""
    name = decision.value
    if kind_of(asked.row).choice(name) is None and decision is Decision.TRUST:
        name = Decision.APPROVE.value
    return deciding.decide(asked.row, name, by=asked.by, standing=asked.standing, words=reason)
