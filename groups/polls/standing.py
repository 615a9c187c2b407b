"""Somebody's standing towards one poll, fetched: what pages and mail ask before a vote, with the same answer."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from groups.models import Ban, Group, Membership, Posting
from groups.permissions import Standing
from groups.polls.box import Box
from groups.polls.models import Ballot, BallotBox, Poll
from groups.polls.permissions import may_run, why_not_vote


@dataclass(frozen=True, slots=True)
class Voter:
    """`why_not`: a sentence; "" where they may vote."""

    standing: Standing
    why_not: str


def voter_of(poll: Poll, user: User) -> Voter:
    """Two queries. The poll's group must be at hand."""
    membership = membership_in(poll.group, user)
    standing = _standing(user, membership)
    is_banned = _is_banned(poll.group, user, membership)
    joined_at = membership.joined_at if membership else None
    return Voter(standing, why_not_vote(poll, poll.group, standing, joined_at, is_banned=is_banned))


def why_not_ask(group: Group, user: User) -> str:
    """A sentence for somebody who may open polls otherwise; "" where nothing is against it. Two queries."""
    membership = membership_in(group, user)
    if membership is not None and membership.posting == Posting.REFUSED:
        return _("You may not write to this group, so you do not open polls in it either.")
    return _("You are banned from this group.") if _is_banned(group, user, membership) else ""


def membership_in(group: Group, user: User) -> Membership | None:
    return Membership.objects.filter(user=user, group=group).first()


def _is_banned(group: Group, user: User, membership: Membership | None) -> bool:
    addresses = {user.email, *([membership.address] if membership and membership.address else [])}
    return Ban.objects.that_concern(group).matching(addresses).exists()


def _standing(user: User, membership: Membership | None) -> Standing:
    is_staff = user.is_active and user.is_superuser
    if membership is None:
        return Standing(is_staff=is_staff)
    given = None if membership.rights is None else frozenset(membership.rights)
    return Standing(membership.role, is_staff, given)


def runs(poll: Poll, standing: Standing, user: User | None) -> bool:
    return may_run(poll, standing, user.pk if user else None)


def has_voted(poll: Poll, user: User) -> bool:
    """Of an anonymous poll that is closed nobody knows it any more."""
    if not poll.anonymous:
        return Ballot.objects.filter(poll=poll, voter=user).exists()
    kept = BallotBox.objects.filter(poll=poll).values_list("roll", flat=True).first()
    return kept is not None and user.pk in Box.read(kept, b"").roll
