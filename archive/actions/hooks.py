"""What other apps have to do when letters change or go. They stand above this one, so they write themselves down here (apps.py);
all is called in the transaction of the change."""

from collections.abc import Callable, Sequence

from archive.models import Message

leaving: list[Callable[[Sequence[int]], None]] = []  # letters are about to be deleted, for whatever reason
destroyed: list[Callable[[Sequence[Message]], None]] = []  # no word of them may be left; called before they are deleted
changed: list[Callable[[Message], None]] = []  # a letter says something else now
send_again: list[Callable[[Message], int]] = []  # a letter is to go to the members once more; returns how many copies
