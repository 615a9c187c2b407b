"""From an inbound letter to the Post that rules judge: everything they may ask, in a fixed number of queries."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from django.conf import settings
from django.db.models import F, Q

from archive.keys import key_of
from archive.models import Message
from archive.parsing import parse_message
from archive.parsing.addresses import parse_addresses
from archive.parsing.headers import leading_blank_lines, split_headers
from archive.parsing.parameters import parse_content_type
from groups.models import Ban, BanKind, Group, Membership, Posting
from mail.addressing import list_address
from mail.inbound import spam
from mail.inbound.incoming import Incoming
from mail.models import Inbound, InboundState
from mail.rules import BanFacts, GroupFacts, MemberFacts, Post

MOST_REFERENCES = 20  # the last ones name the letter that is answered
MOST_AUTHORS = 20
MOST_HEADERS = 1000
_STANDING = (Posting.REFUSED, Posting.MODERATED, Posting.DEFAULT, Posting.TRUSTED)  # who may least comes first


def gather(incoming: Incoming) -> Post:
    """The facts about one letter to one group; `incoming.inbound.group` must be there, and fetched."""
    inbound, parsed, letter = incoming.inbound, incoming.parsed, incoming.letter
    group = inbound.group
    assert group is not None
    headers = headers_of(incoming.raw)
    authors = authors_of(headers)
    content_type, report_type = _content_type(headers)
    envelope_from = inbound.spooled.envelope_from.lower()
    score, flag = spam.score_in_headers(headers), spam.flagged_in_headers(headers)
    is_duplicate, is_answer = _known(group, incoming)
    return Post(
        group=group_facts(group),
        authors=authors,
        envelope_from=envelope_from,
        signed_in=inbound.spooled.sender_id is not None,
        member=_member(group, authors, inbound.spooled.sender_id),
        ban=_ban(group, {*authors, envelope_from} - {""}),
        authentication=incoming.authentication,
        headers=MappingProxyType(headers),
        content_type=content_type,
        report_type=report_type,
        subject=parsed.subject,
        text=letter.visible,
        quoted=letter.quoted,
        attachments=len(parsed.attachments),
        size=parsed.size,
        recipients=len(parsed.to) + len(parsed.cc),
        addressed=_is_addressed(group, headers),
        is_duplicate=is_duplicate,
        is_answer=is_answer,
        spam_score=max((found for found in (score, incoming.spam_score) if found is not None), default=None),
        spam_flag=flag,
    )


def group_facts(group: Group) -> GroupFacts:
    return GroupFacts(
        slug=group.slug,
        address=list_address(group).lower(),
        list_id=f"{group.slug}.{settings.MAIL_DOMAIN}".lower(),
        posting=group.posting,
        strangers=group.strangers,
        moderation=group.moderation,
        first_posts=group.first_posts,
        emergency=group.emergency,
        largest_kb=group.largest_kb,
        most_recipients=group.most_recipients,
        spam_hold=group.spam_hold,
        spam_discard=group.spam_discard,
    )


def headers_of(raw: bytes) -> dict[str, tuple[str, ...]]:
    """Unfolded values by lower-case name. Encoded words stay as they are: decoded, a display name could pretend to be one
    more address in From."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value in split_headers(raw, leading_blank_lines(raw)).fields[:MOST_HEADERS]:
        lowered = name.lower()
        found[lowered] = (*found.get(lowered, ()), value)
    return found


