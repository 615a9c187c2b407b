"""Which hand an inbound letter goes to: by what its recipient means (mail.addressing)."""

from collections.abc import Callable

from mail.addressing import Address, Kind, parse_recipient
from mail.inbound.incoming import Incoming
from mail.inbound.posts import Outcome, judged, take_post
from mail.models import InboundState
from mail.rules import Action

Handler = Callable[[Incoming, Address], Outcome]


def dispatch(incoming: Incoming) -> Outcome:
    """Let whoever is responsible for the address do their work, in the caller's transaction; says what became of it."""
    group = incoming.inbound.group
    address = parse_recipient(incoming.inbound.recipient).among({group.slug} if group else ())
    detail = address.purpose or address.extension
    handler = HANDLERS.get((address.kind, detail)) or HANDLERS.get((address.kind, ""), _nobody)
    return handler(incoming, address)


def _post(incoming: Incoming, address: Address) -> Outcome:
    post, verdict = judged(incoming)
    if verdict.action is Action.BOUNCE:
        handler = HANDLERS.get((Kind.TOKEN, "bounce"), _stray_report)
        return handler(incoming, address)
    return take_post(incoming, post, verdict)


def _stray_report(incoming: Incoming, address: Address) -> Outcome:
    return Outcome(InboundState.BOUNCE, "empty-return-path", "A delivery report that came to the group's own address.")


def _nobody(incoming: Incoming, address: Address) -> Outcome:
    """An address nobody is responsible for (its group may be gone): an operator looks at it."""
    return Outcome(InboundState.HELD, "address", f"Nothing is known to do with mail to {incoming.inbound.recipient}.")


# (kind, extension of a command or purpose of a token); an empty second word stands for all others of the kind.
# mail.commands.carry_out and mail.bounces.record.take_report have their rows here.
HANDLERS: dict[tuple[Kind, str], Handler] = {
    (Kind.POST, ""): _post,
}
