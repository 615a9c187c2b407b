"""What a moderator decides about a wish to join; the applicant hears of it."""

from django.db import transaction

from accounts.models import User
from groups.actions.joining import decide_request
from groups.models import JoinRequest, WaitEnd
from mail.commands import joining
from mail.commands.inviting import tell_expired
from mail.review.banning import ban


@transaction.atomic
def decide(request: JoinRequest, decision: str, by: User, reason: str = "") -> bool:
    """approve, reject (they are told), discard (they are not), ban. False where somebody else was quicker."""
    accept = decision == "approve"
    if not decide_request(request=request, accept=accept, by=by, reason="" if accept else reason, outcome=decision):
        return False
    if accept:
        joining.welcome(request.group, request.address)
    elif decision == "reject":
        joining.refused(request, reason)
    elif decision == "ban":
        ban(request.group, request.address, by, reason)
    return True


@transaction.atomic
def expire(request: JoinRequest) -> bool:
    """Nobody decided in time."""
    why = f"No moderator decided about it within {request.group.wait_days} days."
    if not decide_request(request=request, accept=False, by=None, reason=why):
        return False
    if request.group.wait_end == WaitEnd.REJECT:
        tell_expired(request)
    return True
