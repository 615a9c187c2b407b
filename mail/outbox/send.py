"""Sending what is due: claim a chunk, send it over a connection that stays open, write results back in small batches.

What a kill costs. A copy may go out twice only when the relay took it and we died before that was committed. Results are
committed at least every FLUSH copies, and the session (mail.outbox.session) never has the content of another letter under way
when it hands out an answer; so at most FLUSH + 1 copies are doubled by a kill of this process, and none is missed: what was
claimed is queued again by the sweep.

Within a chunk PostgreSQL need not wait for its disk at each of these commits (claims.hurry): that would be 150 times a second.
Killed, it may forget the last of them, but we do not: the results since the last durable commit are kept here, and written
again when it is back. The end of a chunk is durable. Only a power cut, which takes both, can double more: half a second's worth.
"""

import contextlib
import logging
import socket
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from common.alone import Alone
from mail.models import DeliveryState
from mail.outbox import claims, relay, stopping
from mail.outbox.claims import Chunk, Claimed, Result
from mail.outbox.files import FileSession
from mail.outbox.letters import Letters
from mail.outbox.retry import NO_ANSWER, is_permanent, next_try
from mail.outbox.session import Address, Answer, Copy, Session, SessionLost, Stage
from mail.outbox.throttle import Throttle, read_limits

CHUNK = 500
FLUSH = 19
FLUSH_SECONDS = 0.5
CHUNK_SECONDS = 120  # then the rest is given back: another process may be quicker, and the claim grows old
IDLE_SECONDS = 20  # a connection unused for longer is made anew
DATABASE_AWAY_SECONDS = 300

logger = logging.getLogger(__name__)

_REFUSED = (DeliveryState.FAILED, DeliveryState.DEFERRED)
_ENDED = (DeliveryState.FAILED, DeliveryState.SENT)

Report = Callable[[Sequence[tuple[Claimed, Result]]], None]


class Line(Protocol):
    """What sends: a session with the relay, or the folder of files."""

    @property
    def is_open(self) -> bool: ...
    def open(self) -> None: ...
    def close(self) -> None: ...
    def is_alive(self) -> bool: ...
    def send(self, copies: Iterator[Copy]) -> Generator[tuple[Copy, Answer]]: ...


def relay_address() -> Address | None:
    if not settings.EMAIL_HOST:
        return None
    return Address(
        settings.EMAIL_HOST,
        settings.EMAIL_PORT,
        settings.EMAIL_HOST_USER,
        settings.EMAIL_HOST_PASSWORD,
        settings.EMAIL_USE_TLS,
        socket.getfqdn(),
    )


class Sender:
    """One process's way out. Keeps its connection between calls; not for two threads at once."""

    def __init__(self, address: Address | None, folder: Path, limits: dict[str, int]) -> None:
        self.name = address.name if address else "files"
        self.line: Line = Session(address) if address else FileSession(folder)
        self.throttle = Throttle(limits)
        self._used = 0.0
        self._unreleased: list[Chunk] = []  # the database was away when they ended

    def send_due(self, report: Report | None = None, seconds: float = 3600) -> int:
        """Send until nothing is due, the relay wants a pause, or the time is up. Returns how many copies were taken."""
        taken = 0
        deadline = time.monotonic() + seconds
        self._release()
        claims.sweep()
        letters = Letters()
        while time.monotonic() < deadline and not relay.paused_until(self.name):
            chunk = claims.claim(CHUNK)
            if not chunk.deliveries:
                break
            self._unreleased.append(chunk)
            try:
                taken += Run(self, chunk, letters, report).go()
            finally:
                with contextlib.suppress(DatabaseError, InterfaceError):
                    self._release()
        return taken

    def _release(self) -> None:
        while self._unreleased:
            claims.release(self._unreleased[-1])
            self._unreleased.pop()

    def ready(self) -> Line:
        """The open connection; a new one where it was closed or idle for long."""
        if self.line.is_open and (time.monotonic() - self._used > IDLE_SECONDS or not self.line.is_alive()):
            self.line.close()
        if not self.line.is_open:
            self.line.open()
        return self.line

    def used(self) -> None:
        self._used = time.monotonic()


