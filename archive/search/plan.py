"""From what was typed to what an engine is asked: words folded and given their variants, names looked up as keys.

Names are looked up only among what the person may read, so that a query cannot tell whether a private group exists.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Count
from django.utils.translation import gettext as _

from accounts.models import User
from archive.keys import key_of
from archive.models import Message, Tagging
from archive.parsing.hashtags import as_hashtag
from archive.search.engine import (
    ANYWHERE,
    Between,
    Engine,
    Everything,
    HasAttachment,
    Nothing,
    OneOf,
    Scope,
    Words,
    seconds,
)
from archive.search.inflections import Memory, language_of
from archive.search.language import And, Dates, Is, Not, Or, Query, Text, Within, fold_tree, leaves
from archive.search.marks import read_by
from archive.search.words import is_unspaced, words_asked
from groups.models import Group

PARTS = {"": ANYWHERE, "from": ("sender",), "to": ("recipients",), "subject": ("subject",), "body": ("body",)}
PARTS |= {"quoted": ("quoted",), "filename": ("filenames",), "list-id": ("list_id",)}
INFLECTED = ("", "subject", "body", "quoted")  # names and addresses have no other forms
MOST_WORDS = 30  # in a row
MOST_THREADS = 1000
MOST_TAGGED = 20_000  # topics of one hashtag
MOST_NAMED = 100  # groups that one letter was posted to

LANGUAGES_KEPT_FOR = 60  # seconds

_memory = Memory()


@dataclass(slots=True)
class Plan:
    """`node` is what the engine gets (None: nothing to look for). `scored`: it has words to rank by."""

    node: Any
    problems: list[str]
    scored: bool = False
    highlights: list[Words] = field(default_factory=list)


@dataclass(slots=True)
class Planner:
    """Plans queries for one person. `engine` is None for the database search, which has no vocabulary."""

    user: User | None
    group: Group | None
    scope: Scope
    engine: Engine | None = None
    languages: tuple[str, ...] = ()
    problems: list[str] = field(default_factory=list)
    groups: dict[str, int] = field(default_factory=dict)
    named: frozenset[int] = frozenset()

    def plan(self, query: Query) -> Plan:
        if query.node is None:
            return Plan(None, query.problems)
        self.problems = list(query.problems)
        self._look_up_groups(query)
        node = fold_tree(query.node, self._leaf, _joined)
        return Plan(node, self.problems, _is_scored(node), _highlights(node))

    def _problem(self, sentence: str) -> None:
        if sentence not in self.problems:
            self.problems.append(sentence)

    def _leaf(self, leaf: Any) -> Any:
        if isinstance(leaf, Text):
            return self._text(leaf)
        if isinstance(leaf, Dates):
            return Between(_seconds_or_none(leaf.since), _seconds_or_none(leaf.until))
        if isinstance(leaf, Within):
            within = {"group": self._in_group, "thread": self._in_thread, "message": self._named, "tag": self._tagged}
            return within[leaf.what](leaf.value)
        return HasAttachment() if leaf.what == "attachment" else self._read_or_not(leaf)

    # words

    def _text(self, leaf: Text) -> Any:
        words = words_asked(leaf.text)[:MOST_WORDS]
        if not words:
            return Everything()
        node = self._words(leaf, words)
        letters = self._letters_named(leaf.text) if not leaf.field and "@" in leaf.text else frozenset()
        return Or((OneOf("message", letters), node)) if letters else node

    def _words(self, leaf: Text, words: list[tuple[int, str]]) -> Any:
        fields = PARTS[leaf.field]
        alone = len(words) == 1
        last = words[-1][1]
        if leaf.prefix or (alone and len(last) == 1 and is_unspaced(last)):
            before = [Words(fields, tuple(words[:-1]))] if not alone else []
            return _joined(And(()), [*before, Words(fields, (words[-1],), prefix=True)])
        if alone and not leaf.quoted and leaf.field in INFLECTED:
            return Words(fields, tuple(words), variants=self._variants(last))
        return Words(fields, tuple(words))

    def _named(self, message_id: str) -> Any:
        return OneOf("message", self._letters_named(message_id))

    def _letters_named(self, text: str) -> frozenset[int]:
        """Whoever pastes a Message-ID wants that letter, and those that mention it."""
        named = text.strip().removeprefix("<").removesuffix(">")
        rows = Message.objects.filter(message_id_key=key_of(named), message_id=named, hidden_at__isnull=True)
        return frozenset(
            pk for pk, group in rows.values_list("pk", "group_id")[:MOST_NAMED] if group in self.scope.groups
        )

    def _variants(self, word: str) -> tuple[str, ...]:
        if self.engine is None:
            return ()
        index = f"{self.engine.name} {self.engine.places and self.engine.places.root}"
        return _memory.variants(index, word, self.languages, self.engine.beginning_with)

    # places

    def _look_up_groups(self, query: Query) -> None:
        slugs = [leaf.value.lower() for leaf in leaves(query.node) if isinstance(leaf, Within) and leaf.what == "group"]
        if slugs:
            rows = Group.objects.readable_by(self.user).filter(slug__in=slugs).values_list("slug", "pk")
            self.groups = dict(rows)
            self.named = frozenset(self.groups.values())

    def _in_group(self, slug: str) -> Any:
        key = self.groups.get(slug.lower())
        if key is None:
            self._problem(_("There is no group “%(name)s” whose letters you may read.") % {"name": slug})
            return Nothing()
        return OneOf("group", frozenset([key]))

    def _in_thread(self, value: str) -> Any:
        """By the number of any of its letters, in the group searched or named; or by a Message-ID."""
        letters = Message.objects.filter(hidden_at__isnull=True)
        if self.group is not None:
            letters = letters.filter(group=self.group)
        elif self.named:
            letters = letters.filter(group__in=self.named)
        if value.isascii() and value.isdigit() and len(value) < 10:
            if self.group is None and not self.named:
                said = _("“thread:%(number)s” is a number of one group: name the group with in:group, too.")
                self._problem(said % {"number": value})
                return Nothing()
            letters = letters.filter(number=int(value))
        else:
            letters = letters.filter(message_id_key=key_of(value), message_id=value)
        rows = letters.values_list("thread_id", "group_id")[:MOST_THREADS]
        threads = frozenset(thread for thread, group in rows if group in self.scope.groups)
        return OneOf("thread", threads) if threads else Nothing()

    def _tagged(self, name: str) -> Any:
        """Topics with the hashtag, in every group that is searched; the latest tagged, where they are very many."""
        held = Tagging.objects.filter(hashtag__name=as_hashtag(name), holds=True, message__hidden_at__isnull=True)
        if self.group is not None:
            held = held.filter(hashtag__group=self.group)
        rows = held.order_by("-pk").values_list("message__thread_id", "message__group_id", "message__transfer_id")
        threads = frozenset(
            thread
            for thread, group, transfer in rows[:MOST_TAGGED]
            if group in self.scope.groups and transfer not in self.scope.hidden_transfers
        )
        return OneOf("thread", threads) if threads else Nothing()

    # what the person has read

    def _read_or_not(self, leaf: Is) -> Any:
        if self.user is None:
            self._problem(_("Sign in to search by what you have read: for a stranger everything is unread."))
        read = Nothing() if self.user is None else self._read(self.user)
        return read if leaf.what == "read" else Not(read)

    def _read(self, user: User) -> Any:
        return read_by(user, self.group)


def _seconds_or_none(moment: datetime | None) -> int | None:
    return None if moment is None else seconds(moment)


def _joined(node: Not | And | Or, parts: list[Any]) -> Any:
    if isinstance(node, Not):
        return Not(parts[0])
    return parts[0] if len(parts) == 1 else type(node)(tuple(parts))


def _is_scored(node: Any) -> bool:
    return any(isinstance(leaf, Words) for leaf in leaves(node, wanted_only=True))


_SHOWN = {"subject", "body", "quoted"}  # where a highlight can stand


def _highlights(node: Any) -> list[Words]:
    found = (leaf for leaf in leaves(node, wanted_only=True) if isinstance(leaf, Words))
    return [leaf for leaf in found if _SHOWN.intersection(leaf.fields)]


def languages_of(group: Group | None) -> tuple[str, ...]:
    """Whose word forms a search in this group, or in all, knows."""
    if group is not None:
        return languages_for(group)
    codes = cache.get("search-languages")
    if codes is None:
        groups = Group.objects.exclude(language="").values("language").annotate(count=Count("pk"))
        codes = list(groups.order_by("-count", "language").values_list("language", flat=True)[:20])
        cache.set("search-languages", codes, LANGUAGES_KEPT_FOR)
    return languages_for(None, codes)


def languages_for(group: Group | None, codes: Iterable[str] = ()) -> tuple[str, ...]:
    """English, and the group's own language or those in use in the house, as far as we can stem them."""
    wanted: Sequence[str] = ["en", group.language] if group is not None else ["en", *codes]
    known = [language_of(code) for code in wanted]
    return tuple(dict.fromkeys(code for code in known if code))[:MOST_LANGUAGES]


MOST_LANGUAGES = 5
