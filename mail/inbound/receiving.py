"""A letter in a door: into the database, else onto the disk, else refused for now. What a door may say follows from that."""

import logging
from collections.abc import Sequence
from enum import Enum

from mail.inbound import maildir, spool
from mail.inbound.outage import Outage
from mail.inbound.spool import AWAY, Letter, accept_all

logger = logging.getLogger(__name__)


class Taken(Enum):
    COMMITTED = "in the database"
    KEPT = "in the Maildir spool"
    REFUSED = "nowhere"


class Receiver:
    """Takes letters in."""

    def __init__(self, outage: Outage | None = None) -> None:
        self.outage = outage or Outage()

    def knows(self, recipient: str) -> bool:
        """While the database is away, everything that could be ours is taken in."""
        if self.outage.is_on:
            return spool.could_be_ours(recipient)
        try:
            return spool.reconnecting(lambda: spool.knows(recipient))
        except AWAY:
            self.outage.begin()
            return spool.could_be_ours(recipient)

    def take(self, letters: Sequence[Letter]) -> list[Taken]:
        """All in one transaction where that goes well; otherwise each by itself. Never raises."""
        if self._commit(letters):
            return [Taken.COMMITTED] * len(letters)
        return [self._take_one(letter) for letter in letters]

    def _take_one(self, letter: Letter) -> Taken:
        return Taken.COMMITTED if self._commit([letter]) else _keep(letter)

    def _commit(self, letters: Sequence[Letter]) -> bool:
        if self.outage.is_on:
            return False
        try:
            spool.reconnecting(lambda: accept_all(letters))
        except AWAY as problem:
            logger.error("The database is away, letters go to the Maildir spool: %s", problem)
            self.outage.begin()
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
