"""The directory of groups: all of them, a category of them, those that somebody looks for."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts import switches
from common.caching import public_page
from common.paging import query
from groups.access import person
from groups.countries import country_name
from groups.directory import asked as asking
from groups.directory.asked import BEST, SORTS, Asked
from groups.directory.finding import Found, find
from groups.directory.mine import of_person
from groups.directory.tree import Node, Tree, tree_at
from groups.directory.version import version
from groups.domains import sites
from groups.group_rows import listed
from groups.languages import local_name

PLACES = {"before": None, "after": None, "page": None}  # what a new question must not keep of the old one's pages


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, and the address without it."""

    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Branch:
    """A category as the way to it is shown."""

    node: Node
    current: bool = False


@require_safe
def directory(request: HttpRequest) -> HttpResponseBase:
    if _closed_to(request):
        return redirect_to_login(request.get_full_path())
    number, state, changed_at = version()
    return public_page(request, lambda: _page(request, tree_at(number)), version=state, changed_at=changed_at)


@require_safe
def category(request: HttpRequest, category: str) -> HttpResponseBase:
    if _closed_to(request):
        return redirect_to_login(request.get_full_path())
    number, state, changed_at = version()
    tree = tree_at(number)
    node = tree.by_slug.get(category)
    if node is None:
        raise Http404(_("There is no such category."))
    return public_page(request, lambda: _page(request, tree, node), version=state, changed_at=changed_at)


def _closed_to(request: HttpRequest) -> bool:
    return person(request) is None and not switches.on("public_directory")


def _page(request: HttpRequest, tree: Tree, here: Node | None = None) -> HttpResponse:
    asked, reader, params = asking.read(request.GET, tree, here), person(request), request.GET
    first = asked.is_all and asked.sort == "latest" and not (params.get("before") or params.get("after"))
    mine = list(of_person(reader)) if reader is not None and first else []
    apart = list(reader.memberships.values_list("group", flat=True)) if reader is not None and asked.is_all else []
    # Their own groups stand above, on the first page.
    found = find(asked, params, reader, without=apart, site=sites.of_request(request))
    context = {
        "asked": asked,
        "wanted": asked.text,
        "here": asked.category,
        "found": found,
        "page": found.page,
        "first": first,
        "mine": mine,
        "mine_rows": listed(mine),
        "branches": _branches(tree, asked.category),
        "chips": _chips(asked, params, here),
        "sorts": _sorts(asked, params),
        "choices": _choices(tree, asked),
        "kept": _kept(asked, params),
        "rows": found.page.rows,
        "listed_rows": listed(found.page.rows),
        "is_plain": not params,
        "words": _words(asked, found),
    }
    return render(request, "groups/directory.html", context)


def _branches(tree: Tree, here: Node | None) -> list[Branch]:
    """The way down to where we are, and what is below: never the whole tree."""
    way = [*here.above, here] if here else []
    nodes = [*way, *here.children] if here else tree.tops
    return [Branch(node, node == here) for node in nodes]


FILTERS = ("country", "language", "size", "activity", "joining", "readable")


def _chips(asked: Asked, params: QueryDict, here: Node | None) -> list[Chip]:
    chips = (
        [Chip(_("“%(words)s”") % {"words": asked.text}, query(params, q=None, sort=None, **PLACES))]
        if asked.text
        else []
    )
    if asked.category is not None and here is not None:
        chips.append(Chip(here.name, reverse("directory") + query(params, **PLACES)))
    elif asked.category is not None:
        chips.append(Chip(asked.category.name, query(params, category=None, **PLACES)))
    set_ones = ((name, getattr(asked, name)) for name in FILTERS)
    without = [
        (asking.in_words(name, value), query(params, **{name: None}, **PLACES)) for name, value in set_ones if value
    ]
    return [*chips, *(Chip(words, href) for words, href in without)]


def _sorts(asked: Asked, params: QueryDict) -> list[tuple[str, str]]:
    """(words, address); "" for the one that is chosen."""
    labels = ({BEST: _("Best")} if asked.words else {}) | {key: str(sort.label) for key, sort in SORTS.items()}
    return [(label, "" if key == asked.sort else query(params, sort=key, **PLACES)) for key, label in labels.items()]


def _choices(tree: Tree, asked: Asked) -> list[dict[str, Any]]:
    """What one may filter by, each with the groups there are where that is known."""
    fields = {
        "country": _("Country"),
        "language": _("Language"),
        "size": _("Size"),
        "activity": _("Activity"),
        "joining": _("Joining"),
    }
    said = {"size": asking.SIZES, "activity": asking.ACTIVITY, "joining": asking.JOINING, "readable": asking.READABLE}
    known = _tallied(tree) | {
        name: [(value, str(each)) for value, each in words.items()] for name, words in said.items()
    }
    return [
        {"name": name, "label": label, "options": _options(tuple(known[name]), getattr(asked, name))}
        for name, label in (fields | {"readable": _("Archive")}).items()
        if known[name]
    ]


def _tallied(tree: Tree) -> dict[str, list[tuple[str, str]]]:
    """Countries and languages that some group says, by name."""
    counted: dict[str, list[tuple[str, str]]] = {"country": [], "language": []}
    for kind, value, count in tree.tallies:
        name = country_name(value) if kind == "country" else local_name(value)
        counted[kind].append((value, f"{name} ({count:,})"))
    return {kind: sorted(values, key=lambda one: one[1].casefold()) for kind, values in counted.items()}


@lru_cache(maxsize=200)
def _options(choices: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    """Written at once: hundreds of countries by a template would cost more than the groups."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, SafeString(" selected") if value == chosen else "", label) for value, label in choices),
    )


def _kept(asked: Asked, params: QueryDict) -> list[tuple[str, str]]:
    """What the form carries along without showing it."""
    kept = [("sort", asked.sort)] if params.get("sort") == asked.sort else []
    return [*kept, *([("category", asked.category.slug)] if asked.category and params.get("category") else [])]


def _words(asked: Asked, found: Found) -> str:
    """How many were found, for those who listen as well."""
    if found.count is None or asked.is_all:
        return ""
    if found.cut:
        said = _("More than %(number)s groups: the best of them are shown. One more word finds the right one sooner.")
        return said % {"number": f"{found.count:,}"}
    return ngettext("%(number)s group", "%(number)s groups", found.count) % {"number": f"{found.count:,}"}
