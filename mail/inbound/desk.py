"""Between sockets, which may not wait, and the database, which makes one wait: two threads and a memory of groups.

One thread commits: whatever has gathered while the last commit was on its way to the disk is the next one. The other answers
who is known, so that a RCPT TO does not wait for a disk.
"""

import asyncio
import logging
import queue
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

from django.db import OperationalError, connection

from groups.models import Group
from mail.addressing import list_address
from mail.inbound import spool
from mail.inbound.outage import Outage
from mail.inbound.receiving import Receiver, Taken
from mail.inbound.spool import AWAY, Letter

logger = logging.getLogger(__name__)

BATCH = 50  # letters of one commit
BATCH_BYTES = 32 * 1024 * 1024
BELL_PAUSE = 0.1  # seconds between two bells: the first letter is told of at once, those behind it together
Done = Callable[[Taken], object]


class Desk:
    """What the LMTP server asks. Its methods are called in the event loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.outage = Outage()
        self.acquaintances = Acquaintances(self.outage)
        self._asking = ThreadPoolExecutor(1, "mail-knows")
        self._waiting: queue.SimpleQueue[tuple[Letter, Done] | None] = queue.SimpleQueue()
        self._committing = Thread(target=self._commit_until_closed, name="mail-commits", daemon=True)
        self._committing.start()
        self._bell: asyncio.TimerHandle | None = None
        self._rung_at = -BELL_PAUSE

    async def knows(self, recipient: str) -> bool:
        """Raises DatabaseError where nobody can say."""
        if self.acquaintances.just_seen(recipient):
            return True
        return await self.loop.run_in_executor(self._asking, self.acquaintances.know, recipient)

    async def meet_everybody(self) -> None:
        await self.loop.run_in_executor(self._asking, self.acquaintances.meet_everybody)

    async def take(self, letter: Letter) -> Taken:
        """Returns when the letter is safe, or refused. The letter is kept also if the caller goes away meanwhile."""
        answer: asyncio.Future[Taken] = self.loop.create_future()
        self._waiting.put((letter, lambda taken: self.loop.call_soon_threadsafe(self._answer, answer, taken)))
        return await answer

    def _answer(self, future: "asyncio.Future[Taken]", taken: Taken) -> None:
        if taken is Taken.COMMITTED and self._bell is None:
            self._bell = self.loop.call_at(self._rung_at + BELL_PAUSE, self._ring)
        if not future.done():
            future.set_result(taken)

    def _ring(self) -> None:
        """The broker may be slow, too: rung from a thread."""
        self._bell = None
        self._rung_at = self.loop.time()
        self._asking.submit(spool.ring)

    async def close(self) -> None:
        """Commit what has been given, then let go of the database."""
        self._waiting.put(None)
        await self.loop.run_in_executor(None, self._committing.join)
        await asyncio.sleep(0)  # answers that were called for just now
        if self._bell is not None:
            self._bell.cancel()
            self._ring()
        await self.loop.run_in_executor(self._asking, self.acquaintances.part)
        self._asking.shutdown()

    def _commit_until_closed(self) -> None:
        receiver = Receiver(self.outage)
        try:
            while batch := self._next_batch():
                outcomes = receiver.take([letter for letter, _ in batch])
                for (_, done), taken in zip(batch, outcomes, strict=True):
                    done(taken)
        finally:
            connection.close()

    def _next_batch(self) -> "list[tuple[Letter, Done]]":
        """Waits for a first letter, and takes with it what else is there; nothing once closed and empty."""
        first = self._waiting.get()
        if first is None:
            return []
        batch, size = [first], len(first[0].raw)
        while len(batch) < BATCH and size < BATCH_BYTES:
            try:
                another = self._waiting.get_nowait()
            except queue.Empty:
                break
            if another is None:
                self._waiting.put(None)
                break
            batch.append(another)
            size += len(another[0].raw)
        return batch


class Acquaintances:
    """Recipients known to be ours: for a few seconds without asking, and for as long as nobody can be asked."""

    FRESH = 5.0  # seconds in which a group that was deleted is still said to be there
    MOST = 100_000

    def __init__(self, outage: Outage) -> None:
        self._outage = outage
        self._seen: dict[str, float] = {}

    def just_seen(self, recipient: str) -> bool:
        return time.monotonic() - self._seen.get(recipient.lower(), -self.FRESH) < self.FRESH

    def know(self, recipient: str) -> bool:
        try:
            known = self._ask(recipient)
        except AWAY:
            if recipient.lower() in self._seen:
                return True
            raise
        if known and len(self._seen) < self.MOST:
            self._seen[recipient.lower()] = time.monotonic()
        elif not known:
            self._seen.pop(recipient.lower(), None)
        return known

    def _ask(self, recipient: str) -> bool:
        if spool.names_a_group(recipient) and self._outage.is_on:
            raise OperationalError("The database is away.")
        try:
            return spool.reconnecting(lambda: spool.knows(recipient))
        except AWAY:
            self._outage.begin()
            raise

    def part(self) -> None:
        """Let go of the database, in the thread that asked it."""
        connection.close()

    def meet_everybody(self) -> None:
        """Learn the addresses of all groups, so that letters to them are taken in also while the database is away."""
        for group in Group.objects.only("slug", "domain").iterator():
            self._seen.setdefault(list_address(group), -self.FRESH)
