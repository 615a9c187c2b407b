"""A figure that was measured, and what it is to be: every row of the table stands here once, in the table's order."""

from collections.abc import Mapping
from dataclasses import dataclass, field

LARGE_MONTH, LARGE_THREAD = 2000, 140  # letters: about as many as those that others were measured on


@dataclass(frozen=True)
class Figure:
    """`key` says what it is (a row of ROWS), `text` how it reads, `values` the numbers that are compared with the limits."""

    key: str
    text: str
    values: Mapping[str, float] = field(default_factory=dict)
    note: str = ""  # what this archive has to show: "thread of 148 letters"


@dataclass(frozen=True)
class Row:
    """One kind of figure: its name, what is wanted in words and in numbers, and what other programs measured."""

    label: str
    wanted: str = ""
    at_most: Mapping[str, float] = field(default_factory=dict)
    at_least: Mapping[str, float] = field(default_factory=dict)
    others: str = ""
    on: int = 0  # letters that the page must have for "met" to mean anything
    in_overview: bool = True  # False: in docs/benchmarks.md only

    def verdict(self, values: Mapping[str, float]) -> str:
        """met, missed, or "" where nothing in numbers is wanted, or the page was too small to prove it."""
        if not self.at_most and not self.at_least:
            return ""
        kept = all(values[name] <= limit for name, limit in self.at_most.items())
        reached = all(values[name] >= limit for name, limit in self.at_least.items())
        if not kept or not reached:
            return "missed"
        return "met" if values.get("letters", self.on) >= self.on else ""


def _page(label: str, p95: float, others: str = "", *, on: int = 0, in_overview: bool = True) -> Row:
    return Row(label, f"p95 {p95:g} ms", {"p95": p95}, others=others, on=on, in_overview=in_overview)


def _list(label: str, *, in_overview: bool = True) -> Row:
    """Of a million rows as quick as of ten thousand."""
    return Row(label, "p95 50 ms, flat", {"p95": 50, "ratio": 1.5}, in_overview=in_overview)


def _aside(label: str) -> Row:
    return Row(label, in_overview=False)


