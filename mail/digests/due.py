"""Sending digests and summaries that are due, exactly once for each member and period.

Members of a group who are at the same place, want the same form and read the same language get the same letter: one Outgoing,
a delivery each. The marks move in the transaction that writes the deliveries, so a crash leaves both or neither, and a worker
that comes second finds nothing to move. After a day of downtime a member gets one digest, not two.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, Exists, F, OuterRef, QuerySet, When
from django.utils import timezone, translation
from django.utils.translation import get_language

from archive.models import Archive, Departure, Message
from common import bulk, lookups  # noqa: F401  registers __among
from common.absence import present
from common.prepared import Prepared, Slot
from groups.languages import first_spoken
from groups.models import Delivery as Wanted
from groups.models import DigestFormat, Group, GroupState, Membership
from groups.polls.models import Poll
from mail.delivery.hashtags import wishes_by_hashtag
from mail.delivery.post import group_shape
from mail.digests import forms, polls
from mail.digests.items import Item, held_back, items_of
from mail.digests.schedule import next_hour, zone_named
from mail.models import Delivery, DeliveryState, DigestMark, Kind, Mailbox, MailboxState, TopicChoice, TopicWish
from mail.outbox.queue import domain_of, make_outgoing, queued
from mail.transforms import GroupShape, shape
from mail.transforms.filtering import words_of

MOST_LETTERS = 100  # in one digest; more come in the next, at once
IN_DIGESTS = (Wanted.DIGEST, Wanted.SUMMARY)


def send_due(now: datetime | None = None) -> int:
    """Queue every digest and summary that is due. Returns how many copies."""
    now = now or timezone.now()
    begin_marks(now)
    groups = _groups_to_look_at(now)
    open_polls = polls.open_by_group(groups, now)
    return sum(_send_group(_Turn(group, now, open_polls.get(group.pk, []))) for group in groups)


def begin_marks(now: datetime) -> int:
    """A mark for each member who has just chosen a digest: it begins with the next letter."""
    missing = Membership.objects.filter(delivery__in=IN_DIGESTS, digest_mark__isnull=True).select_related("user")
    made = 0
    for chunk in _chunks(missing.iterator(2000), 2000):
        latest = _latest_numbers({membership.group_id for membership in chunk})
        rows = [
            DigestMark(
                membership=membership,
                last_number=latest.get(membership.group_id, 0),
                last_at=now,
                next_at=_next(membership, now),
            )
            for membership in chunk
        ]
        DigestMark.objects.bulk_create(rows, ignore_conflicts=True)
        made += len(rows)
    return made


def _chunks(rows: Iterable[Membership], size: int) -> Iterable[list[Membership]]:
    chunk: list[Membership] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _latest_numbers(groups: set[int]) -> dict[int, int]:
    numbers = Archive.objects.filter(group__in=groups).values_list("group", "next_number")
    return {group: next_number - 1 for group, next_number in numbers}


def _next(membership: Membership, now: datetime) -> datetime:
    user = membership.user
    return next_hour(now, zone_named(user.time_zone, settings.TIME_ZONE), user.mail_hour)


def _groups_to_look_at(now: datetime) -> list[Group]:
    """Groups with somebody whose hour has come, or with so many new letters that somebody's digest is full."""
    by_hour = DigestMark.objects.filter(next_at__lte=now, membership__delivery__in=IN_DIGESTS)
    full = (
        DigestMark.objects.filter(membership__delivery=Wanted.DIGEST)
        .annotate(waiting=F("membership__group__archive__next_number") - 1 - F("last_number"))
        .filter(waiting__gte=F("membership__group__digest_posts"))
    )
    groups = set(by_hour.values_list("membership__group", flat=True).distinct())
    groups |= set(full.values_list("membership__group", flat=True).distinct())
    return list(Group.objects.standing().filter(pk__in=groups).exclude(state=GroupState.RETIRED).order_by("pk"))


def _letters() -> "QuerySet[Message]":
    """Letters that came by mail or web since; what was imported, or moved here, is not news. At most one more than a digest
    holds."""
    rows = Message.objects.filter(
        group=Slot("group"), number__gt=Slot("number"), transfer__isnull=True, hidden_at__isnull=True
    )
    moved_here = Exists(Departure.objects.filter(moved_to=OuterRef("pk")))
    return rows.exclude(held_back() | moved_here).order_by("number")[: MOST_LETTERS + 1]


def _marks(by_hour: bool, locking: bool) -> "QuerySet[DigestMark, Any]":
    """A cohort's marks with what a _Reader is made of; all of them, or those whose hour has come."""
    now: Any = Slot("now")
    rows = DigestMark.objects.filter(
        membership__group=Slot("group"), membership__delivery=Slot("delivery"), membership__digest_format=Slot("form"),
        last_number=Slot("last"),
    )  # fmt: skip
    if by_hour:
        rows = rows.filter(next_at__lte=Slot("due_by"))
    if locking:
        rows = rows.select_for_update(of=("self",), skip_locked=True)
    here = present(now, "membership__") & present(now, "membership__user__")
    return rows.annotate(is_present=Case(When(here, then=True), default=False)).order_by("pk").values_list(
        "pk", "membership_id", "membership__user_id", "membership__address", "membership__user__email", "next_at",
        "membership__user__time_zone", "membership__user__mail_hour", "membership__user__is_active", "membership__paused_at",
        "is_present", "issue", "membership__user__language",
    )  # fmt: skip


