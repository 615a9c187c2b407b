"""From inbound letters to the Posts that rules judge: everything they may ask, in a fixed number of queries."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Case, F, Q, QuerySet, When
from django.utils import timezone

from accounts.models import User
from archive.keys import key_of
from archive.models import Author, Departure, Message
from archive.parsing import parse_message
from archive.parsing.addresses import parse_addresses
from archive.parsing.headers import leading_blank_lines, split_headers
from archive.parsing.parameters import parse_content_type
from common import lookups  # noqa: F401  registers __among
from common.prepared import Prepared, Slot
from groups.models import Ban, BanKind, Group, Membership, Posting, Visibility
from mail.addressing import list_address
from mail.inbound import spam
from mail.inbound.incoming import Incoming
from mail.models import ContentRule, Inbound, InboundState
from mail.rules import Action, BanFacts, GroupFacts, MemberFacts, Post
from mail.rules.types import Condition, ContentRuleFacts, FileFacts, TopicFacts

MOST_REFERENCES = 20  # the last ones name the letter that is answered
MOST_AUTHORS = 20
MOST_HEADERS = 1000
MOST_COPIES = 20
SAME_SUBJECT = timedelta(days=30)
MOST_LINKS = 1000
MOST_LATELY = 2000
LONGEST_LOOKED_AT = 200_000
A_DAY = timedelta(days=1)
_LINK = re.compile(r"https?://([^/\s\"'<>?#:]{1,250})", re.IGNORECASE)
_REPORT_PART = re.compile(
    rb"^content-type:[ \t]*message/(delivery-status|disposition-notification|feedback-report)\b",
    re.IGNORECASE | re.MULTILINE,
)
Identity = tuple[str, bytes]  # Message-ID and content hash: the same letter
_COLUMNS = ("pk", "role", "posting", "approved_posts", "rejected_posts", "user_id")
_STANDING = (Posting.REFUSED, Posting.MODERATED, Posting.DEFAULT, Posting.TRUSTED)  # who may least comes first


def gather(incoming: Incoming) -> Post:
    """The facts about one letter to one group; `incoming.inbound.group` must be there, and fetched."""
    return Facts([incoming]).of(incoming)


def of_letter(incoming: Incoming) -> Post:
    """The facts about a letter to no group: an answer to a mail of the site's own."""
    headers = headers_of(incoming.raw)
    content_type, report_type = _content_type(headers, incoming.raw)
    return Post(
        authors=authors_of(headers),
        envelope_from=incoming.inbound.spooled.envelope_from.lower(),
        authentication=incoming.authentication,
        headers=MappingProxyType(headers),
        content_type=content_type,
        report_type=report_type,
        subject=incoming.parsed.subject,
        text=incoming.letter.visible,
        quoted=incoming.letter.quoted,
        size=incoming.parsed.size,
    )


