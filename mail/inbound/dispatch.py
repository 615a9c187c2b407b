"""Which hand inbound letters go to: by what their recipients mean (mail.addressing)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from mail.addressing import Address, Kind, parse_recipient
from mail.inbound.incoming import Incoming
from mail.inbound.posts import Outcome, judge_all, take_all
from mail.inbound.reports import take_returned
from mail.models import InboundState
from mail.rules import Action

Handler = Callable[[Incoming, Address], Outcome]
Done = tuple[Incoming, Outcome]


def dispatch(batch: Sequence[Incoming]) -> Iterator[Done]:
    """Let whoever is responsible for each address do their work, in the caller's transaction; says what became of each.

    Posts of one group go together; the groups in order of their keys, so that two workers never wait for each other's locks.
    """
    meant = [(incoming, _meaning(incoming)) for incoming in batch]
    yield from _posts(incoming for incoming, address in meant if address.kind is Kind.POST)
    for incoming, address in meant:
        if address.kind is not Kind.POST:
            yield incoming, _handler(address)(incoming, address)


def _meaning(incoming: Incoming) -> Address:
    group = incoming.inbound.group
    address = parse_recipient(incoming.inbound.recipient)
    if group is None:
        return address.among(())
    meaning = address.among({group.slug})
    if meaning.kind is not Kind.NOBODY:
        return meaning
    return address.among(set(group.aliases.values_list("slug", flat=True)))  # an old name, or another one


def _posts(posts: Iterable[Incoming]) -> Iterator[Done]:
    for _, some in groupby(sorted(posts, key=_group_then_arrival), key=lambda incoming: incoming.inbound.group):
        yield from _posts_to_one_group(list(some))


def _group_then_arrival(incoming: Incoming) -> tuple[int, int]:
    return incoming.inbound.group_id or 0, incoming.inbound.pk


def _posts_to_one_group(incomings: Sequence[Incoming]) -> Iterator[Done]:
    group = incomings[0].inbound.group
    assert group is not None  # or the address would mean nothing
    judged = judge_all(incomings)
    posts = [one for one in judged if one.verdict.action not in ELSEWHERE]
    yield from zip((one.incoming for one in posts), take_all(group, posts), strict=True)
    for one in judged:
        address = ELSEWHERE.get(one.verdict.action)
        if address is not None:
            yield one.incoming, _handler(address)(one.incoming, address)


def _handler(address: Address) -> Handler:
    detail = address.purpose or address.extension
    return HANDLERS.get((address.kind, detail)) or HANDLERS.get((address.kind, ""), _nobody)


def _nobody(incoming: Incoming, address: Address) -> Outcome:
    """An address nobody is responsible for (its group may be gone): an operator looks at it."""
    return Outcome(InboundState.HELD, "address", f"Nothing is known to do with mail to {incoming.inbound.recipient}.")


REPORT = Address(Kind.TOKEN, purpose="bounce")  # one that came without a token
OWNERS = Address(Kind.COMMAND, extension="owner")
ELSEWHERE = {Action.BOUNCE: REPORT, Action.OWNERS: OWNERS}  # posts that are another hand's business after all

# (kind, extension of a command or purpose of a token); an empty second word stands for all others of the kind.
# mail.apps adds those of mail.commands.carry_out; posts have none.
HANDLERS: dict[tuple[Kind, str], Handler] = {
    (Kind.TOKEN, "bounce"): take_returned,
}
