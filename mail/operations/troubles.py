"""What is wrong: sentences with what to do about them. One mail to operators when something stays wrong, one when it is over.

Looked for each minute by whoever comes first: beat's task, or the web process on any request (mail.operations.middleware),
for a worker that is dead cannot tell of itself. Such mail goes straight to the relay, past the outbox, whose worker may be what
stopped.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from common import notices
from mail.operations import words
from mail.operations.models import Trouble, Watch
from mail.operations.state import State

logger = logging.getLogger(__name__)
LOOK_EVERY = timedelta(seconds=55)
PATIENCE = 20  # seconds with the relay
SMTP = "django.core.mail.backends.smtp.EmailBackend"
FILES = "django.core.mail.backends.filebased.EmailBackend"


@dataclass(frozen=True, slots=True)
class Problem:
    key: str
    sentence: str
    advice: str


def problems(state: State) -> list[Problem]:
    return [*_of_processes(state), *_of_the_broker(state), *_of_queues(state), *_of_the_disk(state)]


def _of_processes(state: State) -> Iterator[Problem]:
    for kind in state.kinds:
        if kind.is_missing:
            yield Problem(kind.key, f"{kind.title}: {kind.sentence[:1].lower()}{kind.sentence[1:]}.", kind.advice)


def _of_the_broker(state: State) -> Iterator[Problem]:
    if state.broker_trouble:
        yield Problem(
            "broker",
            f"{state.broker_trouble}.",
            "Nothing is lost, for all work stands in the database; it goes on when the broker is back. Start it again.",
        )
    elif not state.is_measuring and all(not kind.is_missing for kind in state.kinds):
        ago = f"since {words.span(state.measured_ago)}" if state.measured_ago is not None else "yet"
        yield Problem(
            "samples",
            f"No task of the clock has been done {ago}.",
            "Worker and beat live, but bells do not reach the worker, or it is stuck: look at its log, start it anew.",
        )


def _of_queues(state: State) -> Iterator[Problem]:
    late = settings.ALARM_QUEUE_MINUTES * 60
    waits = state.waiting
    if waits["in_oldest"] > late:
        yield Problem(
            "inbound",
            f"A letter has waited {words.span(waits['in_oldest'])} to be judged, of {words.count(waits['in_waiting'])}.",
            "See whether a worker runs, and what its log says.",
        )
    if waits["out_overdue"] > late:
        yield Problem(
            "outbound",
            f"A copy should have left {words.span(waits['out_overdue'])} ago, of {words.count(waits['out_waiting'])}.",
            "See whether a worker runs, and whether the relay takes mail.",
        )
    if waits["index_lag"] > late:
        yield Problem("index", f"The search index is {words.span(waits['index_lag'])} behind.", "See the worker’s log.")
    if waits["failed_waiting"]:
        yield Problem(
            "failed",
            f"{words.plural(waits['failed_waiting'], 'letter', 'letters')} set aside: our own code failed on it.",
            "Read the error on the operations page; replay when it is mended.",
        )
    if waits["on_disk"]:
        yield Problem(
            "spool",
            f"{words.plural(waits['on_disk'], 'letter waits', 'letters wait')} on the disk, since the database was away.",
            "They are brought in by themselves when it is back; one that stays is named in the worker’s log.",
        )
    for name, why in state.paused_relays.items():
        yield Problem("relay", f"The relay {name} is paused: {why}", "See whether it takes mail from this machine.")


def _of_the_disk(state: State) -> Iterator[Problem]:
    free, total = state.sizes["disk_free"], state.sizes["disk_total"]
    if total and free * 100 < settings.ALARM_DISK_PERCENT * total:
        yield Problem(
            "disk",
            f"Only {words.size(free)} of {words.size(total)} of the disk are free.",
            "Make room: at nought no letter can be taken in.",
        )


def look_if_due(now: datetime | None = None) -> bool:
    """Look where nobody has in the last minute. Returns whether we did."""
    now = now or timezone.now()
    if not Watch.objects.filter(pk=1, looked_at__lte=now - LOOK_EVERY).update(looked_at=now) and not _first(now):
        return False
    look(State(now))
    return True


def _first(now: datetime) -> bool:
    if Watch.objects.filter(pk=1).exists():
        return False
    try:
        with transaction.atomic():
            Watch.objects.create(pk=1, looked_at=now)
    except IntegrityError:
        return False
    return True


def look(state: State) -> None:
    """Note what is wrong and what is no longer; tell operators of what has stayed so."""
    found = {problem.key: problem for problem in reversed(problems(state))}
    open_rows = {row.key: row for row in Trouble.objects.filter(ended_at__isnull=True)}
    for key, problem in found.items():
        if key not in open_rows:
            _begin(problem, state.now)
        elif open_rows[key].sentence != problem.sentence:
            Trouble.objects.filter(pk=open_rows[key].pk).update(sentence=problem.sentence[:500])
    _end([row for key, row in open_rows.items() if key not in found], state.now)
    _tell(found, state.now)


def _begin(problem: Problem, now: datetime) -> None:
    try:
        with transaction.atomic():
            Trouble.objects.create(key=problem.key, sentence=problem.sentence[:500], began_at=now)
    except IntegrityError:
        pass  # another process has just noted it


def _tell(found: dict[str, Problem], now: datetime) -> None:
    """One mail for everything that became an incident now."""
    long_ago = now - timedelta(minutes=settings.ALARM_AFTER_MINUTES)
    due = Trouble.objects.filter(ended_at__isnull=True, told_at__isnull=True, began_at__lte=long_ago, key__in=found)
    ours = [row for row in due if Trouble.objects.filter(pk=row.pk, told_at__isnull=True).update(told_at=now)]
    if ours and not _send("operations_alarm", [found[row.key] for row in ours]):
        Trouble.objects.filter(pk__in=[row.pk for row in ours]).update(told_at=None)


def _end(rows: Sequence[Trouble], now: datetime) -> None:
    ours = [row for row in rows if Trouble.objects.filter(pk=row.pk, ended_at__isnull=True).update(ended_at=now)]
    told = [row for row in ours if row.told_at is not None]
    if told:
        for row in told:
            row.ended_at = now
        _send("operations_all_clear", [Problem(row.key, row.sentence, _length(row)) for row in told])


def _length(row: Trouble) -> str:
    assert row.ended_at is not None
    return f"It lasted {words.span((row.ended_at - row.began_at).total_seconds())}."


def operators() -> list[str]:
    """Who is told: ALARM_MAIL, else every superuser."""
    if settings.ALARM_MAIL:
        return list(settings.ALARM_MAIL)
    return list(User.objects.filter(is_superuser=True, is_active=True).values_list("email", flat=True)[:20])


def _send(name: str, about: Sequence[Problem]) -> bool:
    """Whether the relay took it. Past the outbox: its worker may be what is dead."""
    to = operators()
    if not to:
        logger.error("Nobody to tell (set ALARM_MAIL): %s", " ".join(problem.sentence for problem in about))
        return True
    letter: EmailMultiAlternatives = notices.compose(name, to[0], {"problems": about, "count": len(about)})
    letter.to = to
    letter.connection = _way()
    try:
        letter.send()
    except OSError as error:  # smtplib's exceptions are among them
        logger.error("Operators could not be told (%s): %s", error, " ".join(problem.sentence for problem in about))
        return False
    return True


def _way() -> Any:
    """Django's own SMTP, or files where no relay is set; the tests' where they collect mail."""
    if settings.EMAIL_BACKEND != "mail.outbox.backend.OutboxBackend":
        return get_connection(settings.EMAIL_BACKEND)
    return get_connection(SMTP, timeout=PATIENCE) if settings.EMAIL_HOST else get_connection(FILES)