class Facts:
    """What the database knows that matters to letters to one group, asked once for all of them. Letters are then judged one
    after the other: `note` tells those behind of those before, which are not stored yet."""

    def __init__(self, incomings: Sequence[Incoming], own: "tuple[ContentRuleFacts, ...] | None" = None) -> None:
        """`own`: in the place of the group's own rules, those that are tried out."""
        group = incomings[0].inbound.group
        assert group is not None
        names = tuple(group.aliases.values_list("slug", flat=True))
        self.group, self.facts = group, group_facts(group, names)
        self.headers = {id(incoming): headers_of(incoming.raw) for incoming in incomings}
        authors = {author for headers in self.headers.values() for author in authors_of(headers)}
        senders = {incoming.inbound.spooled.envelope_from.lower() for incoming in incomings}
        self.members = _memberships(group, authors)
        self.signed_in = _memberships_of(group, {incoming.inbound.spooled.sender_id for incoming in incomings} - {None})
        self.bans = _bans(group, (authors | senders) - {""})
        self.suspended = {address for (address,) in _suspended.all(addresses=list(authors))} if authors else set()
        self.archived, self.topics = _archived(group, incomings)
        self.by_subject = _by_subject(group, [incoming for incoming in incomings if not self._topic_named(incoming)])
        self.moved = _moved(group, [incoming for incoming in incomings if self._names_nothing(incoming)])
        self.waiting = _waiting(group, incomings)
        self.own_rules = own_rules(group) if own is None else own
        self.first_at = first_letters(group, authors) if self.own_rules else {}
        self.written = _written_lately(group, authors) if group.posts_a_day or group.slow_minutes else {}

    def of(self, incoming: Incoming) -> Post:
        inbound, parsed, letter = incoming.inbound, incoming.parsed, incoming.letter
        headers = self.headers[id(incoming)]
        authors = authors_of(headers)
        content_type, report_type = _content_type(headers, incoming.raw)
        envelope_from = inbound.spooled.envelope_from.lower()
        identity = (letter.message_id, letter.content_hash)
        moved_to = next((self.moved[each] for each in _answered(incoming) if each in self.moved), None)
        posts_today, minutes_since_last = self._rates(authors, inbound)
        scores = (spam.score_in_headers(headers), incoming.spam_score)
        topic = self._topic_named(incoming) or self.by_subject.get(letter.message_id)
        return Post(
            group=self.facts,
            authors=authors,
            envelope_from=envelope_from,
            signed_in=inbound.spooled.sender_id is not None,
            member=self._member(authors, inbound.spooled.sender_id),
            ban=self._suspension(authors) or _concerned(self.bans, {*authors, envelope_from} - {""}),
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
            addressed=_is_addressed(self.facts.addresses, headers),
            is_duplicate=identity in self.archived or identity in self.waiting,
            is_answer=not {message_id for message_id, _ in self.archived}.isdisjoint(_answered(incoming)),
            topic=topic,
            topic_idle_days=_idle_days(topic),
            answers_moved=moved_to is not None,
            moved_to=moved_to or "",
            posts_today=posts_today,
            minutes_since_last=minutes_since_last,
            **(self.content(incoming, authors) if self.own_rules else {}),
            spam_score=max((score for score in scores if score is not None), default=None),
            spam_flag=spam.flagged_in_headers(headers),
        )

    def _suspension(self, authors: Sequence[str]) -> BanFacts | None:
        value = next((author for author in authors if author in self.suspended), None)
        return BanFacts(value, on_site=True, is_suspension=True) if value is not None else None

    def _topic_named(self, incoming: Incoming) -> TopicFacts | None:
        """The topic of the nearest letter that it refers to."""
        near = reversed(_answered(incoming))
        return next((self.topics[each] for each in near if each in self.topics), None)

    def _names_nothing(self, incoming: Incoming) -> bool:
        return bool(incoming.letter.references) and self._topic_named(incoming) is None

    def content(self, incoming: Incoming, authors: Sequence[str]) -> dict[str, Any]:
        """What only a group's own rules ask."""
        letter, parsed = incoming.letter, incoming.parsed
        first_at = [self.first_at[author] for author in authors if author in self.first_at]
        return {
            "content_rules": self.own_rules,
            "body": letter.text,
            "links": _link_domains(letter.text, letter.html),
            "files": tuple(FileFacts(file.filename or "", file.content_type, file.size) for file in parsed.attachments),
            "is_first": not first_at or min(first_at) >= letter.sent_at,
        }

    def _rates(self, authors: Sequence[str], inbound: Inbound) -> tuple[int, float | None]:
        """How many letters the author wrote within a day before this one, and how many minutes ago the last was."""
        if not self.written:
            return 0, None
        now = inbound.received_at
        moments = [moment for author in authors for pk, moment in self.written.get(author, ()) if pk != inbound.pk]
        before = [moment for moment in moments if now - A_DAY < moment <= now]
        return len(before), ((now - max(before)).total_seconds() / 60 if before else None)

    def note(self, incoming: Incoming, action: Action) -> None:
        """This letter will be archived, or will wait."""
        if self.group.posts_a_day or self.group.slow_minutes:
            for author in authors_of(self.headers[id(incoming)]) if action is Action.ACCEPT else ():
                self.written.setdefault(author, []).append((incoming.inbound.pk, incoming.inbound.received_at))
        identity = (incoming.letter.message_id, incoming.letter.content_hash)
        if action is Action.ACCEPT:
            self.archived.add(identity)
        elif action in (Action.HOLD, Action.QUARANTINE):
            self.waiting.add(identity)

    def _member(self, authors: Sequence[str], signed_in: int | None) -> MemberFacts | None:
        """The membership of the author; of several authors that of the one who may least, none where one is a stranger."""
        if signed_in is not None:
            return self.signed_in.get(signed_in)
        if not all(author in self.members for author in authors):
            return None
        return min((member for author in authors for member in self.members[author]), key=_standing, default=None)