COHORTS = Prepared(
    lambda: DigestMark.objects.filter(membership__group=Slot("group"), membership__delivery__in=IN_DIGESTS)
    .values_list("membership__delivery", "membership__digest_format", "last_number").distinct()
)  # fmt: skip
LETTERS = Prepared(_letters)
READERS = Prepared(_marks)
SUSPENDED = Prepared(
    lambda: Mailbox.objects.filter(state=MailboxState.SUSPENDED, address__among=Slot("addresses")).values_list(
        "address"
    )
)
CHOICES = Prepared(
    lambda: TopicChoice.objects.filter(message__thread__id__among=Slot("threads"))
    .order_by("at", "pk").values_list("user_id", "message__thread_id", "wish")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Reader:
    """One member whose turn it may be."""

    mark_id: int
    membership_id: int
    user_id: int
    address: str
    next_at: datetime | None
    zone: str
    hour: int
    gets_mail: bool
    language: str = ""
    issue: int = 1  # of the digest they get now


Cohort = tuple[str, str, int]  # delivery, format, last number


@transaction.atomic
def _send_group(turn: "_Turn") -> int:
    """Copies queued. One transaction for the group: its bell rings once, and its letters are read once for all forms."""
    sent = 0
    for cohort in COHORTS.all(group=turn.group.pk):
        while True:
            copies, more = _send_cohort(turn, cohort)
            sent += copies
            if not more:
                break
            cohort = (cohort[0], cohort[1], more)
    return sent


class _Turn:
    """A group whose digests are made now, and what its cohorts share: each is asked for once."""

    def __init__(self, group: Group, now: datetime, open_polls: Sequence[Poll]) -> None:
        self.group, self.now, self.open_polls = group, now, open_polls
        self._letters: dict[int, list[Message]] = {}
        self._items: dict[tuple[str | int, ...], list[Item]] = {}
        self._shapes: dict[str, GroupShape] = {}
        self._wishes: dict[frozenset[int], dict[tuple[int, int], str]] = {}

    def letters_after(self, number: int) -> list[Message]:
        """At most one more than a digest holds."""
        if number not in self._letters:
            self._letters[number] = LETTERS.all(group=self.group.pk, number=number)
        return self._letters[number]

    def items(self, letters: Sequence[Message]) -> list[Item]:
        keys: tuple[str | int, ...] = (get_language() or "", *(letter.pk for letter in letters))
        if keys not in self._items:
            self._items[keys] = items_of(letters, self.group)
        return self._items[keys]

    def wishes(self, threads: Iterable[int]) -> dict[tuple[int, int], str]:
        """(user, thread) -> follow or mute; what is said about a topic itself counts more than what is said of a hashtag."""
        asked = frozenset(threads)
        if asked not in self._wishes:
            latest = wishes_by_hashtag(asked)
            for user, thread, wish in CHOICES.all(threads=sorted(asked)):
                latest[user, thread] = wish
            self._wishes[asked] = latest
        return self._wishes[asked]

    def shape(self) -> GroupShape:
        """In the language that is spoken now, as items()."""
        spoken = get_language() or ""
        if spoken not in self._shapes:
            below = polls.lines_of(self.open_polls)
            self._shapes[spoken] = group_shape(
                self.group, subject_tag="", header_text="", more_below=below, language=""
            )
        return self._shapes[spoken]

    @cached_property
    def home_url(self) -> str:
        return self.group.url


def _send_cohort(turn: _Turn, cohort: Cohort) -> tuple[int, int]:
    """(copies queued, the number up to which they reach where more letters wait for them)."""
    delivery, form, last = cohort
    letters = turn.letters_after(last)
    more = len(letters) > MOST_LETTERS
    letters = letters[:MOST_LETTERS]
    is_full = delivery == Wanted.DIGEST and len(letters) >= turn.group.digest_posts
    readers = _readers(turn.group, cohort, None if is_full else turn.now)
    if not readers:
        return 0, 0
    _move_marks(readers, letters, turn.now, more=more)
    getting = [reader for reader in readers if reader.gets_mail]
    if not letters or not getting:
        return 0, 0
    copies = 0
    for left_out, some in _by_what_they_leave_out(turn, getting, letters).items():
        theirs = [letter for letter in letters if letter.thread_id not in left_out]
        for language, alike in _by_language(some).items() if theirs else ():
            with translation.override(language):
                copies += _queue(turn, delivery, form, theirs, alike)
    return copies, letters[-1].number if more else 0


def _readers(group: Group, cohort: Cohort, due_by: datetime | None) -> list[_Reader]:
    """The cohort's members whose turn it is, locked: another worker passes them over."""
    delivery, form, last = cohort
    locking = connection.features.has_select_for_update_skip_locked
    rows = READERS.all(
        due_by is not None, locking,
        group=group.pk, delivery=delivery, form=form, last=last, due_by=due_by, now=timezone.now(),
    )  # fmt: skip
    found = [(row, (row[3] or row[4])) for row in rows]
    suspended = _suspended({address.lower() for _, address in found})
    return [
        _Reader(
            mark_id=row[0],
            issue=row[11] + 1,
            membership_id=row[1],
            user_id=row[2],
            address=address,
            next_at=row[5],
            zone=row[6],
            hour=row[7],
            gets_mail=bool(row[8]) and row[9] is None and row[10] and address.lower() not in suspended,
            language=first_spoken(row[12], group.language),
        )
        for row, address in found
    ]


def _suspended(addresses: set[str]) -> set[str]:
    return {address for (address,) in SUSPENDED.all(addresses=list(addresses))}


def _move_marks(readers: Sequence[_Reader], letters: Sequence[Message], now: datetime, *, more: bool) -> None:
    """Every reader of the cohort is past these letters now; who has to wait for more stays due."""
    by_time: dict[tuple[str, int], list[int]] = defaultdict(list)
    for reader in readers:
        by_time[reader.zone, reader.hour].append(reader.mark_id)
    for (zone, hour), marks in by_time.items():
        due = now if more else next_hour(now, zone_named(zone, settings.TIME_ZONE), hour)
        changes: dict[str, object] = {"next_at": due}
        if letters:
            changes |= {"last_number": letters[-1].number, "last_at": now, "issue": F("issue") + 1}
        DigestMark.objects.filter(pk__among=marks).update(**changes)


def _by_language(readers: Sequence[_Reader]) -> dict[str, list[_Reader]]:
    parts: dict[str, list[_Reader]] = defaultdict(list)
    for reader in readers:
        parts[reader.language].append(reader)
    return parts


def _by_what_they_leave_out(
    turn: _Turn, readers: Sequence[_Reader], letters: Sequence[Message]
) -> dict[frozenset[int], list[_Reader]]:
    """Readers by the topics of these letters that they muted, or follow and so have had letter by letter."""
    left_out: dict[int, set[int]] = defaultdict(set)
    for (user, thread), wish in turn.wishes(letter.thread_id for letter in letters).items():
        if wish in (TopicWish.MUTE, TopicWish.FOLLOW):
            left_out[user].add(thread)
    parts: dict[frozenset[int], list[_Reader]] = defaultdict(list)
    for reader in readers:
        parts[frozenset(left_out.get(reader.user_id, ()))].append(reader)
    return parts


def _queue(turn: _Turn, delivery: str, form: str, letters: Sequence[Message], readers: Sequence[_Reader]) -> int:
    group, now = turn.group, turn.now
    raw = _raw(turn, _heading(turn, readers[0].issue), delivery, form, letters)
    template = shape(raw, turn.shape())
    subject = f"{group.name}: {'topics' if delivery == Wanted.SUMMARY else 'digest'}"
    outgoing = make_outgoing(Kind.DIGEST, template, group=group, subject=subject, message_id=_message_id(raw))
    columns = (
        "outgoing_id",
        "membership_id",
        "user_id",
        "address",
        "domain",
        "state",
        "attempts",
        "due_at",
        "status",
        "reply",
    )
    rows = {
        reader.address.lower(): (
            outgoing.pk, reader.membership_id, reader.user_id, reader.address, domain_of(reader.address),
            DeliveryState.QUEUED.value, 0, now, "", "",
        )
        for reader in readers
    }  # fmt: skip
    bulk.insert(Delivery, columns, list(rows.values()))
    queued(outgoing, now)
    return len(rows)


def _heading(turn: _Turn, issue: int) -> forms.Heading:
    group = turn.group
    return forms.Heading(
        group=group.name,
        slug=group.slug,
        address=group.address,
        domain=group.site.mail_domain,
        home_url=turn.home_url,
        issue=max(1, issue),
        made_at=turn.now,
        zone=zone_named(settings.TIME_ZONE),
    )


def _raw(turn: _Turn, heading: forms.Heading, delivery: str, form: str, letters: Sequence[Message]) -> bytes:
    items = turn.items(letters)
    if delivery == Wanted.SUMMARY:
        return forms.summary(heading, items)
    make: Callable[[forms.Heading, Sequence[Item]], bytes]
    if form == DigestFormat.MIME:
        contents = {message.pk: message.content.raw_bytes for message in _with_content(letters)}
        raws = [contents[letter.pk] for letter in letters if letter.pk in contents]
        return forms.mime_digest(heading, items, raws, words_of(turn.group.removed_files))
    make = forms.plain_digest if form == DigestFormat.PLAIN else forms.html_digest
    return make(heading, items)


def _with_content(letters: Sequence[Message]) -> "QuerySet[Message]":
    return Message.objects.filter(pk__in=[letter.pk for letter in letters]).select_related("content")


def _message_id(raw: bytes) -> str:
    start = raw.lower().find(b"message-id:")
    return raw[start:].split(b"<", 1)[1].split(b">", 1)[0].decode("ascii", "replace")
