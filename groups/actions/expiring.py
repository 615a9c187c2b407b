"""What waited too long: requests to join, confirmations, invitations. Swept every hour."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from groups.actions.asking import forget_old_askings
from groups.actions.inviting import ANSWER_WITHIN
from groups.actions.joining import CONFIRM_WITHIN, DECIDE_WITHIN, moved
from groups.actions.log import note
from groups.models import Action, Invitation, InvitationState, JoinRequest, JoinState

MOST_AT_ONCE = 1000


def expire(tell: Callable[[JoinRequest], object]) -> int:
    """Close what is over; `tell` writes to an applicant about whom nobody decided. Returns how many were closed."""
    now = timezone.now()
    unconfirmed = JoinRequest.objects.filter(state=JoinState.UNCONFIRMED, made_at__lt=now - CONFIRM_WITHIN)
    closed = unconfirmed.update(state=JoinState.EXPIRED, decided_at=now)
    unanswered = Invitation.objects.filter(state=InvitationState.SENT, sent_at__lt=now - ANSWER_WITHIN)
    closed += unanswered.update(state=InvitationState.EXPIRED, decided_at=now)
    undecided = JoinRequest.objects.filter(state=JoinState.PENDING, pending_at__lt=now - DECIDE_WITHIN)
    for request in undecided.select_related("group")[:MOST_AT_ONCE]:
        closed += _close(request, tell)
    forget_old_askings()
    return closed


@transaction.atomic
def _close(request: JoinRequest, tell: Callable[[JoinRequest], object]) -> bool:
    if not moved(request, JoinState.PENDING, JoinState.EXPIRED):
        return False
    note(Action.EXPIRED, group=request.group, about=request.name or request.address)
    tell(request)
    return True