def _answered(incoming: Incoming) -> Sequence[str]:
    return incoming.letter.references[-MOST_REFERENCES:]


def group_facts(group: Group, other_names: Collection[str] = ()) -> GroupFacts:
    return GroupFacts(
        other_addresses=tuple(f"{name}@{group.site.mail_domain}".lower() for name in other_names),
        slug=group.slug,
        address=list_address(group).lower(),
        list_id=f"{group.slug}.{group.site.mail_domain}".lower(),
        posting=group.posting,
        strangers=group.strangers,
        moderation=group.moderation,
        first_posts=group.first_posts,
        emergency=group.emergency,
        state=group.state,
        taken_down=group.is_taken_down,
        state_reason=group.state_reason,
        answers_to_owners=group.answers_to_owners,
        old_topics=group.old_topics,
        old_topic_days=group.old_topic_days,
        largest_kb=group.largest_kb,
        most_recipients=group.most_recipients,
        spam_hold=group.spam_hold,
        spam_discard=group.spam_discard,
        posts_a_day=group.posts_a_day,
        slow_minutes=group.slow_minutes,
    )


def own_rules(group: Group) -> tuple[ContentRuleFacts, ...]:
    """The rules that the group wrote itself and that are switched on, in their order."""
    rules = ContentRule.objects.filter(group=group, is_on=True).select_related("answer").order_by("place", "pk")
    return tuple(map(rule_facts, rules))


def rule_facts(rule: ContentRule) -> ContentRuleFacts:
    return ContentRuleFacts(
        rule.name,
        tuple(Condition(**condition) for condition in rule.conditions),
        rule.then,
        rule.needs_all,
        rule.answer.text if rule.answer is not None else "",
        rule.for_moderators,
    )


def first_letters(group: Group, authors: Collection[str]) -> dict[str, datetime]:
    """When each author's first letter in the archive is from."""
    known = Author.objects.filter(group=group, key__in=authors, message_count__gt=0)
    return dict(known.values_list("key", "first_at"))


def _written_lately(group: Group, authors: Collection[str]) -> dict[str, list[tuple[int, datetime]]]:
    """What these authors wrote within a day that went out: (key, moment) of each letter."""
    found: dict[str, list[tuple[int, datetime]]] = {}
    rows = Inbound.objects.filter(
        group=group, state=InboundState.ARCHIVED, received_at__gt=timezone.now() - 2 * A_DAY, author__in=authors
    )
    for author, pk, moment in rows.values_list("author", "pk", "received_at")[:MOST_LATELY]:
        found.setdefault(author.lower(), []).append((pk, moment))
    return found


def _link_domains(text: str, html: str) -> tuple[str, ...]:
    """The domain of every link, in small letters; a link that stands in the HTML and in the text made of it counts once."""
    named = _LINK.findall(html) or _LINK.findall(text[:LONGEST_LOOKED_AT])
    return tuple(domain.lower().rpartition("@")[2].removeprefix("www.") for domain in named[:MOST_LINKS])


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


