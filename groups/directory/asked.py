"""What somebody asks the directory for, read from the address of the page. What makes no sense is left out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from groups.countries import COUNTRIES, country_name
from groups.directory.index import Mark
from groups.directory.tree import Node, Tree
from groups.directory.words import distinct, words_of
from groups.languages import local_name

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST, MOST_WORDS = 100, 8
SIZES = {
    "0": gettext_lazy("fewer than 10 members"),
    "1": gettext_lazy("10 to 99 members"),
    "2": gettext_lazy("100 to 999 members"),
    "3": gettext_lazy("1,000 to 9,999 members"),
    "4": gettext_lazy("10,000 members and more"),
}
DAYS = {"week": 7, "month": 31, "year": 366}
ACTIVITY = {
    "week": gettext_lazy("a letter this week"),
    "month": gettext_lazy("a letter this month"),
    "year": gettext_lazy("a letter this year"),
    "quiet": gettext_lazy("quiet for a year"),
}
JOINING = {
    "open": gettext_lazy("open to all"),
    "approval": gettext_lazy("joined after a yes"),
    "invitation": gettext_lazy("by invitation"),
}
READABLE = {"yes": gettext_lazy("letters I may read")}


@dataclass(frozen=True, slots=True)
class Sort:
    """`field` of Listing; `keyword`: how common.paging.page_of is to read it."""

    label: "StrOrPromise"
    field: str
    keyword: str = ""
    descending: bool = True


BEST = "best"
SORTS = {
    "latest": Sort(gettext_lazy("Latest letter"), "active_at"),
    "active": Sort(gettext_lazy("Most letters"), "letters_30", "by_number"),
    "new": Sort(gettext_lazy("Newest"), "started_at"),
    "large": Sort(gettext_lazy("Largest"), "members", "by_number"),
    "name": Sort(gettext_lazy("Name"), "name_key", "by_text", descending=False),
}


@dataclass(frozen=True, slots=True)
class Asked:
    words: tuple[str, ...] = ()
    text: str = ""  # as it was typed
    category: Node | None = None
    country: str = ""
    language: str = ""
    size: str = ""
    activity: str = ""
    joining: str = ""
    readable: str = ""
    sort: str = "latest"

    @property
    def is_narrowed(self) -> bool:
        return any((self.country, self.language, self.size, self.activity, self.joining, self.readable))

    @property
    def is_all(self) -> bool:
        return not (self.is_narrowed or self.text or self.category)

    @property
    def facets(self) -> list[Mark]:
        """What the index of words knows of this; activity it does not, and what strangers may read only of strangers."""
        marks = [("c", self.country.lower()), ("l", self.language), ("s", self.size), ("j", self.joining)]
        found = [Mark(kind, word) for kind, word in marks if word]
        return [*found, *([Mark("k", str(self.category.pk))] if self.category else [])]

    def with_words(self, words: tuple[str, ...]) -> "Asked":
        return replace(self, words=words)

    def since(self, now: datetime) -> datetime | None:
        days = DAYS.get(self.activity, 366 if self.activity == "quiet" else 0)
        return now - timedelta(days=days) if days else None


def read(params: QueryDict, tree: Tree, category: Node | None = None) -> Asked:
    text = " ".join(params.get("q", "").replace("\x00", "").split())[:LONGEST]
    words = tuple(distinct(words_of(text), MOST_WORDS))
    sort = params.get("sort", "")
    usual = BEST if words else "latest"
    known = SORTS.keys() | ({BEST} if words else set())
    return Asked(
        words=words,
        text=text,
        category=category or tree.by_slug.get(params.get("category", "")),
        country=_one_of(params, "country", COUNTRIES),
        language=_language(params.get("language", "")),
        size=_one_of(params, "size", SIZES),
        activity=_one_of(params, "activity", ACTIVITY),
        joining=_one_of(params, "joining", JOINING),
        readable=_one_of(params, "readable", READABLE),
        sort=sort if sort in known else usual,
    )


def _one_of(params: QueryDict, name: str, known: Mapping[str, object]) -> str:
    value = params.get(name, "")
    return value if value in known else ""


def _language(code: str) -> str:
    code = code.split("-")[0].lower()
    return code if code.isascii() and code.isalpha() and len(code) <= 8 else ""


def in_words(name: str, value: str) -> str:
    """What a chip says of a filter."""
    if name == "country":
        return country_name(value)
    if name == "language":
        return _("mostly in %(language)s") % {"language": local_name(value)}
    return str({"size": SIZES, "activity": ACTIVITY, "joining": JOINING, "readable": READABLE}[name][value])
