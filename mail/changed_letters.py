"""What the gateway keeps of a letter, when a moderator changes or destroys it in the archive: its bytes in the spool, the copies
that left or wait, digests it stands in, reports that quote it, notices about it."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from email import message_from_bytes, policy

import zstandard
from django.db.models import Q, QuerySet
from django.utils import timezone

from archive.models import Message
from mail.delivery.post import send_on, template_of
from mail.models import (
    BounceEvent,
    DailyMark,
    Delivery,
    DeliveryState,
    DigestMark,
    Inbound,
    InboundState,
    Kind,
    Outgoing,
    Spooled,
    TopicChoice,
)

NOTHING = zstandard.compress(b"")
UNSENT = (DeliveryState.QUEUED, DeliveryState.DEFERRED, DeliveryState.SENDING, DeliveryState.STOPPED)
GATHERED = (Kind.DIGEST, Kind.DAILY)
TOLD = (Kind.NOTICE, Kind.FORWARD)
AROUND = timedelta(minutes=10)  # notices about a letter are made when it comes, and when somebody decides about it
_NAMED = re.compile(rb"/g/([a-z0-9][a-z0-9._-]*)/message/([0-9]+)/")


def pass_choices_on(ids: Sequence[int]) -> None:
    """Topics are followed through a letter of theirs: when it goes, through another one."""
    going = set(ids)
    for choice in TopicChoice.objects.filter(message__in=ids).select_related("message"):
        others = Message.objects.filter(thread=choice.message.thread_id).exclude(pk__in=going)
        heir = others.exclude(pk__in=TopicChoice.objects.filter(user=choice.user_id).values("message")).first()
        if heir is not None:
            TopicChoice.objects.filter(pk=choice.pk).update(message=heir)


def forget(letters: Sequence[Message]) -> None:
    """Leave no word of these letters."""
    for letter in letters:
        inbounds = _inbounds(letter)
        _empty_notices(letter, inbounds)
        _empty_spool(inbounds)
        _empty_copies(letter)
        _empty_gathered(letter)


def say_it_anew(letter: Message) -> None:
    """The letter says something else now: so does what waits or is kept of it."""
    inbounds = _inbounds(letter)
    _empty_notices(letter, inbounds)
    for pk in _own_spooled(inbounds):
        raw = letter.content.raw_bytes
        Spooled.objects.filter(pk=pk).update(raw=zstandard.compress(raw), size=len(raw))
    Inbound.objects.filter(pk__in=[inbound.pk for inbound in inbounds]).update(subject=letter.subject)
    template = template_of(letter)
    Outgoing.objects.filter(letter=letter).update(
        template=zstandard.compress(template), size=len(template), subject=letter.subject
    )
    _empty_reports(Outgoing.objects.filter(letter=letter))
    _empty_gathered(letter)


def send_again(letter: Message) -> int:
    """Send the letter as it is now to everybody who gets the topic's mail."""
    letter.refresh_from_db()
    return send_on(letter)


# What came in


def _inbounds(letter: Message) -> list[Inbound]:
    """Its own share of the spool, and copies of it that wait."""
    copies = Q(group=letter.group_id, message_id=letter.message_id, state=InboundState.HELD)
    return list(Inbound.objects.filter(Q(letter=letter) | copies))


def _own_spooled(inbounds: Collection[Inbound]) -> list[int]:
    """Bytes that no other group's letter needs."""
    ours = [inbound.pk for inbound in inbounds]
    spooled = {inbound.spooled_id for inbound in inbounds}
    shared = Inbound.objects.filter(spooled__in=spooled).exclude(pk__in=ours)
    in_use = shared.filter(
        Q(letter__isnull=False) | Q(state__in=(InboundState.RECEIVED, InboundState.HELD, InboundState.FAILED))
    )
    return sorted(spooled - set(in_use.values_list("spooled", flat=True)))


def _empty_spool(inbounds: Collection[Inbound]) -> None:
    Spooled.objects.filter(pk__in=_own_spooled(inbounds)).update(raw=NOTHING, size=0, envelope_from="", helo="")
    rows = Inbound.objects.filter(pk__in=[inbound.pk for inbound in inbounds])
    rows.filter(state=InboundState.HELD).update(state=InboundState.DISCARDED, decided_at=timezone.now())
    rows.update(subject="", author="", message_id="", error="", reason="It was destroyed by a moderator.")


# What went out


