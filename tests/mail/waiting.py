"""Things that wait, for tests of the queue."""

from django.core import mail as outbox

from groups.actions.joining import begin_waiting
from groups.models import Group, JoinRequest, JoinState, Membership, Posting, Waiting
from mail.inbound import pipeline
from mail.models import Inbound, InboundState
from tests.mail.letters import arrived, raw


def hold(group: Group, message_id: str = "<swap-1@example.org>", **fields) -> Inbound:
    """Bob's letter, which waits because a moderator said so."""
    Membership.objects.filter(group=group, user__email="bob@example.org").update(posting=Posting.MODERATED)
    inbound = arrived(group, raw(message_id=message_id, **fields))
    pipeline.process(inbound.pk)
    inbound.refresh_from_db()
    assert inbound.state == InboundState.HELD, inbound.reason
    outbox.outbox.clear()
    return inbound


def ask_to_join(group: Group, address: str = "dora@example.net") -> JoinRequest:
    request = JoinRequest.objects.create(group=group, address=address, state=JoinState.PENDING)
    begin_waiting(request)
    return request


def row_of(thing: Inbound | JoinRequest) -> Waiting:
    kind = "letter" if isinstance(thing, Inbound) else "request"
    return Waiting.objects.select_related("group").get(kind=kind, target=thing.pk)
