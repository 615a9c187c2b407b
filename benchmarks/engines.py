"""The three search engines on the same letters: how fast they index, and how fast they answer."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.imports import bring_in, rate_of
from benchmarks.load import percentile
from benchmarks.sites import Site, empty_site

ENGINES = ("tantivy", "whoosh", "postgres")


def measure_engine(engine: str, profile: str, archive: Path) -> Iterator[Figure]:
    """Import into a site with this engine, let the index follow, search, make the index anew."""
    if engine == "postgres" and profile == "embedded":
        return
    with empty_site(profile, engine) as site:
        said, ran = bring_in(site, archive)
        yield Figure(f"{engine}.import", *rate_of(said, ran))
        yield from _follow(engine, site)
        yield from _search(engine, site)
        made, _ = site.manage_json("rebuild_index")
        yield _rate(f"{engine}.index", made["messages"], made["seconds"])


def _follow(engine: str, site: Site) -> Iterator[Figure]:
    """tantivy has nothing left to do: it indexes what the import has in hand."""
    followed = site.ask("follow")
    if engine != "tantivy":
        yield _rate(f"{engine}.follow", followed["letters"], followed["seconds"])


def _search(engine: str, site: Site) -> Iterator[Figure]:
    words = site.ask("places")["words"]
    timed = site.ask("searching", words=words)
    for key, sort in (("relevance", "relevance"), ("newest", "date")):
        p50, p95 = percentile(timed[sort], 0.5), percentile(timed[sort], 0.95)
        text = f"{p50:.1f} ms p50, {p95:.1f} ms p95"
        yield Figure(f"{engine}.{key}", text, {"p50": p50, "p95": p95}, f"{len(words)} different queries")


def _rate(key: str, letters: float, seconds: float) -> Figure:
    rate = letters / max(seconds, 0.001)
    return Figure(key, f"{rate:,.0f} letters/s", {"rate": rate})