def authors_of(headers: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The addresses in From (RFC 5322 §3.6.2; groups give their members), else the one in Sender. Small letters."""
    for name in ("from", "sender"):
        people = [person for value in headers.get(name, ()) for person in parse_addresses(value)]
        addresses = dict.fromkeys(person.address.lower() for person in people if "@" in person.address)
        if addresses:
            return tuple(addresses)[:MOST_AUTHORS]
    return ()


def _content_type(headers: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    found = parse_content_type(next(iter(headers.get("content-type", ())), ""))
    return (found.full, found.parameters.get("report-type", "").lower()) if found else ("text/plain", "")


def _is_addressed(group: Group, headers: Mapping[str, Sequence[str]]) -> bool:
    names = ("to", "cc", "resent-to", "resent-cc", "apparently-to")
    ours = list_address(group).lower()
    people = (person for name in names for value in headers.get(name, ()) for person in parse_addresses(value))
    return any(_without_extension(person.address.lower()) == ours for person in people)


def _without_extension(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _member(group: Group, authors: Sequence[str], signed_in: int | None) -> MemberFacts | None:
    """The membership of the author; of several authors that of the one who may least, none where one is a stranger."""
    if signed_in is not None:
        rows = list(Membership.objects.filter(group=group, user=signed_in).values_list(*_COLUMNS))
    else:
        found = _memberships(group, authors)
        known = {address.lower() for *_, address in found}
        rows = [row for *row, _ in found] if known.issuperset(authors) else []
    members = [MemberFacts(*row) for row in rows]
    return min(members, key=_standing, default=None)


def _standing(member: MemberFacts) -> tuple[int, bool]:
    return _STANDING.index(Posting(member.posting)), member.is_moderator


_COLUMNS = ("pk", "role", "posting", "approved_posts", "rejected_posts")


def _memberships(group: Group, addresses: Collection[str]) -> list[tuple]:  # type: ignore[type-arg]
    """Memberships with the address each was found by: the person's own, a confirmed one, or the one mail goes to. A union of
    three look-ups by index; an OR over three tables would read every member of the group."""
    if not addresses:
        return []
    here = Membership.objects.filter(group=group)
    confirmed = Q(user__emailaddress__email__in=addresses, user__emailaddress__verified=True)
    ways = (
        here.filter(user__email__in=addresses).annotate(found_by=F("user__email")),
        here.filter(confirmed).annotate(found_by=F("user__emailaddress__email")),
        here.filter(address__in=addresses).annotate(found_by=F("address")),
    )
    first, *others = (way.values_list(*_COLUMNS, "found_by") for way in ways)
    return list(first.union(*others))


def _ban(group: Group, addresses: Collection[str]) -> BanFacts | None:
    """The first ban that concerns one of the addresses. Patterns are compared here, the rest is found by index."""
    if not addresses:
        return None
    domains = {parent for address in addresses for parent in _domains_above(address.rpartition("@")[2])}
    candidates = Ban.objects.that_concern(group).filter(
        Q(kind=BanKind.ADDRESS, value__in=addresses)
        | Q(kind=BanKind.DOMAIN, value__in=[*domains, *(f"@{domain}" for domain in domains)])
        | Q(kind=BanKind.PATTERN)
    )
    for ban in candidates.order_by("pk"):
        if any(ban.concerns(address) for address in addresses):
            return BanFacts(ban.value, ban.reason, on_site=ban.group_id is None)
    return None


def _domains_above(domain: str) -> list[str]:
    labels = domain.split(".")
    return [".".join(labels[place:]) for place in range(len(labels))]


def _known(group: Group, incoming: Incoming) -> tuple[bool, bool]:
    """(we have the letter already, it answers one we have): the archive and the queue of held posts."""
    letter = incoming.letter
    references = letter.references[-MOST_REFERENCES:]
    keys = {key_of(mid) for mid in (*references, letter.message_id)}
    rows = Message.objects.filter(group=group, message_id_key__in=keys).values_list("message_id", "content_hash")
    archived = {(message_id, bytes(content_hash)) for message_id, content_hash in rows}
    is_duplicate = (letter.message_id, letter.content_hash) in archived or _waits_already(group, incoming)
    return is_duplicate, not {message_id for message_id, _ in archived}.isdisjoint(references)


def _waits_already(group: Group, incoming: Incoming) -> bool:
    letter = incoming.letter
    waiting = Inbound.objects.filter(group=group, state=InboundState.HELD, message_id=letter.message_id)
    copies = waiting.exclude(pk=incoming.inbound.pk).select_related("spooled")[:5]
    return any(parse_message(held.spooled.raw_bytes).content_hash == letter.content_hash for held in copies)
