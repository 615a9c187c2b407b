"""Finding groups, at a cost that does not grow with their number: never more than a few thousand rows are looked at.

Words and filters are intersected in the index of words. Where few groups have them all, these are put in order; where many do,
the order's own index is walked from the cursor on, and soon meets enough of them.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from accounts.models import User
from common import lookups  # noqa: F401  registers __among
from common.paging import Page, page_of, query
from common.prepared import Prepared, Slot
from groups.directory.asked import BEST, SORTS, Asked
from groups.directory.index import Mark, having_all
from groups.directory.keeping import SHORTEST_CORRECTED, SIZES
from groups.directory.models import Listing, Shelf, Spelling
from groups.directory.words import fold, one_mistake_apart, ways_to_misspell
from groups.domains import sites
from groups.domains.sites import Site
from groups.models import Group

FEW = 1000
ENOUGH = 100
GROUPS_A_PAGE = 30
SHORTEST_BEGINNING = 2  # letters from which a word is taken for the beginning of one
SHOWN = (
    *("slug", "domain", "name", "summary", "language", "visibility", "archive_access", "icon", "taken_down_at"),
    *("archive__message_count", "archive__last_at", "archive__monthly"),
    *("listing__members", "listing__letters_30"),
)  # what a list says of a group
OF_KEYS = Prepared(
    lambda: Group.objects.listed().filter(pk__among=Slot("keys")).select_related("archive", "listing").only(*SHOWN)
)
EXACT, BEGINS, WHOLE, IN_NAME, IN_TEXT = range(5)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of groups. `count` of them all, where they were few enough to count; `corrected`: the words that were looked for
    instead of those that found nothing; `cut`: more carry the words than were put in order."""

    page: Page
    count: int | None = None
    corrected: str = ""
    cut: bool = False


def find(
    asked: Asked, params: QueryDict, reader: User | None, *,
    without: Sequence[int] = (), size: int = 0, site: Site | None = None,
) -> Found:  # fmt: skip
    """`size`: of a page, 0: the usual; `site`: whose directory it is, None: of all sites together."""
    size = size or GROUPS_A_PAGE
    if asked.text and not asked.words:
        return Found(Page([], "", ""), 0)
    if asked.words:
        return _by_words(asked, params, reader, size, site)
    few = _few(asked)
    rows = _filtered(asked, reader, few, site)
    rows = rows.exclude(pk__in=without) if without else rows
    return Found(_page(rows, asked, params, size), rows.count() if few is not None else None)


def _by_words(asked: Asked, params: QueryDict, reader: User | None, size: int, site: Site | None) -> Found:
    carrying, corrected = _carrying(asked), ""
    if not carrying:
        better = _corrected(asked)
        if better != asked.words:
            asked = asked.with_words(better)
            carrying, corrected = _carrying(asked), " ".join(better)
    rows = _filtered(asked, reader, carrying.keys(), site)
    cut = len(carrying) > FEW
    if asked.sort != BEST:
        return Found(_page(rows, asked, params, size), rows.count(), corrected if carrying else "", cut)
    keys = _ranked(rows, carrying, asked)
    return Found(_numbered(keys, params, size), len(keys), corrected if carrying else "", cut)


def _carrying(asked: Asked) -> dict[int, int]:
    """Groups with all the words and facets: key -> IN_NAME or IN_TEXT. Those that have all words in their names come first, so
    that a common word of texts never crowds them out."""
    whole = [Mark("n", word) for word in asked.words]
    in_name = having_all([*whole, *asked.facets], FEW + 1)  # beginnings of a common word would be dear, and no better
    if len(in_name) <= FEW:
        in_name = having_all([*_marks("n", asked.words), *asked.facets], FEW + 1)
    found = dict.fromkeys(in_name, IN_NAME)
    if len(found) <= FEW:
        for key in having_all([*_marks("t", asked.words), *asked.facets], FEW + 1):
            found.setdefault(key, IN_TEXT)
    return found


def _marks(kind: str, words: Iterable[str]) -> list[Mark]:
    return [Mark(kind, word, begins=len(word) >= SHORTEST_BEGINNING) for word in words]


def _ranked(rows: QuerySet[Listing], carrying: dict[int, int], asked: Asked) -> list[int]:
    """The nearer the words to the whole name the better; among equals the livelier and larger."""
    whole = fold(asked.text) if asked.words else ""
    found = rows.values_list("pk", "name_key", "letters_90", "members")
    ranked = sorted((_nearness(name, whole, asked.words, carrying[key]), -letters, -members, key)
                    for key, name, letters, members in found)  # fmt: skip
    return [key for *_, key in ranked]


def _nearness(name: str, whole: str, words: tuple[str, ...], carried: int) -> int:
    if carried == IN_TEXT:
        return IN_TEXT
    if name == whole:
        return EXACT
    if name.startswith(whole):
        return BEGINS
    return WHOLE if set(words) <= set(name.split()) else IN_NAME


