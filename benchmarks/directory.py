"""The directory: its pages with many groups, each made anew for a stranger."""

from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.sites import Site

GROUPS = 100_000
PAGES = {
    "directory.front": "front page",
    "directory.words": "one or two words, a misspelt and an unknown one",
    "directory.category": "a category",
    "directory.filters": "filters that combine",
    "directory.sorts": "each order",
    "directory.similar": "a group’s home with similar groups",
}


def measure_directory(site: Site, groups: int = GROUPS) -> Iterator[Figure]:
    found = site.ask("directory", groups=groups)
    for key, what in PAGES.items():
        p50, p95, cpu = found[key]
        text = f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, {cpu:.0f} ms of processor"
        yield Figure(key, text, {"p95": p95}, note=f"{groups:,} groups, {what}")