ROWS: dict[str, Row] = {
    "import.rate": Row(
        "import, readable and searchable",
        "4,000 letters/s",
        at_least={"rate": 4000},
        others="HyperKitty 46–64/s, searchable 11/s; public-inbox 302/s",
    ),
    "import.memory": Row("import, memory of all its processes", "under 400 MB", {"mb": 400}),
    "import.lost": Row("import, letters lost", "0", {"letters": 0}, others="HyperKitty 36 of 20,000"),
    "import.again": Row("import, the same again", "0 imported", {"imported": 0}),
    "import.scaling": Row("import, cost of a letter, large archive to small", "at most 1.00 (± 5 %)", {"ratio": 1.05}),
    "pages.overview": Row(
        "overview, as most see it",
        "p95 15 ms, 300 requests/s",
        {"p95": 15},
        {"rate": 300},
        others="HyperKitty 13 ms p50, 121/s",
    ),
    "pages.overview_anew": _page("overview, made anew", 15, in_overview=False),
    "pages.overview_member": _page("overview, signed in", 15, in_overview=False),
    "pages.month": _page("month", 25, "HyperKitty 115 ms p50, 17/s", on=LARGE_MONTH),
    "pages.month_member": _page("month, signed in", 25, on=LARGE_MONTH, in_overview=False),
    "pages.thread": _page("thread", 50, "HyperKitty 712 ms p50, 2.9/s", on=LARGE_THREAD),
    "pages.thread_member": _page("thread, signed in", 50, on=LARGE_THREAD, in_overview=False),
    "pages.thread_size": Row(
        "thread, bytes",
        "under 250 KB, 60 KB gzipped",
        {"plain_kb": 250, "gzipped_kb": 60},
        others="HyperKitty 880 KB",
        on=LARGE_THREAD,
    ),
    "pages.thread_queries": Row(
        "thread, database queries",
        "at most 6",
        {"stranger": 6},
        others="HyperKitty 401 cold, 245 warm",
        on=LARGE_THREAD,
    ),
    "pages.message": _page("message", 15, "HyperKitty 25 ms p50, 63/s"),
    "pages.message_member": _page("message, signed in", 15, in_overview=False),
    "pages.search": _page("search, by relevance", 30, "HyperKitty 1,200 ms; public-inbox, notmuch 30–50 ms"),
    "pages.search_newest": _page("search, newest first", 30),
    "pages.search_member": _page("search, by relevance, signed in", 30, in_overview=False),
    "pages.search_newest_member": _page("search, newest first, signed in", 30, in_overview=False),
    "pages.unchanged_overview": _aside("overview, not changed (304)"),
    "pages.unchanged_thread": _aside("thread, not changed (304)"),
    "pages.unchanged_message": _aside("message, not changed (304)"),
    "pages.memory": Row("memory of two web workers", others="HyperKitty 2 × 114 MB"),
    "export.rate": Row("export as mbox"),
    "mail.in": Row(
        "LMTP, one connection, row committed", "400 letters/s", at_least={"rate": 400}, others="Mailman 56/s"
    ),
    "mail.in_many": _aside("the same, eight connections"),
    "mail.through": Row(
        "in to out, a group of ten: archived, indexed, delivered",
        "100 posts/s",
        at_least={"rate": 100},
        others="Mailman 14/s",
    ),
    "mail.latency": Row(
        "one post, from LMTP's yes to the last of ten copies", "p50 0.3 s", {"p50": 0.3}, others="Mailman 2–3 s"
    ),
    "mail.daemons": Row(
        "memory of all daemons: web, worker, beat, LMTP", "under 400 MB", {"mb": 400}, others="Mailman 934 MB"
    ),
    "mail.out": Row(
        "one post to 10,000 members, every copy personal",
        "3,000 copies/s, every row kept",
        at_least={"rate": 3000},
        others="Mailman 46/s",
    ),
    "mail.out_signed": _aside("the same, each copy signed (DKIM, RSA)"),
    "mail.queued": _aside("the same, until all copies are queued"),
    "mail.memory": _aside("the same, memory of the sender"),
    "mail.digests": Row("digests of 100,000 members of 1,000 groups, queued", "under 60 s", {"seconds": 60}),
    "mail.digests_memory": Row("the same, memory", "under 400 MB", {"mb": 400}, in_overview=False),
    "people.add": Row("10,000 members from a file", "under 5 s", {"seconds": 5}, others="Mailman 290 s"),
    "people.list": _page("members, for those who look after them", 50),
    "people.by_name": _page("the same, by name", 50, in_overview=False),
    "people.found": _page("the same, found by a word", 50, in_overview=False),
    "people.state": _page("the same, who always wait", 50, in_overview=False),
    "people.directory": _page("members, as a member sees them", 50, in_overview=False),
    "queue.list": _page("moderators’ queue", 50),
    "queue.filtered": _page("the same, filtered", 50, in_overview=False),
    "queue.item": _page("one thing that waits", 50, in_overview=False),
    "queue.one": _page("one letter approved", 50, in_overview=False),
    "queue.many": Row("200 letters approved at once", "under 10 s", {"seconds": 10}, in_overview=False),
    "admin.deliveries": _list("lists of the panel"),
    **{
        f"admin.{name}": _list(f"the same, {label}", in_overview=False)
        for name, label in (
            ("memberships", "memberships"),
            ("people", "people"),
            ("far", "far in"),
            ("search", "an address"),
            ("search_group", "a group"),
            ("search_person", "the beginning of an address"),
            ("filter", "filtered"),
            ("where", "everything about an address"),
        )
    },
    "directory.front": _page("directory of 100,000 groups, front page", 50),
    "directory.words": _page("the same, found by words", 50),
    "directory.category": _page("the same, a category", 50, in_overview=False),
    "directory.filters": _page("the same, filters that combine", 50, in_overview=False),
    "directory.sorts": _page("the same, each order", 50, in_overview=False),
    "directory.similar": _page("home of a group with similar ones", 50, in_overview=False),
    "tantivy.import": Row(
        "tantivy: import, readable and searchable", "4,000 letters/s", at_least={"rate": 4000}, in_overview=False
    ),
    "tantivy.index": Row("tantivy: index made anew"),
    "tantivy.relevance": _page("tantivy: search by relevance, without the page", 30, in_overview=False),
    "tantivy.newest": _page("tantivy: search newest first, without the page", 30, in_overview=False),
    "whoosh.import": Row("whoosh: import, readable", "4,000 letters/s", at_least={"rate": 4000}),
    "whoosh.follow": Row("whoosh: the index follows", "600 letters/s", at_least={"rate": 600}),
    "whoosh.index": Row("whoosh: index made anew", "600 letters/s", at_least={"rate": 600}),
    "whoosh.relevance": _aside("whoosh: search by relevance, without the page"),
    "whoosh.newest": _aside("whoosh: search newest first, without the page"),
    "postgres.import": Row("postgres: import, readable", "4,000 letters/s", at_least={"rate": 4000}),
    "postgres.follow": Row("postgres: the index follows"),
    "postgres.index": Row("postgres: index made anew"),
    "postgres.relevance": _aside("postgres: search by relevance, without the page"),
    "postgres.newest": _aside("postgres: search newest first, without the page"),
}