class Run:
    """One chunk on its way."""

    def __init__(self, sender: Sender, chunk: Chunk, letters: Letters, report: Report | None) -> None:
        self.sender, self.chunk, self.letters, self.report = sender, chunk, letters, report
        self.results: list[tuple[Claimed, Result]] = []
        self.under_way: list[Claimed] = []
        self.row = relay.Row()
        self.not_durable: list[tuple[Claimed, Result]] = []
        self.flushed_at = time.monotonic()
        self.taken = 0

    def go(self) -> int:
        claims.hurry(on=True)
        try:
            with contextlib.closing(self.sender.ready().send(self._copies())) as answers:
                for _, answer in answers:
                    self._answered(self.under_way.pop(0), answer)
                    if len(self.results) >= FLUSH or time.monotonic() - self.flushed_at > FLUSH_SECONDS:
                        self._flush()
        except SessionLost as lost:
            self._lost(lost.answer)
        except RelayRefuses:
            self.sender.line.close()
        finally:
            self.sender.used()
            self._flush()
            with contextlib.suppress(DatabaseError, InterfaceError):  # a new connection hurries for nobody
                claims.tally(self.taken)
                claims.hurry(on=False)
        return self.taken

    def _copies(self) -> Iterator[Copy]:
        """The chunk's copies, one by one as the session asks for them."""
        started = time.monotonic()
        stopped = stopping.among(self.chunk.deliveries)
        for delivery in self.chunk.deliveries:
            if time.monotonic() - started > CHUNK_SECONDS:
                return
            if delivery.id in stopped:
                self._note(delivery, Result(delivery.id, DeliveryState.STOPPED, reply=stopping.WHY, untried=True))
                continue
            wait = self.sender.throttle.wait(delivery.domain)
            if wait:
                self._postpone(delivery, wait)
                continue
            copy = self.letters.copy(delivery)
            if copy is None:
                self._note(delivery, Result(delivery.id, DeliveryState.FAILED, reply="The letter is gone."))
                continue
            self.under_way.append(delivery)
            yield copy

    def _answered(self, delivery: Claimed, answer: Answer) -> None:
        now = timezone.now()
        refuses_all = self.row.take(answer, delivery.id, delivery.outgoing_id, delivery.domain)
        if answer.is_accepted:
            self.taken += 1
            if self.taken == 1:
                relay.works_again(self.sender.name)
            result = Result(delivery.id, DeliveryState.SENT, answer.code, answer.status, answer.text, sent_at=now)
        else:
            result = refusal(delivery, answer, self.letters.age(delivery.outgoing_id, now), now)
        self._note(delivery, result)
        if refuses_all:
            self._pause_for(self.row)

    def _postpone(self, delivery: Claimed, seconds: float) -> None:
        due = timezone.now() + timedelta(seconds=seconds)
        self._note(
            delivery,
            Result(delivery.id, DeliveryState.QUEUED, reply="waits its turn", due_at=due, untried=True),
        )

    def _note(self, delivery: Claimed, result: Result) -> None:
        self.results.append((delivery, result))

    def _pause_for(self, row: relay.Row) -> None:
        """Final refusals of the row are taken back; the pause tells the operator the relay's words."""
        until = relay.pause(self.sender.name, f"The relay refuses everything: {row.words}")
        self.results = [(delivery, _taken_back(result, row, until)) for delivery, result in self.results]
        self._flush()
        claims.defer(row.ids, until)
        logger.error("Sending is paused until %s. The relay refuses everything: %s", until, row.words)
        raise RelayRefuses

    def _lost(self, answer: Answer) -> None:
        """The connection went, or never came to be. The copy that was under way counts as tried, so that a letter the relay
        falls over does not hold up all others; what was not begun is released."""
        self.sender.line.close()
        if self.under_way and (answer.code == NO_ANSWER or answer.stage == Stage.END):
            now, first = timezone.now(), self.under_way[0]
            self._note(first, refusal(first, answer, self.letters.age(first.outgoing_id, now), now))
        words = f"{answer.code or ''} {answer.status} {answer.text}".strip()
        self._flush()
        if not self.taken:
            until = relay.pause(self.sender.name, words)
            logger.warning("Sending is paused until %s: %s", until, words)

    def _write(self, results: list[tuple[Claimed, Result]]) -> None:
        refused = [(delivery, result) for delivery, result in results if result.state in _REFUSED]
        outcomes = [result for _, result in results]
        if self.report is None or not refused:
            claims.write_back(self.chunk, outcomes)
            self.not_durable += results
            self._forget(results)
            return
        with transaction.atomic():
            claims.hurry(on=False)  # within the transaction; what is reported is not to be reported twice
            written = claims.write_back(self.chunk, outcomes)
            self.report([(delivery, result) for delivery, result in refused if delivery.id in written])
        self.not_durable.clear()
        claims.hurry(on=True)
        self._forget(results)

    def _forget(self, results: Sequence[tuple[Claimed, Result]]) -> None:
        """What is not to be kept; mail.outbox.claims.forget_receipts looks for what a crash left."""
        done = {delivery.outgoing_id for delivery, result in results if result.state in _ENDED}
        claims.forget([pk for pk in done if self.letters.goes(pk)])

    def _flush(self) -> None:
        """Write results back; while the database is away, wait for it: nobody else knows them."""
        results, self.results = self.results, []
        self.flushed_at = time.monotonic()
        if not results:
            return
        deadline = time.monotonic() + DATABASE_AWAY_SECONDS
        while True:
            try:
                self._write(results)
                return
            except (OperationalError, InterfaceError):
                if connection.in_atomic_block or time.monotonic() > deadline:
                    raise
                connection.close()
                results, self.not_durable = self.not_durable + results, []
                time.sleep(0.5)


