"""The moderators' queue, with few and with very many things in it: both must cost the same."""

from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.sites import Site

FEW, MANY = 100, 100_000
PAGES = {
    "queue.list": "the whole list",
    "queue.filtered": "narrowed to a kind, and to what nobody claimed",
    "queue.item": "one letter",
    "queue.one": "one letter approved",
}


def measure_queue(site: Site, many: int = MANY) -> Iterator[Figure]:
    few = site.ask("queue", slug="queue-few", waiting=min(FEW, many))
    found = site.ask("queue", slug="queue-many", waiting=many)
    for key, what in PAGES.items():
        p50, p95, cpu = found[key]
        words = f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, {cpu:.0f} ms of processor ({few[key][2]:.0f} where {FEW} wait)"
        yield Figure(key, words, {"p95": p95}, note=f"{many:,} wait, {what}")
    seconds, cpu = found["queue.many"]
    words = f"{seconds:.1f} s, {cpu:.1f} s of processor"
    yield Figure("queue.many", words, {"seconds": seconds}, note=f"{many:,} wait")