def _corrected(asked: Asked) -> tuple[str, ...]:
    """Each word that stands in no group, as the name nearest to it has it; the word itself where there is none."""
    alone = len(asked.words) == 1 and not asked.facets  # then it stands nowhere, or something would have been found

    def is_wrong(word: str) -> bool:
        return len(word) >= SHORTEST_CORRECTED and (alone or not _is_carried(Mark("t", word, begins=True)))

    return tuple(_nearest(word) if is_wrong(word) else word for word in asked.words)


def _nearest(word: str) -> str:
    near = Spelling.objects.filter(key__in=ways_to_misspell(word)).values_list("word", flat=True)[:200]
    # Words of groups that are listed no more stay in the table: only what finds a listed group is said.
    fit = sorted(each for each in set(near) if one_mistake_apart(word, each))
    return next((each for each in fit if _is_carried(Mark("n", each))), word)


def _is_carried(mark: Mark) -> bool:
    """Asked for more than one: for a single row PostgreSQL would rather read the whole table than the index."""
    return bool(having_all([mark], ENOUGH))


def _few(asked: Asked) -> set[int] | None:
    """All groups with these facets, or of this activity, where they are few."""
    if asked.facets:
        keys = set(having_all([*asked.facets], FEW + 1))
        if len(keys) <= FEW:
            return keys
    if asked.activity:
        keys = set(Listing.objects.filter(_active(asked), listed=True).values_list("pk", flat=True)[: FEW + 1])
        if len(keys) <= FEW:
            return keys
    return None


def _filtered(asked: Asked, reader: User | None, keys: Set[int] | None, site: Site | None) -> QuerySet[Listing]:
    rows = Listing.objects.filter(
        _columns(asked), _active(asked), _readable(asked, reader), _of_site(site), listed=True
    )
    if keys is not None:
        return rows.filter(group__id__among=keys)  # facets with them
    if asked.category is not None:
        rows = rows.filter(Exists(Shelf.objects.filter(category=asked.category.pk, group=OuterRef("pk"))))
    return rows


def _of_site(site: Site | None) -> Q:
    """Of a domain its own groups; of the house itself all that do not keep to theirs. Nothing where there is one domain."""
    if site is not None and not site.is_main:
        return Q(group__domain=site.pk)
    hidden = sites.hidden_from_main() if site is not None else []
    return ~Q(group__domain__in=hidden) | Q(group__domain__isnull=True) if hidden else Q()


def _columns(asked: Asked) -> Q:
    wanted = Q()
    for name in ("country", "language", "joining"):
        if getattr(asked, name):
            wanted &= Q(**{name: getattr(asked, name)})
    if asked.size:
        band = int(asked.size)
        wanted &= Q(members__gte=SIZES[band - 1]) if band else Q()
        wanted &= Q(members__lt=SIZES[band]) if band < len(SIZES) else Q()
    return wanted


def _active(asked: Asked) -> Q:
    """With what follows from it for the other orders, so that their indexes are not walked in vain."""
    since = asked.since(timezone.now())
    if since is None:
        return Q()
    if asked.activity == "quiet":
        return Q(active_at__lt=since, started_at__lt=since, letters_30=0)
    return Q(active_at__gte=since, letters__gt=0)


def _readable(asked: Asked, reader: User | None) -> Q:
    if not asked.readable:
        return Q()
    mine = Q(pk__in=reader.memberships.values("group"), letters__gt=0) if reader is not None else Q()
    return Q(readable=True) | mine if reader is not None else Q(readable=True)


def _page(rows: QuerySet[Listing], asked: Asked, params: QueryDict, size: int) -> Page:
    sort = SORTS[asked.sort]
    how: dict[str, Any] = {sort.keyword: True} if sort.keyword else {}
    page = page_of(
        rows.only("pk", sort.field), params,
        field=sort.field, key="group_id", size=size, descending=sort.descending, **how,
    )  # fmt: skip
    return replace(page, rows=shown([row.pk for row in page.rows]))


def _numbered(keys: list[int], params: QueryDict, size: int) -> Page:
    """Of what is ranked there are never more than some thousands: its pages have numbers."""
    asked = params.get("page", "")
    number = max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1
    here = keys[(number - 1) * size :]

    def link(page: int) -> str:
        return query(params, page=str(page) if page > 1 else None)

    later = link(number + 1) if len(here) > size else ""
    return Page(shown(here[:size]), later, link(number - 1) if number > 1 else "")


def shown(keys: Sequence[int]) -> list[Group]:
    """These groups, in this order, with what a list says of them; asked once more whether they are in the directory at all."""
    found = {group.pk: group for group in OF_KEYS.all(keys=list(keys))}
    for group in found.values():
        group.member_count, group.lately = group.listing.members, group.listing.letters_30
    return [found[key] for key in keys if key in found]
