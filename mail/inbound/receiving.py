"""A letter in a door: into the database, else onto the disk, else refused for now. What a door may say follows from that."""

import logging
import time
from collections.abc import Sequence
from enum import Enum

from mail.inbound import maildir, spool
from mail.inbound.spool import AWAY, Letter, accept_all

logger = logging.getLogger(__name__)
REST = 5.0  # seconds in which a database that did not answer is not asked again


class Taken(Enum):
    COMMITTED = "in the database"
    KEPT = "in the Maildir spool"
    REFUSED = "nowhere"


class Receiver:
    """Takes letters in. One for each thread that does."""

    def __init__(self) -> None:
        self.away_until = 0.0

    def knows(self, recipient: str) -> bool:
        """While the database is away, everything that could be ours is taken in."""
        if self._is_away:
            return spool.could_be_ours(recipient)
        try:
            return spool.reconnecting(lambda: spool.knows(recipient))
        except AWAY:
            self.leave_in_peace()
            return spool.could_be_ours(recipient)

    @property
    def _is_away(self) -> bool:
        return time.monotonic() < self.away_until

    def take(self, letters: Sequence[Letter]) -> list[Taken]:
        """All in one transaction where that goes well; otherwise each by itself. Never raises."""
        if self._commit(letters):
            return [Taken.COMMITTED] * len(letters)
        return [self._take_one(letter) for letter in letters]

    def leave_in_peace(self) -> None:
        """Do not ask the database for a while."""
        self.away_until = time.monotonic() + REST

    def _take_one(self, letter: Letter) -> Taken:
        return Taken.COMMITTED if self._commit([letter]) else _keep(letter)

    def _commit(self, letters: Sequence[Letter]) -> bool:
        if self._is_away:
            return False
        try:
            spool.reconnecting(lambda: accept_all(letters))
        except AWAY as problem:
            logger.error("The database is away, letters go to the Maildir spool: %s", problem)
            self.leave_in_peace()
        except Exception:
            logger.exception("A batch of %d letters could not be committed", len(letters))
        else:
            return True
        return False


def _keep(letter: Letter) -> Taken:
    try:
        maildir.keep(letter)
    except OSError as problem:
        logger.critical("Neither the database nor the disk takes letters: %s", problem)
        return Taken.REFUSED
    return Taken.KEPT
