"""Telling receivers: claim a hook, send what is due for it one after the other, write down what came of it.

The claim is what keeps it to one at a time for each hook. Whoever holds it renews it before each attempt; where a worker dies,
it ends by itself, and what was under way is sent again.
"""

import random
import time
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from groups.hooks import client, schedule, signing
from groups.hooks.client import Answer
from groups.hooks.models import Hook, HookState, Sending, SendingState
from groups.hooks.payload import body_of
from groups.hooks.telling import tell_it_is_off

LEASE = timedelta(seconds=60)  # far above what one attempt may take
SLOW = 2000  # milliseconds; such a receiver waits for its turn with its like
AT_ONCE = 20  # sent to one hook before others have their turn


def serve_one(*, slow: bool) -> bool:
    """Send what is due for the hook of this lane that has waited longest for its turn. False where none is due."""
    hook = _claim(slow=slow)
    if hook is None:
        return False
    try:
        for _ in range(AT_ONCE):
            if not _serve(hook):
                break
    finally:
        Hook.objects.filter(pk=hook.pk, claim=hook.claim).update(
            claim=None, claimed_until=None, served_at=timezone.now()
        )
    return True


def _claim(*, slow: bool) -> Hook | None:
    """Free hooks of the lane, until one is ours."""
    now = timezone.now()
    due = Sending.objects.filter(hook=OuterRef("pk"), state=SendingState.WAITING, next_at__lte=now)
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    rested = Q(rests_until__isnull=True) | Q(rests_until__lte=now)
    for hook in Hook.objects.listening().filter(free, rested, Exists(due), is_slow=slow).order_by("served_at")[:50]:
        claim = uuid.uuid4()
        if Hook.objects.filter(free, pk=hook.pk).update(claim=claim, claimed_until=now + LEASE):
            hook.claim = claim
            return hook
    return None


def _serve(hook: Hook) -> bool:
    """One attempt. Whether there may be another at once."""
    ours = Hook.objects.listening().filter(pk=hook.pk, claim=hook.claim)
    if not ours.update(claimed_until=timezone.now() + LEASE):
        return False  # switched off, or another took it over
    hook.refresh_from_db()
    sending = next(_due(hook), None)
    if sending is None:
        return False
    began = timezone.now()
    waits = Sending.objects.filter(pk=sending.pk, state=SendingState.WAITING)
    if not waits.update(attempts=F("attempts") + 1, began_at=began):
        return False
    sending.attempts += 1
    record(sending, hook, _post(sending, hook), began)
    return hook.is_on and not hook.failures and not hook.is_slow


def _due(hook: Hook) -> Iterator[Sending]:
    due = hook.sendings.filter(state=SendingState.WAITING, next_at__lte=timezone.now())
    return iter(due.select_related("event__group").order_by("next_at", "id")[:1])


def _post(sending: Sending, hook: Hook) -> Answer:
    body = body_of(sending.event, hook)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Posthouse-Webhooks/1",
        **signing.headers(hook.secrets, sending.event.uid, int(time.time()), body),
    }
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        connection.close()  # back into the pool: others need it while a receiver thinks
    return client.post(hook.url, body, headers)


def record(sending: Sending, hook: Hook, answer: Answer, began: datetime) -> None:
    """What came of an attempt, for the log and for the hook."""
    with transaction.atomic():
        chance = random.random()  # noqa: S311 - no secret: it spreads tries
        wait = None if answer.is_good else schedule.next_try(sending.attempts, chance, answer.asked)
        state = SendingState.SENT if answer.is_good else SendingState.FAILED if wait is None else SendingState.WAITING
        Sending.objects.filter(pk=sending.pk, state=SendingState.WAITING, attempts=sending.attempts).update(
            state=state,
            next_at=timezone.now() + (wait or timedelta()),
            code=answer.code,
            answer=answer.text,
            problem=answer.problem,
            milliseconds=answer.milliseconds,
        )
        _remember(hook, answer, began)
        why = _why_off(hook, answer)
        if why:
            switch_off(hook, HookState.FAILED, why)
            tell_it_is_off(hook, why)


def _remember(hook: Hook, answer: Answer, began: datetime) -> None:
    hook.failures = 0 if answer.is_good else hook.failures + 1
    hook.failing_since = None if answer.is_good else hook.failing_since or began
    hook.rests_until = timezone.now() + schedule.rest(hook.failures) if hook.failures else None
    hook.is_slow = answer.milliseconds >= SLOW or (hook.is_slow and not answer.is_good)
    hook.save(update_fields=["failures", "failing_since", "rests_until", "is_slow"])


def _why_off(hook: Hook, answer: Answer) -> str:
    if answer.code == client.GONE:
        return answer.problem
    if hook.failing_since and timezone.now() - hook.failing_since >= schedule.FAILS_AT_MOST:
        return f"Nothing was taken for {schedule.FAILS_AT_MOST.days} days. The last time: {answer.problem}"
    return ""


def switch_off(hook: Hook, state: HookState, why: str = "") -> bool:
    """Stop telling it; what waits is given up, and can be sent again by hand. False where it was off."""
    if not Hook.objects.on().filter(pk=hook.pk).update(state=state, why_off=why[:300]):
        return False
    hook.state, hook.why_off = state, why[:300]
    hook.sendings.filter(state=SendingState.WAITING).update(
        state=SendingState.FAILED, problem="The hook was switched off before this was taken."
    )
    return True