def _taken_back(result: Result, row: relay.Row, until: datetime) -> Result:
    if result.id not in row.ids or result.state != DeliveryState.FAILED:
        return result
    return replace(result, state=DeliveryState.DEFERRED, due_at=until)


class RelayRefuses(Exception):
    """Nothing more is to be tried now."""


def refusal(delivery: Claimed, answer: Answer, age: timedelta, now: datetime) -> Result:
    """What a refusal makes of a delivery."""
    wait = next_try(answer.code, delivery.attempts, age, answer.status, answer.text)
    if wait is not None:
        return Result(delivery.id, DeliveryState.DEFERRED, answer.code, answer.status, answer.text, due_at=now + wait)
    text = answer.text
    if not is_permanent(answer.code, answer.status):
        text = f"Given up after {age.days} days. {text}"
    return Result(delivery.id, DeliveryState.FAILED, answer.code, answer.status, text)


_sender: Sender | None = None


def _send(report: Report | None = None, seconds: float = 3600) -> int:
    return _own_sender().send_due(report, seconds)


_alone = Alone(_send)  # guards _sender as well


def send_due(report: Report | None = None, seconds: float = 3600) -> int:
    """Send what is due, in one thread of this process at a time.

    `report` is told of refusals in the transaction that writes them: mail.bounces learns from it."""
    return _alone(report, seconds)


def _own_sender() -> Sender:
    """Kept between calls with its connection, made anew where settings changed."""
    global _sender  # noqa: PLW0603 - guarded by _alone
    address = relay_address()
    name = address.name if address else "files"
    if _sender is None or _sender.name != name:
        _sender = Sender(address, Path(settings.EMAIL_FILE_PATH), read_limits(settings.SEND_PER_DOMAIN))
    return _sender
