"""The lists of the panel: people, memberships and deliveries, a million rows each."""

from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.sites import Site

SMALL, LARGE = 10_000, 1_000_000
PAGES = {
    "admin.deliveries": "deliveries",
    "admin.memberships": "memberships",
    "admin.people": "people",
    "admin.far": "deliveries, half a million rows in",
    "admin.search": "deliveries to one address",
    "admin.search_group": "memberships of one group",
    "admin.search_person": "people by the beginning of an address",
    "admin.filter": "people who are suspended",
    "admin.where": "where is this address?",
}


def measure_admin(site: Site, large: int = LARGE) -> Iterator[Figure]:
    found = site.ask("admin", small=min(SMALL, large), large=large)
    for key, what in PAGES.items():
        small, p50, p95 = found[key]
        text = f"p50 {p50:.0f} ms, p95 {p95:.0f} ms; of {min(SMALL, large):,} rows p50 {small:.0f} ms"
        yield Figure(key, text, {"p95": p95, "ratio": p50 / small}, note=f"{large:,} rows, {what}")
