"""What other apps have to do about polls. They stand above this one, so they write themselves down here (apps.py); each is called
with the poll, in the transaction of the change, so that a change that is rolled back is told to nobody."""

from collections.abc import Callable
from typing import Any

opened: list[Callable[[Any], None]] = []  # members may answer now: the gateway mails it
changed: list[Callable[[Any], None]] = []  # its words, options or closing time, while it is open
closed: list[Callable[[Any], None]] = []  # it has ended, by its time or by hand, and its result stands
