"""The tree of categories: as it is on a new site, and as pages read it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from groups.directory.models import Category, Stamp, Tally

MOST_TALLIES = 400
# name: names below it. The short names are made from these; the operator changes the tree as they like.
USUAL = {
    gettext_noop("Arts and crafts"): [
        gettext_noop("Crafts and making"),
        gettext_noop("Dance and theatre"),
        gettext_noop("Film and photography"),
        gettext_noop("Music"),
        gettext_noop("Painting and drawing"),
    ],
    gettext_noop("Books and writing"): [
        gettext_noop("Libraries"),
        gettext_noop("Poetry"),
        gettext_noop("Reading circles"),
        gettext_noop("Writing"),
    ],
    gettext_noop("Computers"): [
        gettext_noop("Free software"),
        gettext_noop("Hardware"),
        gettext_noop("Networks and the web"),
        gettext_noop("Programming"),
        gettext_noop("Security"),
    ],
    gettext_noop("Family and friends"): [
        gettext_noop("Families"),
        gettext_noop("Genealogy"),
        gettext_noop("Parents"),
        gettext_noop("School classes"),
    ],
    gettext_noop("Health"): [
        gettext_noop("Caring for others"),
        gettext_noop("Conditions"),
        gettext_noop("Fitness"),
        gettext_noop("Mutual support"),
    ],
    gettext_noop("Home and garden"): [
        gettext_noop("Cooking"),
        gettext_noop("Do it yourself"),
        gettext_noop("Gardening"),
        gettext_noop("Pets"),
    ],
    gettext_noop("Languages"): [gettext_noop("Learning languages"), gettext_noop("Translation")],
    gettext_noop("Neighbourhood"): [
        gettext_noop("Clubs and societies"),
        gettext_noop("Lost and found"),
        gettext_noop("Sharing and giving away"),
        gettext_noop("Streets and villages"),
    ],
    gettext_noop("Politics and society"): [
        gettext_noop("Charities"),
        gettext_noop("Environment"),
        gettext_noop("Human rights"),
        gettext_noop("Local politics"),
        gettext_noop("Unions"),
    ],
    gettext_noop("Recreation"): [
        gettext_noop("Collecting"),
        gettext_noop("Games"),
        gettext_noop("Outdoors"),
        gettext_noop("Sport"),
        gettext_noop("Travel"),
        gettext_noop("Vehicles"),
    ],
    gettext_noop("Religion and belief"): [gettext_noop("Faiths"), gettext_noop("Philosophy")],
    gettext_noop("Schools and learning"): [
        gettext_noop("Courses"),
        gettext_noop("Students"),
        gettext_noop("Teachers"),
        gettext_noop("Universities"),
    ],
    gettext_noop("Science"): [
        gettext_noop("Astronomy"),
        gettext_noop("History"),
        gettext_noop("Mathematics"),
        gettext_noop("Nature"),
        gettext_noop("Social sciences"),
    ],
    gettext_noop("Work and trade"): [
        gettext_noop("Co-operatives"),
        gettext_noop("Farming"),
        gettext_noop("Jobs"),
        gettext_noop("Professions"),
        gettext_noop("Small businesses"),
    ],
}


def slug_of(name: str) -> str:
    return name.lower().replace(" ", "-")


@transaction.atomic
def furnish_if_empty() -> None:
    """The usual tree, where there is none."""
    Stamp.objects.get_or_create(pk=1)
    if Category.objects.exists():
        return
    tops = Category.objects.bulk_create(Category(slug=slug_of(name), name=name) for name in USUAL)
    Category.objects.bulk_create(
        Category(slug=slug_of(name), name=name, parent=top) for top in tops for name in USUAL[top.name]
    )


def changed() -> None:
    """Pages of the directory count as new from now on."""
    Stamp.objects.filter(pk=1).update(number=F("number") + 1)


@dataclass(frozen=True, slots=True)
class Node:
    pk: int
    slug: str
    own_name: str  # as the operator wrote it
    count: int  # of groups here and below
    parent: "Node | None"
    children: list["Node"] = field(default_factory=list, repr=False, compare=False)

    @property
    def name(self) -> str:
        """The usual categories are known in other languages, too; of another only its own name is."""
        return _(self.own_name)

    @property
    def above(self) -> list["Node"]:
        """From the top down to the one above this."""
        return [*self.parent.above, self.parent] if self.parent else []

    @property
    def path(self) -> str:
        return " › ".join(node.name for node in [*self.above, self])


class Tree:
    """All categories, in the order in which pages show them; and what else the directory says of itself as a whole:
    (kind, value, groups) of countries and languages, the frequent ones first."""

    def __init__(self, rows: list[Category], tallies: list[tuple[str, str, int]]) -> None:
        self.tallies = tallies
        below: dict[int | None, list[Category]] = {}
        for row in rows:
            below.setdefault(row.parent_id, []).append(row)
        self.tops = [self._node(row, None, below) for row in below.get(None, [])]
        self.by_slug = {node.slug: node for node in self.nodes()}

    def _node(self, row: Category, parent: Node | None, below: dict[int | None, list[Category]]) -> Node:
        node = Node(row.pk, row.slug, row.name, row.count, parent)
        node.children.extend(self._node(each, node, below) for each in below.get(row.pk, []))
        return node

    def nodes(self) -> Iterator[Node]:
        """Each before those below it."""
        waiting = list(reversed(self.tops))
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    def known(self, slugs: list[str]) -> list[Node]:
        """Of these, those there are."""
        return [self.by_slug[slug] for slug in slugs if slug in self.by_slug]


def tree() -> Tree:
    tallies = Tally.objects.filter(count__gt=0).order_by("-count", "value")
    return Tree(list(Category.objects.all()), list(tallies.values_list("kind", "value", "count")[:MOST_TALLIES]))


_kept: dict[int, Tree] = {}
_lock = Lock()


def tree_at(stamp: int) -> Tree:
    """As it was when the stamp had this number; kept in this process until it has another."""
    with _lock:
        found = _kept.get(stamp)
    if found is None:
        found = tree()
        with _lock:
            _kept.clear()
            _kept[stamp] = found
    return found


def forget_tree() -> None:
    """For those who turn the stamp back."""
    with _lock:
        _kept.clear()
