"""Makes a group's row of the directory, its shelves and its words from the group itself. Called where a group changes, in the
transaction of the change, and by the sweep for what comes too often to be followed at once: letters, and many members."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from groups.directory import index
from groups.directory.models import Category, Listing, Shelf, Spelling, Tally
from groups.directory.tree import Node, Tree, changed, tree
from groups.directory.words import distinct, fold, ways_to_misspell, words_of
from groups.models import Group, Membership

MOST_WORDS, MOST_TEXT = 500, 20_000
SHORTEST_CORRECTED = 4
SIZES = (10, 100, 1000, 10_000)  # members from which the next band begins
OF_DAYS = (30, 90)
KEPT = (
    *("listed", "name_key", "active_at", "started_at", "letters", "letters_30", "letters_90", "members", "country"),
    *("language", "joining", "readable", "words_key", "stale", "archive_version", "group_changed_at", "counted_on"),
    "changed_at",
)
SAID = (
    "listed",
    "name_key",
    "country",
    "language",
    "joining",
    "readable",
)  # what pages show of it the stamp stands for


def band_of(members: int) -> int:
    return sum(members >= least for least in SIZES)


def mark_stale(groups: Iterable[int]) -> None:
    Listing.objects.filter(group__in=list(groups)).update(stale=True)


@transaction.atomic
def refresh(groups: Collection[int]) -> None:
    """Make the rows of these groups anew. Some hundred at most in one call."""
    locked = Group.objects.filter(pk__in=groups).order_by("pk")
    if connection.features.has_select_for_update:
        list(locked.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))
    found = list(locked.select_related("archive"))
    before = {row.pk: row for row in Listing.objects.filter(group__in=groups)}
    listed = set(Group.objects.listed().filter(pk__in=groups).values_list("pk", flat=True))
    rows = _rows(found, listed, before)
    shelves = tree()
    marks = {
        row.pk: marks_of(row, group, shelves) if row.listed else "" for row, group in zip(rows, found, strict=True)
    }
    _keep_words(rows, marks, before)
    Listing.objects.bulk_create(rows, update_conflicts=True, unique_fields=["group"], update_fields=KEPT)
    _keep_shelves({group.pk: shelves.known(group.categories) if group.pk in listed else [] for group in found})
    _keep_tallies(rows, before)
    _keep_spellings(rows, before)
    if any(_is_news(row, before.get(row.pk)) for row in rows):
        changed()


def _is_news(row: Listing, old: Listing | None) -> bool:
    """Whether pages that show it are wrong now, and not only a little behind."""
    if old is None:
        return row.listed
    said = any(getattr(row, name) != getattr(old, name) for name in SAID) or row.words_key != old.words_key
    return (row.listed or old.listed) and said


def _rows(groups: list[Group], listed: set[int], before: dict[int, Listing]) -> list[Listing]:
    now, today = timezone.now(), timezone.now().date()
    keys = [group.pk for group in groups]
    counted = Membership.objects.filter(group__in=keys).order_by().values("group").annotate(count=Count("pk"))
    members = {row["group"]: row["count"] for row in counted}
    lately = _letters_lately(keys, today)
    return [
        _row(group, group.pk in listed, members.get(group.pk, 0), lately.get(group.pk, (0, 0)), now, before)
        for group in groups
    ]


def _letters_lately(groups: list[int], today: date) -> dict[int, tuple[int, int]]:
    """Group -> letters in the last 30 and 90 days, from the counts of days that its archive keeps."""
    month, quarter = (today - timedelta(days=days) for days in OF_DAYS)
    sums = Group.objects.filter(pk__in=groups, day__date__gt=quarter, day__date__lte=today).values("pk")
    found = sums.annotate(month=Sum("day__count", filter=Q(day__date__gt=month)), quarter=Sum("day__count"))
    return {row["pk"]: (row["month"] or 0, row["quarter"] or 0) for row in found}


def _row(
    group: Group, listed: bool, members: int, lately: tuple[int, int], now: datetime, before: dict[int, Listing]
) -> Listing:
    archive: Any = getattr(group, "archive", None)
    letters = archive.message_count if archive else 0
    old = before.get(group.pk)
    return Listing(
        group=group,
        listed=listed,
        name_key=fold(group.name)[:150],
        active_at=(archive.last_at if archive else None) or group.created_at,
        started_at=group.created_at,
        letters=letters,
        letters_30=lately[0],
        letters_90=lately[1],
        members=members,
        country=group.country,
        language=group.language.split("-")[0].lower(),
        joining=group.joining,
        readable=bool(letters) and group.archive_is_public,
        similar=old.similar if old else [],
        words_key=old.words_key if old else "",
        archive_version=archive.version if archive else 0,
        group_changed_at=group.changed_at,
        counted_on=now.date(),
        changed_at=now,
    )


def marks_of(row: Listing, group: Group, shelves: Tree) -> str:
    """Everything the group is found by: its words, and what it is filtered by."""
    name = distinct([*words_of(group.name), *words_of(group.slug)], MOST_WORDS)
    said = f"{group.summary} {group.description[:MOST_TEXT]} {group.guidelines[:MOST_TEXT]}"
    text = distinct([*name, *words_of(said)], MOST_WORDS)
    own = shelves.known(group.categories)
    under = {node.pk for one in own for node in [one, *one.above]}
    facets = [f"c_{row.country.lower()}" if row.country else "", f"l_{row.language}" if row.language else ""]
    facets += [f"s_{band_of(row.members)}", f"j_{row.joining}", "r_yes" if row.readable else ""]
    facets += [f"k_{key}" for key in sorted(under)]
    marks = [*(f"n_{word}" for word in name), *(f"t_{word}" for word in text), "a_all", *filter(None, facets)]
    return " ".join(dict.fromkeys(marks))


def _keep_words(rows: list[Listing], marks: dict[int, str], before: dict[int, Listing]) -> None:
    """Only what reads otherwise than before is written."""
    written, gone = {}, []
    for row in rows:
        text = marks[row.pk]
        row.words_key = blake2b(text.encode(), digest_size=16).hexdigest() if text else ""
        if row.words_key != (before[row.pk].words_key if row.pk in before else ""):
            if text:
                written[row.pk] = text
            else:
                gone.append(row.pk)
    index.put(written)
    index.take_out(gone)


def _keep_shelves(wanted: dict[int, list[Node]]) -> None:
    there = {(shelf.group_id, shelf.category_id): shelf for shelf in Shelf.objects.filter(group__in=list(wanted))}
    should: dict[tuple[int, int], bool] = {}
    for group, nodes in wanted.items():
        for node in nodes:
            should.update({(group, above.pk): should.get((group, above.pk), False) for above in node.above})
            should[(group, node.pk)] = True
    gone = [shelf.pk for key, shelf in there.items() if should.get(key) is not shelf.is_own]
    new = [key for key, is_own in should.items() if key not in there or there[key].is_own is not is_own]
    Shelf.objects.filter(pk__in=gone).delete()
    Shelf.objects.bulk_create(Shelf(group_id=key[0], category_id=key[1], is_own=should[key]) for key in new)
    touched = {key[1] for key in new} | {shelf.category_id for shelf in there.values() if shelf.pk in set(gone)}
    recount(touched)


def recount(categories: Iterable[int]) -> None:
    for key in sorted(categories):
        Category.objects.filter(pk=key).update(count=Shelf.objects.filter(category=key).count())


def _keep_tallies(rows: list[Listing], before: dict[int, Listing]) -> None:
    """By what came and went, so that a common language is not counted anew for each group. recount_all mends what slips."""
    steps: dict[tuple[str, str], int] = {}
    for row in rows:
        old = before.get(row.pk)
        for kind in ("country", "language"):
            for one, step in ((old, -1), (row, 1)):
                value = getattr(one, kind) if one is not None and one.listed else ""
                if value:
                    steps[kind, value] = steps.get((kind, value), 0) + step
    for (kind, value), step in sorted(steps.items()):
        if step > 0:
            Tally.objects.get_or_create(kind=kind, value=value)
        if step:
            enough = Tally.objects.filter(kind=kind, value=value, count__gte=-step)
            enough.update(count=F("count") + step)


def _keep_spellings(rows: list[Listing], before: dict[int, Listing]) -> None:
    """Words of names, to look misspelt ones up in. They stay when the group goes: only corrections that find a listed group
    are ever said."""
    new = [row for row in rows if row.listed and (row.pk not in before or before[row.pk].name_key != row.name_key)]
    new += [row for row in rows if row.listed and row.pk in before and not before[row.pk].listed]
    words = {word for row in new for word in words_of(row.name_key) if len(word) >= SHORTEST_CORRECTED}
    known = set(Spelling.objects.filter(key__in=words, word=F("key")).values_list("word", flat=True))
    keys = [Spelling(key=key, word=word) for word in sorted(words - known) for key in ways_to_misspell(word)]
    Spelling.objects.bulk_create(keys, ignore_conflicts=True, batch_size=400)


@transaction.atomic
def recount_all() -> None:
    """Every count of categories, countries and languages from the rows themselves."""
    changed()
    for category in Category.objects.annotate(there=Count("shelves")).exclude(count=F("there")):
        Category.objects.filter(pk=category.pk).update(count=category.there)
    for kind in ("country", "language"):
        counted = Listing.objects.filter(listed=True).exclude(**{kind: ""}).order_by().values(kind)
        true = {row[kind]: row["count"] for row in counted.annotate(count=Count("pk"))}
        kept = dict(Tally.objects.filter(kind=kind).values_list("value", "count"))
        for value in kept.keys() | true.keys():
            if kept.get(value) != true.get(value, 0):
                Tally.objects.update_or_create(kind=kind, value=value, defaults={"count": true.get(value, 0)})


def forget(group: int) -> None:
    """The group is deleted, its rows with it."""
    index.take_out([group])
    changed()
