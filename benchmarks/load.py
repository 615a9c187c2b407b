"""Asks a running server for pages, a new connection a request, and says how long it took."""

import http.client
import itertools
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

Request = tuple[str, str]  # host:port, path


@dataclass
class Timing:
    """Milliseconds of the requests, sorted; requests a second; bytes of the last body as sent."""

    milliseconds: list[float]
    rate: float
    size: int

    def percentile(self, share: float) -> float:
        return self.milliseconds[min(len(self.milliseconds) - 1, int(len(self.milliseconds) * share))]

    def __str__(self) -> str:
        middle, slow = self.percentile(0.5), self.percentile(0.95)
        return f"{middle:.1f} ms p50, {slow:.1f} ms p95, {self.rate:.0f}/s, {self.size / 1024:.0f} KB"


def measure(address: str, paths: Sequence[str], *, count: int = 300, at_once: int = 2) -> Timing:
    """`count` requests over `paths` in turn, `at_once` at a time, gzip accepted; every answer must be 200."""
    for path in paths[:5]:
        fetch(address, path)
    work = list(itertools.islice(itertools.cycle(paths), count))
    started = time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        answers = list(pool.map(lambda path: fetch(address, path), work))
    seconds = time.perf_counter() - started
    return Timing(sorted(each[0] for each in answers), count / seconds, answers[-1][1])


def fetch(address: str, path: str) -> tuple[float, int]:
    """One GET: (milliseconds, bytes of the body). Raises where the answer is not 200."""
    started = time.perf_counter()
    connection = http.client.HTTPConnection(address, timeout=60)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    size = len(answer.read())
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{path} answered {answer.status}")
    return (time.perf_counter() - started) * 1000, size
