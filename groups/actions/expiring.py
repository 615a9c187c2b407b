"""Confirmations and invitations that nobody answered in time. Swept every hour; what waits for moderators is closed with the
rest of their queue."""

from django.utils import timezone

from groups.actions.asking import forget_old_askings
from groups.actions.inviting import ANSWER_WITHIN
from groups.actions.joining import CONFIRM_WITHIN
from groups.models import Invitation, InvitationState, JoinRequest, JoinState


def expire() -> int:
    """Close what is over. Returns how many were closed."""
    now = timezone.now()
    unconfirmed = JoinRequest.objects.filter(state=JoinState.UNCONFIRMED, made_at__lt=now - CONFIRM_WITHIN)
    closed = unconfirmed.update(state=JoinState.EXPIRED, decided_at=now)
    unanswered = Invitation.objects.filter(state=InvitationState.SENT, sent_at__lt=now - ANSWER_WITHIN)
    closed += unanswered.update(state=InvitationState.EXPIRED, decided_at=now)
    forget_old_askings()
    return closed
