"""From a spooled letter to its place: claimed, authenticated, judged, archived, handed over. Nothing is lost on the way.

A claim is a conditional update that carries the moment and the worker's signature as its mark; the letter's end is another that
asks for the same mark. So of two workers only one gets through. What a process that has ended held is free at once; where
nobody can tell (another machine), the claim grows stale. What was tried before goes alone, that it may harm no other, and after
eight deaths it is set aside with the others that fail.
"""

import logging
import time
import traceback
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from archive.search.health import INDEX_TASK
from common import bulk, lookups, processes  # noqa: F401  registers __among
from common.doorbell import ring
from common.prepared import Prepared, Slot
from mail.inbound import spam
from mail.inbound.authentication import authenticate, published_policy
from mail.inbound.dispatch import dispatch
from mail.inbound.dns import DnsResolver
from mail.inbound.hearing import hear_from
from mail.inbound.incoming import Incoming, open_letter
from mail.inbound.posts import Outcome
from mail.models import Door, Inbound, InboundState, Spooled

BATCH = 20  # letters of one transaction
PACE = 0.1  # seconds between two transactions that are not full: half the work is the same for one letter and for ten
MUCH = 4 * 1024 * 1024  # bytes of letters in hand at once
ASKED_AT_ONCE = 8  # letters about which others are asked side by side
STALE = timedelta(seconds=60)  # after which a claim is somebody's who is gone
MOST_ATTEMPTS = 8  # many, for a machine that is restarted again and again kills the oldest letter's worker each time
RUN = 20.0  # seconds of one call
LONGEST_TRACEBACK = 20_000
UNCLAIMED: dict[str, Any] = {"claimed_at": None, "holder": ""}

logger = logging.getLogger(__name__)
resolver = DnsResolver()


def process(inbound_id: int) -> InboundState:
    """Take one letter through; returns the state it is in now."""
    _work_on(claim([inbound_id]))
    state = Inbound.objects.values_list("state", flat=True).filter(pk=inbound_id).first()
    return InboundState.COMMAND if state is None else InboundState(state)  # a secret ballot leaves no row


def process_waiting(seconds: float = RUN) -> int:
    """Take everything that waits through, oldest first, for about so long. Returns how many letters were taken up."""
    deadline = time.monotonic() + seconds
    done = 0
    free_what_the_dead_hold()
    ids = next_ids()
    while ids and time.monotonic() < deadline:
        began = time.monotonic()
        claimed = claim(ids)
        _work_on(claimed)
        done += len(claimed)
        ids = next_ids()
        rest = began + PACE - time.monotonic()
        if 0 < len(ids) < BATCH and rest > 0:
            time.sleep(rest)
            ids = next_ids()
    return done


def free_what_the_dead_hold() -> int:
    """Give up the claims of processes that have ended; the try counts. Returns how many letters are free again."""
    held = Inbound.objects.filter(state=InboundState.RECEIVED, claimed_at__isnull=False)
    gone = [holder for holder in held.values_list("holder", flat=True).distinct() if processes.is_gone(holder)]
    return held.filter(holder__in=gone).update(**UNCLAIMED) if gone else 0


def _in_turn(most: int) -> QuerySet[Inbound, tuple[int, int, int]]:
    first_time = Inbound.objects.filter(state=InboundState.RECEIVED, claimed_at__gte=Slot("stale"), attempts__lte=1)
    older = first_time.filter(group=OuterRef("group"), pk__lt=OuterRef("pk"))
    rows = Inbound.objects.filter(_free(Slot("stale")), ~Exists(older), state=InboundState.RECEIVED).order_by("pk")
    return rows.values_list("pk", "attempts", "spooled__size")[:most]


def _claimed() -> QuerySet[Inbound]:
    rows = Inbound.objects.filter(state=InboundState.RECEIVED, claimed_at=Slot("claimed_at"), holder=Slot("holder"))
    return rows.filter(pk__among=Slot("keys")).select_related("spooled__sender", "group").order_by("pk")


def _marks() -> QuerySet[Inbound, tuple[int, datetime | None]]:
    rows = Inbound.objects.filter(pk__among=Slot("keys"), state=InboundState.RECEIVED)
    if connection.features.has_select_for_update:
        rows = rows.select_for_update().order_by("pk")
    return rows.values_list("pk", "claimed_at")


_next, _ours, _locked = Prepared(_in_turn), Prepared(_claimed), Prepared(_marks)


