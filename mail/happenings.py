"""What the mail gateway tells those who listen (groups.events): what waits for a moderator."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from groups import events
from groups.models import JoinRequest, JoinState
from mail.models import Inbound, InboundState

KNOWN = {
    "message.held": _("A letter waits for a moderator"),
    "report.waiting": _("A letter was reported"),
}
OF_WAITING = {"letter": "message.held", "report": "report.waiting"}


def register() -> None:
    events.KNOWN.update(KNOWN)
    events.OF_WAITING.update(OF_WAITING)
    events.CONTENTS["waiting-letter"] = _held
    events.CONTENTS["waiting-request"] = _request


def _held(pk: int, with_text: bool) -> dict[str, Any] | None:
    """What moderators see in the list of what waits; never the whole letter. None once it was decided."""
    inbound = Inbound.objects.filter(pk=pk, state=InboundState.HELD).first()
    return {"subject": inbound.subject, "from": {"address": inbound.author}} if inbound is not None else None


def _request(pk: int, with_text: bool) -> dict[str, Any] | None:
    request = JoinRequest.objects.filter(pk=pk, state=JoinState.PENDING).first()
    return {"name": request.name, "address": request.address} if request is not None else None
