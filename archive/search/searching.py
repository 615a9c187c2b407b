"""The search itself: what was typed, by whom, in; letters that person may read, out. Never raises for what was typed or
for a damaged index."""

import logging
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models.functions import Substr
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import User
from archive.counts import amount
from archive.models import Message
from archive.search import suggestions
from archive.search.engine import Engine, EngineError, Found, IndexMissing, Sort
from archive.search.engines import engine as current_engine
from archive.search.facets import Facets, divided
from archive.search.fallback import TextPlanner, search_database
from archive.search.health import report_failure
from archive.search.language import Query, parse
from archive.search.plan import Plan, Planner, languages_of
from archive.search.scope import Reader, reader_of
from archive.search.snippets import READ, Highlighter
from common import lookups  # noqa: F401  registers __among
from common.prepared import Prepared, Slot
from groups.models import Group

MAX_OFFSET = 1000  # results that can be paged through
MAX_LIMIT = 1000
MOST_READ = 20_000  # hits looked at to find enough threads
HITS_A_THREAD = 12  # read at first: the best are often of few threads, and another pass costs far more

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Hit:
    """A letter that was found. `message` has what a list shows (SHOWN), of its group and its thread, too.

    snippet_html, subject_html: safe, words marked with <mark>, addresses masked for strangers to the group.
    more_in_thread: other letters of the thread that match, too (0 where hits are not grouped).
    """

    message: Message
    snippet_html: SafeString
    subject_html: SafeString
    score: float = 0.0
    more_in_thread: int = 0


@dataclass(slots=True)
class Results:
    """What a search found. `count` is of letters; `more` says whether another page follows."""

    hits: list[Hit] = field(default_factory=list)
    count: int = 0
    ms: float = 0.0
    facets: Facets | None = None
    suggestion: str = ""  # a corrected query that gives hits
    problems: list[str] = field(default_factory=list)  # what was not understood, in plain words
    degraded: bool = False  # the index could not be used: the database was searched, the newest letters only
    engine: str = ""
    more: bool = False


def search(
    text: str,
    *,
    user: User | None,
    group: Group | None = None,
    sort: Sort = "relevance",
    limit: int = 20,
    offset: int = 0,
    facets: bool = False,
    group_threads: bool = True,
    reader: Reader | None = None,
) -> Results:
    """Search one group's letters, or all that the person may read (None: a stranger).

    `limit` and `offset` count threads where hits are grouped by thread (the best letter of each is shown), else letters.
    `reader`: what the person may read there, where the caller has just asked (archive.search.scope).
    """
    started = time.perf_counter()
    limit, offset = max(1, min(limit, MAX_LIMIT)), max(0, offset)
    search_ = _Search(parse(text), user, group, sort, limit, offset, facets, group_threads, reader)
    results = search_.run()
    results.ms = round((time.perf_counter() - started) * 1000, 3)
    return results


