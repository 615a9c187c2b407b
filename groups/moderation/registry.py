"""The kinds of things that wait. The queue knows them only by name: the app that owns a kind registers what can be done with
it.

A decision is one of `approve`, `trust`, `reject`, `discard`, `ban`, `spam`; what it means is the kind's affair. `decide`
changes the thing's own state by one conditional update, and answers False where somebody else was quicker.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from accounts.models import User
from groups.models import Right, Waiting
from groups.permissions import Standing

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from groups.access import Visit


@dataclass(frozen=True, slots=True)
class Choice:
    """One decision as a button."""

    name: str
    label: "StrOrPromise"
    said: "StrOrPromise"  # what the moderator reads afterwards
    key: str = ""  # on the keyboard
    look: str = ""  # "main", "danger"
    asks: "StrOrPromise" = ""  # label of the field for words to the author
    warns: "StrOrPromise" = ""  # a sentence to read before it is done
    for_members: bool = False  # needs an author who is a member and is not trusted yet
    right: Right | None = None  # one that it needs beside the kind's own
    in_bulk: bool = True
    when: Callable[[], bool] = field(default=lambda: True)

    @property
    def asks_first(self) -> bool:
        return bool(self.asks or self.warns)


Shown = tuple[str, Mapping[str, Any]]  # a template for the middle of the item's page, and what it needs


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    label: "StrOrPromise"
    plural: "StrOrPromise"
    right: Right
    choices: tuple[Choice, ...]
    decide: Callable[[Waiting, str, User, str], bool]
    show: "Callable[[Waiting, Visit], Shown]"
    expire: Callable[[Waiting], bool] | None = None  # None: waits for ever
    tell: Callable[[Waiting], Mapping[str, Any]] | None = None  # the same for programs (the API)
    edits: bool = False  # there is a page edit/ below its own, on which it may be changed before it is approved

    def choice(self, name: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.name == name and choice.when()), None)


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    KINDS[kind.name] = kind


def kind_of(waiting: Waiting) -> Kind:
    return KINDS[waiting.kind]


def kinds_seen_by(standing: Standing) -> frozenset[str]:
    """The kinds that this person decides about."""
    return frozenset(name for name, kind in KINDS.items() if standing.may(kind.right))


def choices_for(kind: Kind, standing: Standing, *, can_be_trusted: bool = False) -> list[Choice]:
    """The buttons this person gets."""
    return [
        choice
        for choice in kind.choices
        if choice.when()
        and (choice.right is None or standing.may(choice.right))
        and (can_be_trusted or not choice.for_members)
    ]
