"""How the letters found divide by year, author, group and attachments. The page shows hits first and asks for this after."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from accounts.models import User
from archive.models import Author
from archive.rendering.addresses import ELLIPSIS, mask_text
from archive.search.engine import EngineError, Found
from archive.search.engines import engine as current_engine
from archive.search.health import report_failure
from archive.search.language import parse
from archive.search.plan import Planner, languages_of
from archive.search.scope import Reader, reader_of
from groups.models import Group


@dataclass(slots=True)
class Facets:
    """How the letters found divide. A key of `authors` is what narrows the search behind `from:`; it is a name, never an
    address, for those who may not see addresses."""

    years: list[tuple[int, int]] = field(default_factory=list)
    authors: list[tuple[str, str, int]] = field(default_factory=list)  # name, key, letters
    groups: list[tuple[str, str, int]] = field(default_factory=list)  # slug, name, letters
    attachments: tuple[int, int] = (0, 0)  # letters with, without


def facets_of(
    text: str, *, user: User | None, group: Group | None = None, reader: Reader | None = None
) -> Facets | None:
    """The facets of a search without its hits; None where there is nothing to divide or the index cannot answer."""
    query = parse(text)
    if query.node is None:
        return None
    reader = reader or reader_of(user, group)
    engine = current_engine()
    try:
        plan = Planner(user, group, reader.scope, engine, languages_of(group)).plan(query)
        return divided(engine.search(plan.node, reader.scope, sort="date", limit=1, facets=True), reader)
    except EngineError as error:
        report_failure(engine, error)
        return None


def divided(found: Found, reader: Reader) -> Facets:
    """An engine's counts with names: of groups and people in the reader's scope only. Two queries."""
    names = {pk: (slug, name) for pk, slug, name in _groups([pk for pk, _ in found.groups], reader)}
    return Facets(
        years=found.years,
        authors=_authors(found, reader),
        groups=[(*names[pk], count) for pk, count in found.groups if pk in names],
        attachments=(found.with_attachment, found.count - found.with_attachment),
    )


def _groups(keys: Iterable[int], reader: Reader) -> Iterable[tuple[int, str, str]]:
    readable = [pk for pk in keys if pk in reader.scope.groups]
    return Group.objects.filter(pk__in=readable).values_list("pk", "slug", "name")


def _authors(found: Found, reader: Reader) -> list[tuple[str, str, int]]:
    """The same person wrote to several groups under several rows: added up by key."""
    rows = Author.objects.filter(pk__in=[pk for pk, _ in found.authors]).only("key", "name", "address", "group_id")
    known = {author.pk: author for author in rows if author.group_id in reader.scope.groups}
    totals: dict[str, tuple[str, int]] = {}
    for pk, count in found.authors:
        author = known.get(pk)
        if author is not None:
            name = author.name or author.address.split("@")[0]
            whole = reader.sees_addresses(author.group_id)
            name = name if whole else mask_text(name)
            key = author.address if author.address and whole else name.replace(ELLIPSIS, "")
            totals[key] = (name, totals.get(key, ("", 0))[1] + count)
    ordered = sorted(totals.items(), key=lambda item: -item[1][1])
    return [(name, key, count) for key, (name, count) in ordered if key]