@dataclass(slots=True)
class _Search:
    query: Query
    user: User | None
    group: Group | None
    sort: Sort
    limit: int
    offset: int
    facets: bool
    group_threads: bool
    reader: Reader | None = None

    def run(self) -> Results:
        if self.query.node is None:
            return Results(problems=self.query.problems, engine=current_engine().name)
        reader = self.reader or reader_of(self.user, self.group)
        try:
            return self._indexed(current_engine(), reader)
        except EngineError as error:
            if isinstance(error, IndexMissing) and not Message.objects.exists():
                return Results(problems=self.query.problems, engine=current_engine().name)
            report_failure(current_engine(), error)
            return self._degraded(reader)

    def _indexed(self, engine: Engine, reader: Reader) -> Results:
        planner = Planner(self.user, self.group, reader.scope, engine, languages_of(self.group))
        plan = planner.plan(self.query)
        sort: Sort = self.sort if plan.scored or self.sort != "relevance" else "date"
        found = engine.search(plan.node, reader.scope, sort=sort, limit=self._first_read(), facets=self.facets)
        if self.group_threads:
            found = self._with_enough_threads(engine, plan, reader, sort, found)
        results = self._results(plan, reader, found)
        results.engine = engine.name
        if self.group_threads:
            self._count_threads(engine, plan, reader, found, results.hits)
        if self.facets:
            results.facets = divided(found, reader)
        if found.count <= suggestions.RARE:
            results.suggestion = self._suggestion(engine, planner, reader, found.count)
        return results

    def _degraded(self, reader: Reader) -> Results:
        plan = TextPlanner(self.user, self.group, reader.scope).plan(self.query)
        highlights = Planner(self.user, self.group, reader.scope).plan(self.query).highlights
        found = search_database(plan.node, self.group, reader.scope, oldest=self.sort == "oldest")
        results = self._results(replace(plan, highlights=highlights), reader, found)
        results.degraded, results.engine = True, "database"
        return results

    # paging

    def _first_read(self) -> int:
        wanted = min(self.offset, MAX_OFFSET) + self.limit + 1
        return wanted * HITS_A_THREAD if self.group_threads else wanted

    def _with_enough_threads(self, engine: Engine, plan: Plan, reader: Reader, sort: Sort, found: Found) -> Found:
        wanted = min(self.offset, MAX_OFFSET) + self.limit + 1
        read = self._first_read()
        while len({thread for _, thread, _ in found.hits}) < wanted and len(found.hits) < min(found.count, MOST_READ):
            if len(found.hits) < read:
                break
            read = min(read * 8, MOST_READ)
            again = engine.search(plan.node, reader.scope, sort=sort, limit=read, facets=False)
            found = replace(found, hits=again.hits)
        return found

    def _results(self, plan: Plan, reader: Reader, found: Found) -> Results:
        shown = _first_of_each_thread(found.hits) if self.group_threads else found.hits
        problems = list(plan.problems)
        if self.offset > MAX_OFFSET:
            said = _("Only the first %(count)s results can be paged through: narrow the search.")
            problems.append(said % {"count": amount(MAX_OFFSET)})
            shown = []
        page = shown[self.offset : self.offset + self.limit]
        more = len(shown) > self.offset + self.limit and self.offset + self.limit <= MAX_OFFSET
        return Results(_load(page, plan, reader), found.count, problems=problems, more=more)

    def _count_threads(self, engine: Engine, plan: Plan, reader: Reader, found: Found, hits: Sequence[Hit]) -> None:
        """The engine need not be asked again where every letter found is in hand."""
        counts: Mapping[int, int]
        if len(found.hits) >= found.count:
            counts = Counter(thread for _, thread, _ in found.hits)
        else:
            counts = engine.by_thread(plan.node, reader.scope, list({hit.message.thread_id for hit in hits}))
        for hit in hits:
            hit.more_in_thread = max(0, counts.get(hit.message.thread_id, 1) - 1)

    def _suggestion(self, engine: Engine, planner: Planner, reader: Reader, found: int) -> str:
        def count(query: Query) -> int:
            node = replace(planner, problems=[]).plan(query).node
            return engine.search(node, reader.scope, sort="date", limit=1, facets=False).count if node else 0

        return suggestions.suggest(self.query, found, engine, count, reader.scope)


def _first_of_each_thread(hits: Iterable[tuple[int, int, float]]) -> list[tuple[int, int, float]]:
    first: dict[int, tuple[int, int, float]] = {}
    for hit in hits:
        first.setdefault(hit[1], hit)
    return list(first.values())


def _load(page: Sequence[tuple[int, int, float]], plan: Plan, reader: Reader) -> list[Hit]:
    """The letters themselves, in one query; each is checked once more: an index may lag behind the database."""
    letters = {letter.pk: letter for letter in _letters.all(keys=[pk for pk, _, _ in page])}
    highlighter = Highlighter(plan.highlights)
    hits = []
    for pk, _group, score in page:
        letter = letters.get(pk)
        if letter is not None and reader.may_read(letter.group_id, letter.transfer_id):
            hits.append(_hit(letter, score, highlighter, masked=not reader.sees_addresses(letter.group_id)))
    return hits


SHOWN = (
    *(
        "group_id",
        "thread_id",
        "transfer_id",
        "number",
        "message_id",
        "subject",
        "from_name",
        "from_address",
        "snippet",
    ),
    *("sent_at", "utc_offset", "date_source", "date_raw", "attachment_count", "thread__number"),
    *("group__slug", "group__name", "group__domain"),
)


_letters = Prepared(
    lambda: (
        Message.objects.filter(pk__among=Slot("keys"), hidden_at__isnull=True)
        .select_related("group", "thread")
        .only(*SHOWN)
        .annotate(search_text=Substr("content__text", 1, READ))
    )
)


def _hit(letter: Any, score: float, highlighter: Highlighter, *, masked: bool) -> Hit:
    snippet = highlighter.passage(letter.search_text or "", masked=masked, otherwise=letter.snippet)
    return Hit(letter, snippet, highlighter.marked(letter.subject, masked=masked), score)
