"""Letters to a return path, and reports that came to a group's own address instead."""

from common.sentences import as_kept
from mail.addressing import Address, unseal
from mail.bounces.record import take_report
from mail.inbound.incoming import Incoming
from mail.inbound.posts import Outcome
from mail.models import Category, InboundState


def take_returned(incoming: Incoming, address: Address) -> Outcome:
    """Note what came back; which copy it was about is what the sealed return path says (VERP), if it is a true one."""
    numbers = unseal("bounce", address.token) if address.token else None
    noted = take_report(incoming.inbound, incoming.raw, numbers[0] if numbers else None)
    meaning = as_kept(Category(noted.category.value).label)
    return Outcome(InboundState.BOUNCE, "report", f"{meaning[:1].upper()}{meaning[1:]}. {noted.outcome}")