def next_ids() -> list[int]:
    """What may be taken up now: of a group nothing while an older letter is in somebody's hands for the first time. One that
    was tried before has lost its place, or it would hold its group up for as long as it kills workers."""
    ids: list[int] = []
    room = MUCH
    for pk, attempts, size in _next.all(BATCH, stale=_stale()):
        room -= size
        if ids and (attempts or room < 0):
            break
        ids.append(pk)
        if attempts:
            break
    return ids


def _stale() -> datetime:
    return timezone.now() - STALE


def _free(stale: datetime | Slot) -> Q:
    return Q(claimed_at__isnull=True) | Q(claimed_at__lt=stale)


def claim(ids: Sequence[int]) -> list[Inbound]:
    """Make them ours, and fetch those that we got."""
    mark = {"claimed_at": timezone.now(), "holder": processes.signature()}
    ours = Inbound.objects.filter(_free(_stale()), pk__in=ids, state=InboundState.RECEIVED)
    if not ours.update(**mark, attempts=F("attempts") + 1):
        return []
    return _ours.all(keys=list(ids), **mark)


def _work_on(claimed: Sequence[Inbound]) -> None:
    batch = [incoming for inbound in claimed if (incoming := _opened(inbound)) is not None]
    _settle(
        [incoming for incoming, failure in zip(batch, _ask_others(batch), strict=True) if _is_ready(incoming, failure)]
    )


def _opened(inbound: Inbound) -> Incoming | None:
    if inbound.attempts > MOST_ATTEMPTS:
        last = inbound.error or "its worker died without a word"
        _set_aside(inbound, f"Tried {MOST_ATTEMPTS} times; the last time: {last}")
        return None
    return open_letter(inbound)


def _ask_others(batch: Sequence[Incoming]) -> list[str]:
    """Ask name servers and spam filters, about all letters side by side, and read the letters. Returns what went wrong."""
    waits = settings.MAIL_AUTHENTICATE or settings.SPAM_RSPAMD_URL or settings.SPAM_SPAMD_HOST
    if not waits or len(batch) < 2:
        return [_ask(incoming) for incoming in batch]
    with ThreadPoolExecutor(ASKED_AT_ONCE) as threads:
        return list(threads.map(_ask, batch))


def _ask(incoming: Incoming) -> str:
    """In a thread of its own: touches no database. Returns a traceback where our code failed."""
    try:
        spooled = incoming.inbound.spooled
        if spooled.authentication is None:
            spooled.authentication = _authenticated(incoming)
        if spooled.door != Door.WEB:
            incoming.spam_score = _score(incoming)
        _ = incoming.letter
    except Exception:
        return traceback.format_exc()
    return ""


def _authenticated(incoming: Incoming) -> dict[str, Any]:
    spooled = incoming.inbound.spooled
    incoming.is_newly_authenticated = True
    asked = resolver if settings.MAIL_AUTHENTICATE else None
    if spooled.door == Door.WEB:  # who wrote it is known; whether others may send in their name is not
        return published_policy(incoming.raw, asked).as_json()
    return authenticate(
        incoming.raw,
        spooled.client,
        spooled.helo,
        spooled.envelope_from,
        asked,
        trusted=settings.TRUSTED_AUTHSERV_IDS,
    ).as_json()


def _score(incoming: Incoming) -> float | None:
    inbound, spooled = incoming.inbound, incoming.inbound.spooled
    if inbound.group_id is None:
        return None
    envelope = spam.Envelope(spooled.envelope_from, inbound.recipient, spooled.client, spooled.helo)
    return spam.ask(incoming.raw, envelope, settings.SPAM_RSPAMD_URL, settings.SPAM_SPAMD_HOST)


def _is_ready(incoming: Incoming, failure: str) -> bool:
    if failure:
        _set_aside(incoming.inbound, failure)
        return False
    if incoming.is_newly_authenticated and incoming.authentication.by:
        spooled = incoming.inbound.spooled
        Spooled.objects.filter(pk=spooled.pk).update(authentication=spooled.authentication)
    return True


def _settle(batch: Sequence[Incoming]) -> None:
    """All in one transaction; where that fails, each in one of its own, so that only the culprit stays behind."""
    if len(batch) > 1:
        try:
            return _settle_together(batch)
        except Exception as error:
            logger.warning("A batch of %s letters failed, now one by one: %s", len(batch), error)
    for incoming in batch:
        _settle_alone(incoming)
    return None


