"""From a spooled letter to its place: claimed, authenticated, judged, archived, handed over. Nothing is lost on the way.

A claim is a conditional update that carries the moment as its mark; the letter's end is another that asks for the same mark.
So of two workers only one gets through, and one that died leaves a claim that grows stale and is taken up again. What was
tried before goes alone, that it may harm no other, and after a few deaths it is set aside with the others that fail.
"""

import logging
import time
import traceback
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from archive.search.health import INDEX_TASK
from common import bulk
from common.doorbell import ring
from mail.inbound import spam
from mail.inbound.authentication import authenticate
from mail.inbound.dispatch import dispatch
from mail.inbound.dns import DnsResolver
from mail.inbound.incoming import Incoming, open_letter
from mail.inbound.posts import Outcome
from mail.models import Door, Inbound, InboundState, Spooled

BATCH = 20  # letters of one transaction
MUCH = 4 * 1024 * 1024  # bytes of letters in hand at once
PATIENCE = 10.0  # seconds for reading and asking others about one batch
STALE = timedelta(seconds=60)  # after which a claim is somebody's who is gone
MOST_ATTEMPTS = 3
RUN = 20.0  # seconds of one call
LONGEST_TRACEBACK = 20_000

logger = logging.getLogger(__name__)
resolver = DnsResolver()


def process(inbound_id: int) -> InboundState:
    """Take one letter through; returns the state it is in now."""
    _work_on(claim([inbound_id]))
    return InboundState(Inbound.objects.values_list("state", flat=True).get(pk=inbound_id))


def process_waiting(seconds: float = RUN) -> int:
    """Take everything that waits through, oldest first, for about so long. Returns how many letters were taken up."""
    deadline = time.monotonic() + seconds
    done = 0
    while time.monotonic() < deadline:
        ids = next_ids()
        if not ids:
            break
        claimed = claim(ids)
        _work_on(claimed)
        done += len(claimed)
    return done


def next_ids() -> list[int]:
    """What may be taken up now: of a group nothing while an older letter is in somebody's hands."""
    older = Inbound.objects.filter(
        state=InboundState.RECEIVED, claimed_at__gte=_stale(), group=OuterRef("group"), pk__lt=OuterRef("pk")
    )
    rows = Inbound.objects.filter(_free(), ~Exists(older), state=InboundState.RECEIVED).order_by("pk")
    ids: list[int] = []
    room = MUCH
    for pk, attempts, size in rows.values_list("pk", "attempts", "spooled__size")[:BATCH]:
        room -= size
        if ids and (attempts or room < 0):
            break
        ids.append(pk)
        if attempts:
            break
    return ids


def _stale() -> datetime:
    return timezone.now() - STALE


def _free() -> Q:
    return Q(claimed_at__isnull=True) | Q(claimed_at__lt=_stale())


def claim(ids: Sequence[int]) -> list[Inbound]:
    """Make them ours, and fetch those that we got."""
    mark = timezone.now()
    ours = Inbound.objects.filter(_free(), pk__in=ids, state=InboundState.RECEIVED)
    if not ours.update(claimed_at=mark, attempts=F("attempts") + 1):
        return []
    rows = Inbound.objects.filter(pk__in=ids, state=InboundState.RECEIVED, claimed_at=mark)
    return list(rows.select_related("spooled__sender", "group").order_by("pk"))


def _release(inbounds: Iterable[Inbound]) -> None:
    for inbound in inbounds:
        ours = Inbound.objects.filter(pk=inbound.pk, state=InboundState.RECEIVED, claimed_at=inbound.claimed_at)
        ours.update(claimed_at=None, attempts=F("attempts") - 1)


def _work_on(claimed: Sequence[Inbound]) -> None:
    batch: list[Incoming] = []
    deadline = time.monotonic() + PATIENCE
    for place, inbound in enumerate(claimed):
        if batch and time.monotonic() > deadline:
            _release(claimed[place:])
            break
        incoming = _prepared(inbound)
        if incoming is not None:
            batch.append(incoming)
    _settle(batch)


def _prepared(inbound: Inbound) -> Incoming | None:
    """Everything that needs no transaction: read it, and ask name servers and spam filters. None where that failed."""
    if inbound.attempts > MOST_ATTEMPTS:
        last = inbound.error or "its worker died without a word"
        _set_aside(inbound, f"Tried {MOST_ATTEMPTS} times; the last time: {last}")
        return None
    try:
        incoming = open_letter(inbound)
        _authenticate(incoming)
        _ask_filter(incoming)
        _ = incoming.letter
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        _set_aside(inbound, traceback.format_exc())
        return None
    return incoming


def _authenticate(incoming: Incoming) -> None:
    spooled = incoming.inbound.spooled
    if spooled.authentication is not None or spooled.door == Door.WEB:
        return
    found = authenticate(
        incoming.raw,
        spooled.client,
        spooled.helo,
        spooled.envelope_from,
        resolver if settings.MAIL_AUTHENTICATE else None,
        trusted=settings.TRUSTED_AUTHSERV_IDS,
    )
    spooled.authentication = found.as_json()
    if found.by:
        Spooled.objects.filter(pk=spooled.pk).update(authentication=spooled.authentication)


def _ask_filter(incoming: Incoming) -> None:
    spooled = incoming.inbound.spooled
    if incoming.inbound.group_id is None or spooled.door == Door.WEB:
        return
    envelope = spam.Envelope(spooled.envelope_from, incoming.inbound.recipient, spooled.client, spooled.helo)
    incoming.spam_score = spam.ask(incoming.raw, envelope, settings.SPAM_RSPAMD_URL, settings.SPAM_SPAMD_HOST)


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
    if any(outcome.state == InboundState.ARCHIVED for _, outcome in done):
        ring(INDEX_TASK)


def _still_ours(batch: Sequence[Incoming]) -> list[Incoming]:
    """Those no other worker has taken over, with their rows locked until the transaction ends."""
    rows = Inbound.objects.filter(pk__in=[incoming.inbound.pk for incoming in batch], state=InboundState.RECEIVED)
    if connection.features.has_select_for_update:
        rows = rows.select_for_update().order_by("pk")
    marks = dict(rows.values_list("pk", "claimed_at"))
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
    "author",
    "subject",
    "decided_at",
    "claimed_at",
    "error",
)


def _closed(incoming: Incoming, outcome: Outcome, now: datetime) -> tuple[object, ...]:
    letter_id = outcome.letter.pk if outcome.letter is not None else None
    found = (outcome.state.value, outcome.rule, outcome.reason, letter_id, outcome.spam_score)
    return (incoming.inbound.pk, *found, *_described(incoming).values(), now, None, "")


def _described(incoming: Incoming) -> dict[str, str]:
    letter = incoming.letter
    return {"message_id": letter.message_id, "author": letter.from_address, "subject": letter.subject}


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
        claimed_at=None,
        **(_described(incoming) if incoming is not None else {}),
    )


def replay(ids: Iterable[int] | None = None) -> int:
    """Give letters that failed another try, all of them where no ids are given. Returns how many."""
    failed = Inbound.objects.filter(state=InboundState.FAILED)
    if ids is not None:
        failed = failed.filter(pk__in=list(ids))
    count = failed.update(
        state=InboundState.RECEIVED, attempts=0, claimed_at=None, error="", reason="", decided_at=None
    )
    if count:
        ring("mail.tasks.process_inbound")
    return count