def _empty_copies(letter: Message) -> None:
    copies = Outgoing.objects.filter(letter=letter)
    _empty_reports(copies)
    outgoings = list(copies.values_list("pk", flat=True))
    rows = Delivery.objects.filter(outgoing__in=outgoings)
    rows.filter(state__in=UNSENT).update(state=DeliveryState.FAILED)
    rows.update(reply="")
    Outgoing.objects.filter(pk__in=outgoings).update(template=NOTHING, size=0, subject="", message_id="")


def _empty_reports(outgoings: "QuerySet[Outgoing]") -> None:
    """Reports of copies that came back, which quote what they are about."""
    events = BounceEvent.objects.filter(delivery__outgoing__in=outgoings, inbound__isnull=False)
    spooled = list(events.values_list("inbound__spooled", flat=True))
    Spooled.objects.filter(pk__in=spooled).update(raw=NOTHING, size=0)
    Inbound.objects.filter(spooled__in=spooled).update(subject="")
    events.update(diagnostic="")


def _empty_notices(letter: Message, inbounds: Collection[Inbound]) -> None:
    """Mails about it: to moderators while it waited, to its author."""
    for inbound in inbounds:
        moments = Q()
        for moment in filter(None, (inbound.received_at, inbound.decided_at)):
            moments |= Q(made_at__gte=moment - AROUND, made_at__lte=moment + AROUND)
        notices = Outgoing.objects.filter(moments, kind__in=TOLD).filter(Q(group=letter.group_id) | Q(group=None))
        _empty([notice.pk for notice in notices.iterator(100) if _tells_of(notice, letter)])


def _tells_of(notice: Outgoing, letter: Message) -> bool:
    subject = letter.subject.strip()
    said = _text_of(notice.template_bytes)
    return letter.message_id in said or (bool(subject) and (subject in said or subject in notice.subject))


def _text_of(raw: bytes) -> str:
    message = message_from_bytes(raw, policy=policy.default)
    parts = [str(value) for value in message.values()]
    for part in message.walk():
        if part.get_content_maintype() == "text":
            parts.append(part.get_content())  # type: ignore[attr-defined]
        elif part.get_content_maintype() == "message":
            parts.append(part.as_string())
    return " ".join(" ".join(parts).split())


def _empty(outgoings: Collection[int]) -> None:
    rows = Delivery.objects.filter(outgoing__in=outgoings, state__in=UNSENT)
    rows.update(state=DeliveryState.FAILED, reply="What it was about is gone.")
    Outgoing.objects.filter(pk__in=outgoings).update(template=NOTHING, size=0, subject="")


# Digests and daily mails


def _empty_gathered(letter: Message) -> None:
    """Digests and daily mails that hold it. Those that wait are made anew, without it or as it is now."""
    for outgoing in _holding(letter):
        waiting = outgoing.deliveries.filter(state__in=UNSENT)
        _read_again(outgoing, waiting)
        waiting.delete()
        Outgoing.objects.filter(pk=outgoing.pk).update(template=NOTHING, size=0)


def _holding(letter: Message) -> Iterator[Outgoing]:
    place = f"/g/{letter.group.slug}/message/{letter.number}/".encode()
    own_id = letter.message_id.encode("utf-8", "replace") or place
    rows = Outgoing.objects.filter(kind__in=GATHERED, made_at__gte=letter.created_at)
    for outgoing in rows.filter(Q(group=letter.group_id) | Q(group=None)).order_by("-pk").iterator(100):
        unfolded = outgoing.template_bytes.replace(b"=\r\n", b"").replace(b"=3D", b"=")
        if place in unfolded or own_id in unfolded:
            yield outgoing


def _read_again(outgoing: Outgoing, waiting: "QuerySet[Delivery]") -> None:
    """Put the marks of those who wait for it back to before its first letter: their next digest begins there, at once."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for slug, number in _NAMED.findall(outgoing.template_bytes.replace(b"=\r\n", b"")):
        numbers[slug.decode()].append(int(number))
    now = timezone.now()
    if outgoing.kind == Kind.DIGEST and outgoing.group is not None:
        first = min(numbers.get(outgoing.group.slug, [0]))
        marks = DigestMark.objects.filter(membership__in=waiting.values("membership"))
        marks.update(last_number=max(0, first - 1), next_at=now)
    elif outgoing.kind == Kind.DAILY:
        named = Q()
        for slug, some in numbers.items():
            named |= Q(group__slug=slug, number__in=some)
        first_at = Message.objects.filter(named).order_by("created_at").values_list("created_at", flat=True).first()
        if numbers and first_at is not None:
            readers = DailyMark.objects.filter(user__in=waiting.values("user"))
            readers.update(last_at=first_at - timedelta(microseconds=1), next_at=now)
