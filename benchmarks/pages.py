"""Pages and searches of an imported archive, from gunicorn with two workers, a new connection a request."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote_plus

from benchmarks.figures import Figure
from benchmarks.load import Client, Request, Timing, measure
from benchmarks.machine import memory_of
from benchmarks.sites import GROUP, Site, web_server

REQUESTS = 300


@dataclass(frozen=True)
class Load:
    """Measures one kind of page after the other."""

    client: Client
    count: int = REQUESTS

    def figure(self, key: str, paths: Sequence[str], cookie: str = "", note: str = "", letters: int = 0) -> Figure:
        """Requests that all differ, so that no page is answered from those the server keeps: each is made anew.
        `letters`: how many the page shows, where that matters."""
        timing = measure(self.client, distinct(paths, cookie), count=self.count)
        return _figure(
            key, timing, f"{letters:,} letters" if letters else note, {"letters": letters} if letters else {}
        )

    def kept(self, key: str, path: str) -> Figure:
        return _figure(key, measure(self.client, lambda _: Request(path), count=self.count))

    def unchanged(self, key: str, path: str) -> Figure:
        """A browser that has the page already asks whether it is still the same."""
        have = Request(path).with_header("If-None-Match", self.client.get(path).headers["etag"])
        return _figure(key, measure(self.client, lambda _: have, count=self.count, expected=304))


def distinct(paths: Sequence[str], cookie: str = "") -> Callable[[int], Request]:
    """The n-th request: one path after the other, each time under an address never asked for before."""

    def request(number: int) -> Request:
        path = paths[number % len(paths)]
        plain = Request(f"{path}{'&' if '?' in path else '?'}anew={number}")
        return plain.with_header("Cookie", cookie) if cookie else plain

    return request


def _figure(key: str, timing: Timing, note: str = "", more: Mapping[str, float] | None = None) -> Figure:
    return Figure(key, str(timing), asdict(timing) | dict(more or {}), note)


def measure_pages(site: Site, count: int = REQUESTS) -> Iterator[Figure]:
    """Needs a site with letters in it."""
    places = site.ask("places")
    cookie = site.ask("member")
    with web_server(site) as client:
        load = Load(client, count)
        yield from _overview(load, places, cookie)
        yield from _reading(load, places, cookie)
        yield _size(client, places)
        yield from _searching(load, places, cookie)
        for kind in ("overview", "thread", "message"):
            yield load.unchanged(f"pages.unchanged_{kind}", places[kind][0])
        memory = memory_of(client.pid)
        yield Figure("pages.memory", f"{memory:.0f} MB with gunicorn's own process", {"mb": memory})
    yield _queries(site, places, cookie)


def _overview(load: Load, places: dict[str, Any], cookie: str) -> Iterator[Figure]:
    yield load.kept("pages.overview", places["overview"][0])
    yield load.figure("pages.overview_anew", places["overview"])
    yield load.figure("pages.overview_member", places["overview"], cookie)


def _reading(load: Load, places: dict[str, Any], cookie: str) -> Iterator[Figure]:
    for kind in ("month", "thread", "message"):
        letters = places.get(f"{kind}_letters", 0)
        yield load.figure(f"pages.{kind}", places[kind], letters=letters)
        yield load.figure(f"pages.{kind}_member", places[kind], cookie, letters=letters)


def _searching(load: Load, places: dict[str, Any], cookie: str) -> Iterator[Figure]:
    for key, order in (("search", ""), ("search_newest", "&sort=date")):
        paths = [f"/g/{GROUP}/search/?q={quote_plus(words)}{order}" for words in places["words"]]
        yield load.figure(f"pages.{key}", paths, note=f"{len(paths)} different queries")
        yield load.figure(f"pages.{key}_member", paths, cookie)


def _size(client: Client, places: dict[str, Any]) -> Figure:
    plain = client.send(Request(places["thread"][0], headers=())).size / 1000
    gzipped = client.get(places["thread"][0]).size / 1000
    note = f"{places['thread_letters']} letters"
    values = {"plain_kb": plain, "gzipped_kb": gzipped, "letters": places["thread_letters"]}
    return Figure("pages.thread_size", f"{plain:.0f} KB, {gzipped:.0f} KB gzipped", values, note)


def _queries(site: Site, places: dict[str, Any], cookie: str) -> Figure:
    counts = site.ask("queries", paths=places["thread"], cookie=cookie)
    text = f"{counts['stranger']}; the first page of a process {counts['first']}; signed in {counts['member']}"
    return Figure(
        "pages.thread_queries",
        text,
        {**counts, "letters": places["thread_letters"]},
        f"{places['thread_letters']} letters",
    )
