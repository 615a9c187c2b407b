"""Asks a running server for pages, a new connection a request, and says how long it took."""

import itertools
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median

from benchmarks.machine import cpu_of

AT_ONCE = 2  # clients
ROUNDS = 3  # of which the middle counts


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: milliseconds until the last byte, status, headers in small letters, bytes of the body as sent."""

    milliseconds: float
    status: int
    headers: Mapping[str, str]
    size: int


@dataclass(frozen=True, slots=True)
class Request:
    path: str
    headers: tuple[tuple[str, str], ...] = (("Accept-Encoding", "gzip"),)

    def with_header(self, name: str, value: str) -> "Request":
        return Request(self.path, (*self.headers, (name, value)))


@dataclass(frozen=True, slots=True)
class Client:
    """Plain sockets: what the client itself costs is taken from the server on a small machine."""

    host: str
    port: int
    pid: int  # of the server

    def get(self, path: str) -> Answer:
        return self.send(Request(path))

    def send(self, request: Request) -> Answer:
        lines = [f"GET {request.path} HTTP/1.1", f"Host: {self.host}:{self.port}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in request.headers]
        started = time.perf_counter()
        with socket.create_connection((self.host, self.port), timeout=60) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
            pieces = list(iter(lambda: connection.recv(262_144), b""))
        milliseconds = (time.perf_counter() - started) * 1000
        head, _, body = b"".join(pieces).partition(b"\r\n\r\n")
        status, *fields = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
        return Answer(milliseconds, int(status.split()[1]), headers, len(body))


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds at the middle and at 95 of 100, requests a second, milliseconds of processor a request."""

    p50: float
    p95: float
    rate: float
    cpu: float = 0.0

    def __str__(self) -> str:
        return f"{self.p50:.1f} ms p50, {self.p95:.1f} ms p95, {self.rate:.0f}/s, {self.cpu:.1f} ms of processor"


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def measure(client: Client, requests: Callable[[int], Request], *, count: int, expected: int = 200) -> Timing:
    """The middle of ROUNDS rounds of `count` requests, AT_ONCE at a time, after a warm-up. requests(n) is the n-th one; no
    number comes twice. Ends everything where an answer is not the expected one."""
    numbers = itertools.count()
    _round(client, [requests(next(numbers)) for _ in range(max(10, count // 10))], expected)
    rounds = [_round(client, [requests(next(numbers)) for _ in range(count)], expected) for _ in range(ROUNDS)]
    return Timing(*(median(getattr(each, name) for each in rounds) for name in ("p50", "p95", "rate", "cpu")))


def _round(client: Client, requests: Sequence[Request], expected: int) -> Timing:
    started, cpu_before = time.perf_counter(), cpu_of(client.pid)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(client.send, requests))
    seconds = time.perf_counter() - started
    cpu = (cpu_of(client.pid) - cpu_before) / len(answers) * 1000
    for request, answer in zip(requests, answers, strict=True):
        if answer.status != expected:
            raise SystemExit(f"{request.path} answered {answer.status}.")
    times = [answer.milliseconds for answer in answers]
    return Timing(percentile(times, 0.5), percentile(times, 0.95), len(answers) / seconds, cpu)
