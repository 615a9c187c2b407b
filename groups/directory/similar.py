"""Groups like another one: by their categories, the words of their names, the language, and people who are in both. Only listed
groups take part; how many people two groups share is never told, and fewer than three count for nothing."""

from collections import Counter
from math import log2

from django.db.models import Count
from django.utils import timezone

from groups.directory.index import Mark, having_any
from groups.directory.models import Listing, Shelf
from groups.directory.words import distinct, words_of
from groups.models import Group, Membership

MOST_SHOWN = 5
MOST_LOOKED_AT = 200  # of each kind
FEWEST_SHARED = 3
PEOPLE_LOOKED_AT = 300
SHORTEST_WORD = 4
ENOUGH = 2.0


def keep(key: int) -> None:
    """Write down which listed groups are most like this one."""
    Listing.objects.filter(pk=key).update(similar=_most_similar(key), compared_on=timezone.now().date())


def shown_beside(listing: Listing | None) -> list[Group]:
    """Those that are still in the directory, the most similar first. One query, none where there are no similar ones."""
    if listing is None or not listing.listed or not listing.similar:
        return []
    found = {group.pk: group for group in Group.objects.listed().filter(pk__in=listing.similar)}
    return [found[key] for key in listing.similar if key in found]


def _most_similar(key: int) -> list[int]:
    listing = Listing.objects.select_related("group").get(pk=key)
    scores: Counter[int] = Counter()
    for found in (_by_category(listing), _by_words(listing), _by_people(listing)):
        scores.update(found)
    scores.pop(key, None)
    rows = Listing.objects.filter(pk__in=[each for each, score in scores.items() if score >= ENOUGH], listed=True)
    ranked = sorted(
        rows, key=lambda row: (-scores[row.pk] - (row.language == listing.language), -row.letters_90, row.pk)
    )
    return [row.pk for row in ranked[:MOST_SHOWN]]


def _by_category(listing: Listing) -> Counter[int]:
    """The livelier ones of each category that the group itself named."""
    found: Counter[int] = Counter()
    for category in Shelf.objects.filter(group=listing.pk, is_own=True).values_list("category", flat=True):
        near = Shelf.objects.filter(category=category, is_own=True).order_by("-group")[:MOST_LOOKED_AT]
        found.update({shelf.group_id: 2 for shelf in near})  # type: ignore[dict-item]
    return found


def _by_words(listing: Listing) -> Counter[int]:
    words = [word for word in distinct(words_of(listing.name_key), 8) if len(word) >= SHORTEST_WORD]
    found: Counter[int] = Counter()
    for word in words:
        near = having_any([Mark("n", word)], MOST_LOOKED_AT)
        if len(near) < MOST_LOOKED_AT:  # a word that many have says little
            found.update(near)
    return found


def _by_people(listing: Listing) -> dict[int, float]:
    people = Membership.objects.filter(group=listing.pk).order_by("-pk").values("user")[:PEOPLE_LOOKED_AT]
    people_keys = [row["user"] for row in people]
    shared = Membership.objects.filter(user__in=people_keys).order_by().values("group").annotate(count=Count("pk"))
    often = shared.filter(count__gte=FEWEST_SHARED).order_by("-count", "group")[:MOST_LOOKED_AT]
    return {row["group"]: log2(row["count"]) for row in often}
