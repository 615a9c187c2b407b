"""Invitations, and links to join by. An invited address gets one mail a day at most, from the whole site; who has declined is
never invited to that group again."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from groups.actions.asking import may_ask
from groups.actions.joining import add_member, is_banned, is_retired, membership_of, plain
from groups.actions.log import note
from groups.models import Action, CameBy, Group, Invitation, InvitationState, JoinLink, Membership
from groups.pasted import Pasted

ANSWER_WITHIN = timedelta(days=30)
DAY = timedelta(days=1)


@dataclass
class Invited:
    """What became of each address: the invitations to mail, and why others were left out."""

    sent: list[Invitation] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)


def invite(*, group: Group, people: Iterable[Pasted], words: str, by: User) -> Invited:
    """One invitation each. The caller mails `sent`, in the same transaction where it can."""
    outcome = Invited()
    room = room_today(group, by)
    for person in people:
        because = _why_not(group, person.address, room - len(outcome.sent))
        invitation = None if because else _make(group, person, words, by)
        if invitation is not None:
            outcome.sent.append(invitation)
        else:
            outcome.left_out.append((person.address, because or _("was invited by somebody else just now")))
    return outcome


def room_today(group: Group, by: User) -> int:
    """How many more invitations may go today, by this person and for this group."""
    if by.is_superuser:
        return 1_000_000
    since = timezone.now() - DAY
    sent = Invitation.objects.filter(sent_at__gt=since)
    used = max(sent.filter(group=group).count(), sent.filter(by=by).count())
    return max(0, settings.INVITATIONS_A_DAY - used)


def _why_not(group: Group, address: str, room: int) -> str:
    if room <= 0:
        return _("not today: %(most)s invitations a day are the limit") % {"most": settings.INVITATIONS_A_DAY}
    if is_retired(group):
        return _("cannot join: the group is retired")
    if membership_of(group, address) is not None:
        return _("is a member already")
    if is_banned(group, address):
        return _("is banned")
    invited = Invitation.objects.filter(group=group, address=address)
    if invited.filter(state=InvitationState.DECLINED).exists():
        return _("has declined, and is not asked again")
    if invited.filter(state=InvitationState.SENT).exists():
        return _("is invited already")
    return "" if may_ask(address) else _("was written to within a day; try again tomorrow")


@transaction.atomic
def _make(group: Group, person: Pasted, words: str, by: User) -> Invitation | None:
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                group=group,
                address=person.address,
                name=plain(person.name),
                words=words.strip()[:2000],
                by=by,
                by_name=plain(by.name) or by.email,
            )
    except IntegrityError:
        return None
    note(Action.INVITED, group=group, by=by, about=person.address)
    return invitation


@transaction.atomic
def invite_again(invitation: Invitation, *, by: User) -> str:
    """Why it cannot be sent again today; empty where it can, and the caller mails it."""
    if room_today(invitation.group, by) <= 0:
        return _("Not today: %(most)s invitations a day are the limit.") % {"most": settings.INVITATIONS_A_DAY}
    waiting = Invitation.objects.filter(pk=invitation.pk, state=InvitationState.SENT)
    if not waiting.exists():
        return _("This invitation is over.")
    if not may_ask(invitation.address):
        said = _("%(address)s was written to within a day; try again tomorrow.")
        return said % {"address": invitation.address}
    waiting.update(sent_at=timezone.now(), times_sent=F("times_sent") + 1)
    return ""


@transaction.atomic
def cancel(invitation: Invitation, *, by: User) -> bool:
    if not _moved(invitation, InvitationState.CANCELLED):
        return False
    note(Action.INVITATION_CANCELLED, group=invitation.group, by=by, about=invitation.address)
    return True


@transaction.atomic
def accept(invitation: Invitation) -> Membership | None:
    """The owner of the address says yes; no account is needed. None where it is over."""
    is_over = invitation.sent_at < timezone.now() - ANSWER_WITHIN or is_retired(invitation.group)
    if is_over or is_banned(invitation.group, invitation.address):
        return None
    if not _moved(invitation, InvitationState.ACCEPTED):
        return None
    membership, _ = add_member(invitation.group, invitation.address, invitation.name, came_by=CameBy.INVITATION)
    return membership


@transaction.atomic
def decline(invitation: Invitation) -> bool:
    return _moved(invitation, InvitationState.DECLINED)


def _moved(invitation: Invitation, state: InvitationState) -> bool:
    waiting = Invitation.objects.filter(pk=invitation.pk, state=InvitationState.SENT)
    moved = waiting.update(state=state, decided_at=timezone.now())
    if moved:
        invitation.state = state
    return bool(moved)


@transaction.atomic
def make_link(
    *, group: Group, by: User, label: str = "", limit: int | None, expires_at: datetime | None, at_once: bool
) -> JoinLink:
    link = JoinLink.objects.create(
        group=group, by=by, label=label.strip()[:100], limit=limit, expires_at=expires_at, at_once=at_once
    )
    note(Action.LINK_MADE, group=group, by=by, about=str(link), details={"limit": limit, "expires": str(expires_at)})
    return link


@transaction.atomic
def end_link(link: JoinLink, *, by: User) -> bool:
    if not JoinLink.objects.filter(pk=link.pk, ended_at__isnull=True).update(ended_at=timezone.now()):
        return False
    note(Action.LINK_ENDED, group=link.group, by=by, about=str(link))
    return True
