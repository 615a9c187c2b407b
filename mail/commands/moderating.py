"""What a moderator decides about a held letter or a wish to join, by answering the mail about it or on the page it names."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from groups.actions import banning
from groups.actions.banning import NotBanned
from groups.actions.joining import decide_request
from groups.models import BanKind, Group, JoinRequest, JoinState, Membership, Role
from mail import review, tokens
from mail.addressing import site_address
from mail.commands import joining
from mail.commands.asker import Asker
from mail.commands.reading import Decision, read_decision
from mail.inbound.facts import authors_of, headers_of
from mail.inbound.posts import Outcome
from mail.models import Inbound, InboundState
from mail.tokens import Case


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to decide, and the moderator whose token it is."""

    by: User
    membership: Membership
    group: Group
    letter: Inbound | None = None
    request: JoinRequest | None = None

    @property
    def is_open(self) -> bool:
        if self.letter is not None:
            return self.letter.state == InboundState.HELD
        return self.request is not None and self.request.state == JoinState.PENDING

    @property
    def what_became_of_it(self) -> str:
        """`Archived and sent on, by Mo.`"""
        row = self.letter or self.request
        assert row is not None
        state = row.get_state_display()
        return f"{state[:1].upper()}{state[1:]}{f', by {row.decided_by}' if row.decided_by else ''}."


def moderate(asker: Asker) -> Outcome:
    """moderate+TOKEN@."""
    waiting = of_token(asker.address.token)
    if waiting is None:
        return asker.ignored("The token has ended, or its owner moderates no longer.")
    to = waiting.membership.mail_address
    if not waiting.is_open:
        _answer(asker, "decided_already", to, waiting, became=waiting.what_became_of_it)
        return asker.done(f"Decided before: {waiting.what_became_of_it}")
    decision, reason = read_decision(asker.subject, asker.visible)
    if decision is None:
        _answer(asker, "decision_not_understood", to, waiting)
        return asker.done("The answer was not understood, and the moderator was told how to say it.")
    if not decide(waiting, decision, reason):
        _answer(asker, "decided_already", to, waiting, became="Somebody else was quicker.")
        return asker.done("Somebody else was quicker.")
    return asker.done(f"{waiting.by} decided: {decision.value}.")


def _answer(asker: Asker, name: str, to: str, waiting: Waiting, **context: object) -> None:
    if asker.may_be_answered(to):
        token = asker.address.token
        about = {
            "group": waiting.group,
            "link": tokens.link("moderate", token),
            "is_letter": waiting.letter is not None,
        }
        asker.answer(name, to, {**about, **context}, reply_to=site_address("moderate", token))


def of_token(token: str) -> Waiting | None:
    """What the token is about, if its owner moderates that group today."""
    meaning = tokens.moderated(token)
    if meaning is None:
        return None
    case, pk, moderator = meaning
    letter = request = None
    if case is Case.LETTER:
        letter = Inbound.objects.select_related("spooled__sender", "group", "decided_by").filter(pk=pk).first()
    else:
        request = JoinRequest.objects.select_related("group", "decided_by").filter(pk=pk).first()
    row = letter or request
    if row is None or row.group is None:
        return None
    membership = _moderating(row.group, moderator)
    if membership is None:
        return None
    return Waiting(membership.user, membership, row.group, letter, request)


def _moderating(group: Group, user: int) -> Membership | None:
    moderators = Membership.objects.filter(group=group, role__in=(Role.OWNER, Role.MODERATOR), user__is_active=True)
    return moderators.select_related("user", "group").filter(user=user).first()


@transaction.atomic
def decide(waiting: Waiting, decision: Decision, reason: str = "") -> bool:
    """False where somebody else was quicker."""
    if waiting.letter is not None:
        return LETTERS[decision](waiting.letter, waiting.by, reason)
    assert waiting.request is not None
    return decide_request_by(waiting.request, waiting.by, decision, reason)


def _approve(letter: Inbound, by: User, reason: str) -> bool:
    return review.approve(letter, by)


def _trust(letter: Inbound, by: User, reason: str) -> bool:
    return review.approve(letter, by, trust=True)


def _reject(letter: Inbound, by: User, reason: str) -> bool:
    return review.reject(letter, by, reason)


def _discard(letter: Inbound, by: User, reason: str) -> bool:
    return review.discard(letter, by)


def _ban(letter: Inbound, by: User, reason: str) -> bool:
    """Drop it, and let its author write here no more. Who moderates is never banned by mail."""
    if not review.discard(letter, by):
        return False
    assert letter.group is not None
    for author in _authors(letter):
        ban(letter.group, author, by, reason)
    return True


LETTERS: dict[Decision, Callable[[Inbound, User, str], bool]] = {
    Decision.APPROVE: _approve,
    Decision.TRUST: _trust,
    Decision.REJECT: _reject,
    Decision.DISCARD: _discard,
    Decision.BAN: _ban,
}


def _authors(letter: Inbound) -> tuple[str, ...]:
    return authors_of(headers_of(letter.spooled.raw_bytes))


def ban(group: Group, address: str, by: User, reason: str) -> None:
    """Whoever runs the group is left alone."""
    with suppress(NotBanned):
        banning.ban(group=group, kind=BanKind.ADDRESS, value=address, by=by, reason=reason)


@transaction.atomic
def decide_request_by(request: JoinRequest, by: User, decision: Decision, reason: str) -> bool:
    """Accept or refuse an applicant, with the mails that follow. False where somebody else was quicker."""
    accept = decision in (Decision.APPROVE, Decision.TRUST)
    if not decide_request(request=request, accept=accept, by=by, reason="" if accept else reason):
        return False
    if accept:
        joining.welcome(request.group, request.address)
    elif decision is Decision.REJECT:
        joining.refused(request, reason)
    elif decision is Decision.BAN:
        ban(request.group, request.address, by, reason)
    return True
