"""Whoever writes to us can be written to: a letter that proves its author's address heals the mailbox behind it."""

from collections.abc import Iterable

from mail.bounces.record import heal
from mail.inbound.incoming import Incoming
from mail.models import Mailbox, MailboxState


def hear_from(incomings: Iterable[Incoming]) -> int:
    """Returns how many mailboxes are well again."""
    addresses = {address for incoming in incomings for address in _proved(incoming)}
    if not addresses:
        return 0
    troubled = Mailbox.objects.filter(address__in=addresses).exclude(state=MailboxState.NORMAL, score=0)
    return sum(heal(address) for address in troubled.values_list("address", flat=True))


def _proved(incoming: Incoming) -> list[str]:
    """The author's address, where DMARC, an aligned signature or the envelope bears it out (RFC 7489 §3.1)."""
    found, author = incoming.authentication, incoming.letter.from_address.lower()
    domain = author.rpartition("@")[2]
    signed = any(result == "pass" and _aligned(signer.lower(), domain) for signer, result in found.dkim)
    by_envelope = found.spf == "pass" and incoming.inbound.spooled.envelope_from.lower() == author
    return [author] if domain and (found.dmarc == "pass" or signed or by_envelope) else []


def _aligned(signer: str, domain: str) -> bool:
    return bool(signer) and (domain == signer or domain.endswith(f".{signer}"))