def _content_type(headers: Mapping[str, Sequence[str]], raw: bytes) -> tuple[str, str]:
    """The media type, and of a report its kind: where the parameter is missing, that of the part that holds it (RFC 6522)."""
    found = parse_content_type(next(iter(headers.get("content-type", ())), ""))
    if found is None:
        return "text/plain", ""
    kind = found.parameters.get("report-type", "").lower()
    if found.full == "multipart/report" and not kind:
        part = _REPORT_PART.search(raw, 0, LONGEST_LOOKED_AT)
        kind = part[1].decode().lower() if part else ""
    return found.full, kind


def _is_addressed(ours: Collection[str], headers: Mapping[str, Sequence[str]]) -> bool:
    names = ("to", "cc", "resent-to", "resent-cc", "apparently-to")
    people = (person for name in names for value in headers.get(name, ()) for person in parse_addresses(value))
    return any(_without_extension(person.address.lower()) in ours for person in people)


def _without_extension(address: str) -> str:
    local, _, domain = address.strip("'").rpartition("@")  # some programs write 'gardeners@lists.example'
    name = local.strip('"').partition("+")[0]
    return f"{name}@{domain}"


def _standing(member: MemberFacts) -> tuple[int, bool]:
    return _STANDING.index(Posting(member.posting)), member.is_moderator


def _memberships(group: Group, addresses: Collection[str]) -> dict[str, list[MemberFacts]]:
    """Memberships by the address each is found by: the person's own, a confirmed one, or the one mail goes to. A union of
    three look-ups by index; an OR over three tables would read every member of the group."""
    found: dict[str, list[MemberFacts]] = {}
    if not addresses:
        return found
    for *row, address in _members.all(group=group.pk, addresses=list(addresses)):
        found.setdefault(address.lower(), []).append(MemberFacts(*row))
    return found


def _members_by_address() -> QuerySet[Membership, tuple[Any, ...]]:
    here, wanted = Membership.objects.filter(group=Slot("group")), Slot("addresses")
    confirmed = Q(user__emailaddress__email__among=wanted, user__emailaddress__verified=True)
    ways = (
        here.filter(user__email__among=wanted).annotate(found_by=F("user__email")),
        here.filter(confirmed).annotate(found_by=F("user__emailaddress__email")),
        here.filter(address__among=wanted).annotate(found_by=F("address")),
    )
    first, *others = (way.values_list(*_COLUMNS, "found_by") for way in ways)
    return first.union(*others)


_members = Prepared(_members_by_address)


def _memberships_of(group: Group, users: Collection[int | None]) -> dict[int, MemberFacts]:
    if not users:
        return {}
    rows = Membership.objects.filter(group=group, user__in=users).values_list("user_id", *_COLUMNS)
    return {user: MemberFacts(*row) for user, *row in rows}


def _bans(group: Group, addresses: Collection[str]) -> list[Ban]:
    """Bans that may concern one of the addresses: patterns all of them, the rest found by index."""
    if not addresses:
        return []
    domains = {parent for address in addresses for parent in _domains_above(address.rpartition("@")[2])}
    return _banned.all(
        group=group.pk, addresses=list(addresses), domains=[*domains, *(f"@{domain}" for domain in domains)]
    )


_banned = Prepared(
    lambda: (
        Ban.objects.that_concern(Slot("group"))
        .filter(
            Q(kind=BanKind.ADDRESS, value__among=Slot("addresses"))
            | Q(kind=BanKind.DOMAIN, value__among=Slot("domains"))
            | Q(kind=BanKind.PATTERN)
        )
        .order_by("pk")
    )
)


_suspended = Prepared(
    lambda: (
        User.objects.suspended()
        .filter(email__among=Slot("addresses"))
        .values_list("email")
        .union(
            EmailAddress.objects.filter(
                email__among=Slot("addresses"), verified=True, user__suspended_at__isnull=False
            ).values_list("email")
        )
    )
)


def _concerned(bans: Sequence[Ban], addresses: Collection[str]) -> BanFacts | None:
    for ban in bans:
        if any(ban.concerns(address) for address in addresses):
            return BanFacts(ban.value, ban.reason, on_site=ban.group_id is None)
    return None


def _domains_above(domain: str) -> list[str]:
    labels = domain.split(".")
    return [".".join(labels[place:]) for place in range(len(labels))]


