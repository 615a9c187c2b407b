"""Members: added from a file, and the pages about them in a large group."""

from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.sites import Site

ADDED = 10_000
LARGE = 100_000
PAGES = {
    "people.list": "latest first",
    "people.by_name": "by name, far in",
    "people.found": "found by a rare word",
    "people.state": "who always wait, by name",
    "people.directory": "as a member sees it",
}


def measure_people(site: Site, large: int = LARGE) -> Iterator[Figure]:
    found = site.ask("people", added=min(ADDED, large), large=large)
    seconds, cpu = found["seconds"], found["cpu"]
    yield Figure("people.add", f"{seconds:.1f} s, {cpu:.1f} s of processor", {"seconds": seconds})
    for key, what in PAGES.items():
        p50, p95 = found[key]
        yield Figure(key, f"p50 {p50:.0f} ms, p95 {p95:.0f} ms", {"p95": p95}, note=f"{large:,} members, {what}")