def _settle_alone(incoming: Incoming) -> None:
    """Where the database refuses, the claim stays until it is stale: the next try is a minute away, and counted."""
    try:
        _settle_together([incoming])
    except (OperationalError, InterfaceError) as error:
        logger.error("Letter %s: the database refused: %s", incoming.inbound.pk, error)
        Inbound.objects.filter(pk=incoming.inbound.pk, state=InboundState.RECEIVED).update(error=str(error))
    except Exception:
        _set_aside(incoming.inbound, traceback.format_exc(), incoming)


@transaction.atomic
def _settle_together(batch: Sequence[Incoming]) -> None:
    ours = _still_ours(batch)
    if not ours:
        return
    done = list(dispatch(ours))
    now = timezone.now()
    bulk.update_many(Inbound, CLOSED, [_closed(incoming, outcome, now) for incoming, outcome in done])
    _leave_nothing([incoming.inbound for incoming, outcome in done if outcome.leaves_nothing])
    hear_from(incoming for incoming, outcome in done if outcome.state != InboundState.BOUNCE)
    if any(outcome.state == InboundState.ARCHIVED for _, outcome in done):
        ring(INDEX_TASK)


def _leave_nothing(inbounds: Sequence[Inbound]) -> None:
    """Secret ballots: who wrote what must not stand in the spool."""
    if inbounds:
        Inbound.objects.filter(pk__in=[inbound.pk for inbound in inbounds]).delete()
        spooled = Spooled.objects.filter(pk__in={inbound.spooled_id for inbound in inbounds})
        spooled.exclude(Exists(Inbound.objects.filter(spooled=OuterRef("pk")))).delete()


def _still_ours(batch: Sequence[Incoming]) -> list[Incoming]:
    """Those no other worker has taken over, with their rows locked until the transaction ends."""
    marks = dict(_locked.all(keys=[incoming.inbound.pk for incoming in batch]))
    ours = [incoming for incoming in batch if marks.get(incoming.inbound.pk) == incoming.inbound.claimed_at]
    if len(ours) < len(batch):
        logger.info("%s letters were taken over by another worker.", len(batch) - len(ours))
    return ours


CLOSED = (
    "state",
    "rule",
    "reason",
    "letter_id",
    "spam_score",
    "message_id",
    "message_id_key",
    "author",
    "subject",
    "decided_at",
    "claimed_at",
    "holder",
    "error",
)


def _closed(incoming: Incoming, outcome: Outcome, now: datetime) -> tuple[object, ...]:
    letter_id = outcome.letter.pk if outcome.letter is not None else None
    found = (outcome.state.value, outcome.rule, outcome.reason, letter_id, outcome.spam_score)
    return (incoming.inbound.pk, *found, *_described(incoming).values(), now, *UNCLAIMED.values(), "")


def _described(incoming: Incoming) -> dict[str, Any]:
    letter = incoming.letter
    known_by = {"message_id": letter.message_id, "message_id_key": letter.message_id_key}
    return {**known_by, "author": letter.from_address, "subject": letter.subject}


def _set_aside(inbound: Inbound, error: str, incoming: Incoming | None = None) -> None:
    """Our code failed on this letter: operators see it, and may replay it once the code is mended. The queue goes on."""
    logger.error("Letter %s to %s failed: %s", inbound.pk, inbound.recipient, error.strip().splitlines()[-1])
    ours = Inbound.objects.filter(pk=inbound.pk, state=InboundState.RECEIVED, claimed_at=inbound.claimed_at)
    ours.update(
        state=InboundState.FAILED,
        error=error.replace("\x00", "\ufffd")[-LONGEST_TRACEBACK:],
        reason="Our own code failed on it.",
        rule="",
        decided_at=timezone.now(),
        **UNCLAIMED,
        **(_described(incoming) if incoming is not None else {}),
    )


def replay(ids: Iterable[int] | None = None) -> int:
    """Give letters that failed another try, all of them where no ids are given. Returns how many."""
    failed = Inbound.objects.filter(state=InboundState.FAILED)
    if ids is not None:
        failed = failed.filter(pk__in=list(ids))
    count = failed.update(state=InboundState.RECEIVED, attempts=0, error="", reason="", decided_at=None, **UNCLAIMED)
    if count:
        ring("mail.tasks.process_inbound")
    return count