_OF_TOPIC = ("thread__subject", "thread__locked", "thread__lock_reason", "thread__moderated", "thread__last_at")


def _idle_days(topic: TopicFacts | None) -> int | None:
    return (timezone.now() - topic.last_at).days if topic is not None and topic.last_at is not None else None


def _archived(group: Group, incomings: Sequence[Incoming]) -> tuple[set[Identity], dict[str, TopicFacts]]:
    """Of the letters at hand and of those they refer to, what the archive has, and the topics of these."""
    ids = {message_id for incoming in incomings for message_id in (*_answered(incoming), incoming.letter.message_id)}
    found = _identities.all(group=group.pk, keys=[key_of(message_id) for message_id in ids])
    identities = {(message_id, bytes(digest)) for message_id, digest, *_ in found}
    return identities, {message_id: TopicFacts(*topic) for message_id, _, *topic in found}


_identities = Prepared(
    lambda: Message.objects.filter(group=Slot("group"), message_id_key__among=Slot("keys")).values_list(
        "message_id", "content_hash", *_OF_TOPIC
    )
)


def _by_subject(group: Group, incomings: Sequence[Incoming]) -> dict[str, TopicFacts]:
    """Message-ID -> topic of replies that name no letter we have: the threader puts them where their subject was last
    (threader/subjects.py). A query for all of them, and one for each subject of which a topic is locked or moderated."""
    replies = [incoming.letter for incoming in incomings if incoming.letter.is_reply and incoming.letter.subject_key]
    if not replies:
        return {}
    since = timezone.now() - SAME_SUBJECT
    rows = Message.objects.filter(~Q(subject_key=0), group=group, sent_at__gte=since)
    tended = rows.filter(
        Q(thread__locked=True) | Q(thread__moderated=True), subject_key__in=[letter.subject_key for letter in replies]
    )
    latest = {}
    for key in set(tended.values_list("subject_key", flat=True)[:MOST_COPIES]):
        topic = rows.filter(subject_key=key).order_by("-sent_at").values_list(*_OF_TOPIC).first()
        latest[key] = TopicFacts(*topic) if topic else TopicFacts()
    return {letter.message_id: latest[letter.subject_key] for letter in replies if letter.subject_key in latest}


def _moved(group: Group, incomings: Sequence[Incoming]) -> dict[str, str]:
    """Message-ID -> where it is now, of letters that were moved away; "" where this group's people may not know."""
    keys = {key_of(each): each for incoming in incomings for each in _answered(incoming)}
    if not keys:
        return {}
    rows = Departure.objects.filter(group=group, message_id_key__in=list(keys), moved_to__isnull=False)
    where = rows.select_related("moved_to__group").only("message_id_key", "moved_to__group")
    return {keys[row.message_id_key]: _named(row.moved_to.group) for row in where if row.moved_to is not None}


def _named(group: Group) -> str:
    return "" if group.visibility == Visibility.PRIVATE else f"{group.name}, {list_address(group)}"


def _waiting(group: Group, incomings: Sequence[Incoming]) -> set[Identity]:
    """Of the letters at hand, those of which a copy waits for a moderator. Rows do not keep the hash: it is made anew."""
    ids = [incoming.letter.message_id for incoming in incomings]
    ours = [incoming.inbound.pk for incoming in incomings if incoming.inbound.pk]
    return {
        (held.message_id, parse_message(held.spooled.raw_bytes).content_hash)
        for held in _held.all(group=group.pk, keys=[key_of(each) for each in ids], message_ids=ids)
        if held.pk not in ours
    }


# Looked up by the key alone: planners would rather go through everything that waits in the group, however much that is.
_held = Prepared(
    lambda: (
        Inbound.objects.alias(waits_in=Case(When(state=InboundState.HELD, then=F("group"))))
        .filter(message_id_key__among=Slot("keys"), message_id__among=Slot("message_ids"), waits_in=Slot("group"))
        .select_related("spooled")[:MOST_COPIES]
    )
)
