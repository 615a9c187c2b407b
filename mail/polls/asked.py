"""A poll as far as reading an answer needs it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from groups.polls.counting import Key, Kind


@dataclass(frozen=True, slots=True)
class Option:
    key: Key
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Options in the order in which the mail numbered them from 1."""

    kind: Kind
    options: Sequence[Option]
    write_ins: bool = False
    highest: int = 5
