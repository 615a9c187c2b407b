"""The words members are found by: a row for each name and address, of which an index knows the beginnings. Looking for a word
anywhere in a hundred thousand labels takes PostgreSQL longer than a page may take."""

import re
from collections.abc import Iterable, Sequence

from django.db import connection, models

from common import bulk
from groups.models.group import Group

LONGEST = 100
MOST = 24  # of one member
_EDGES = ".,;:'\"“”„«»()<>[]"
_PARTS = re.compile(r"[-._+'’]+")


class MemberWordQuerySet(models.QuerySet["MemberWord"]):
    def beginning_with(self, word: str) -> "MemberWordQuerySet":
        """By the index: PostgreSQL seeks it by LIKE, SQLite only by a range."""
        if connection.vendor == "postgresql":
            return self.filter(word__startswith=word)
        return self.filter(word__gte=word, word__lt=f"{word}\U0010ffff")


class MemberWord(models.Model):
    group = models.ForeignKey(Group, models.CASCADE, related_name="+", db_index=False)
    membership = models.ForeignKey("groups.Membership", models.CASCADE, related_name="words")
    word = models.CharField(max_length=LONGEST)  # small letters
    in_address = models.BooleanField()

    objects = MemberWordQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["group", "word", "membership"],
                name="groups_memberword_found",
                opclasses=["int8_ops", "varchar_pattern_ops", "int8_ops"],
            )
        ]

    def __str__(self) -> str:
        return self.word


def words_in(label: str) -> dict[str, bool]:
    """word -> whether only an address has it. Names whole and in parts; addresses whole, and behind each dot or @ of them."""
    name, _, addresses = label.partition("\n")
    found: dict[str, bool] = {}
    for word in asked_for(name):
        for part in (word, *_PARTS.split(word)[1:]):
            found.setdefault(part, False)
    for address in addresses.split():
        local, _, domain = address.partition("@")
        labels = domain.split(".")
        behind = [".".join(labels[place:]) for place in range(max(1, len(labels) - 1))]
        for part in (address, *_PARTS.split(local)[1:], *behind):
            found.setdefault(part, True)
    return {word[:LONGEST]: where for word, where in found.items() if word}


def asked_for(text: str) -> list[str]:
    """The words somebody looks for, each once, as they are kept."""
    words = (word.strip(_EDGES).lstrip("@") for word in text.casefold().split())
    return list(dict.fromkeys(word[:LONGEST] for word in words if word))


def write_words(members: Iterable[tuple[int, int, str]], *, new: bool = False) -> None:
    """(membership, group, label) of each: its words as they are now."""
    members = list(members)
    if not new:
        MemberWord.objects.filter(membership__in=[pk for pk, *_ in members])._raw_delete("default")  # type: ignore[attr-defined]
    rows: list[Sequence[object]] = [
        (group, pk, word, in_address)
        for pk, group, label in members
        for word, in_address in list(words_in(label).items())[:MOST]
    ]
    bulk.insert(MemberWord, ("group_id", "membership_id", "word", "in_address"), rows)
