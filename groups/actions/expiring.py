"""Confirmations and invitations that nobody answered in time. Swept every hour; what waits for moderators is closed with the
rest of their queue."""

from datetime import timedelta

from django.utils import timezone

from groups.actions.asking import forget_old_askings
from groups.actions.inviting import ANSWER_WITHIN
from groups.actions.joining import CONFIRM_WITHIN
from groups.models import Batch, BatchState, Invitation, InvitationState, JoinRequest, JoinState

PREVIEW_KEPT = timedelta(days=1)


def expire() -> int:
    """Close what is over. Returns how many were closed."""
    now = timezone.now()
    unconfirmed = JoinRequest.objects.filter(state=JoinState.UNCONFIRMED, made_at__lt=now - CONFIRM_WITHIN)
    closed = unconfirmed.update(state=JoinState.EXPIRED, decided_at=now)
    unanswered = Invitation.objects.filter(state=InvitationState.SENT, sent_at__lt=now - ANSWER_WITHIN)
    closed += unanswered.update(state=InvitationState.EXPIRED, decided_at=now)
    Batch.objects.filter(state=BatchState.PREVIEW, made_at__lt=now - PREVIEW_KEPT).delete()  # files full of addresses
    forget_old_askings()
    return closed
