"""Questions to the DNS with a cache and a budget of time: a letter never waits long for somebody else's name server."""

import time
from collections.abc import Callable
from typing import Any, Protocol

import dns.exception
import dns.resolver

Record = Any  # TXT: bytes; MX: (preference, host); A, AAAA, PTR: str
REMEMBERED = 60.0  # seconds a question that got no answer is not asked again
DEAF_AFTER = 3  # questions in a row without any answer: the network is away, so nobody is asked for a while


class DnsTrouble(Exception):
    """No answer in time, or the servers failed: not the same as "there is no such record"."""


class Resolver(Protocol):
    def look_up(self, name: str, kind: str, seconds: float) -> list[Record]:
        """The records, an empty list where there are none; DnsTrouble where nobody can tell."""
        ...


class DnsResolver:
    """The machine's own name servers, through dnspython. One in a process, shared by its threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._resolver: dns.resolver.Resolver | None = None
        self._troubled: dict[tuple[str, str], float] = {}
        self._unanswered = 0
        self._deaf_until = 0.0

    def look_up(self, name: str, kind: str, seconds: float) -> list[Record]:
        now = self._clock()
        if now < self._deaf_until or now < self._troubled.get((name, kind), 0.0):
            raise DnsTrouble(f"{name} had no answer a moment ago")
        try:
            answer = self._server().resolve(name, kind, lifetime=seconds, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            self._unanswered = 0
            return []
        except (dns.exception.DNSException, OSError, UnicodeError) as error:
            self._note_trouble(name, kind, error)
            raise DnsTrouble(str(error)) from None
        self._unanswered = 0
        return [_value(record, kind) for record in answer]

    def _server(self) -> dns.resolver.Resolver:
        if self._resolver is None:
            self._resolver = dns.resolver.Resolver()
            self._resolver.cache = dns.resolver.LRUCache(20_000)
        return self._resolver

    def _note_trouble(self, name: str, kind: str, error: Exception) -> None:
        now = self._clock()
        if len(self._troubled) > 10_000:
            self._troubled.clear()
        self._troubled[name, kind] = now + REMEMBERED
        if isinstance(error, dns.exception.Timeout | dns.resolver.NoResolverConfiguration | OSError):
            self._unanswered += 1
            if self._unanswered >= DEAF_AFTER:
                self._deaf_until, self._unanswered = now + REMEMBERED, 0


def _value(record: Any, kind: str) -> Record:
    if kind == "TXT":
        return b"".join(record.strings)
    if kind == "MX":
        return record.preference, record.exchange.to_text(omit_final_dot=True)
    return record.target.to_text(omit_final_dot=True) if kind == "PTR" else record.address


class Lookups:
    """What one letter may ask: at most so many seconds in all, and nothing twice."""

    def __init__(self, resolver: Resolver, seconds: float = 5.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._resolver = resolver
        self._clock = clock
        self._end = clock() + seconds
        self._known: dict[tuple[str, str], list[Record]] = {}

    def look_up(self, name: str, kind: str) -> list[Record]:
        key = (name.rstrip(".").lower(), kind)
        if key not in self._known:
            left = self._end - self._clock()
            if left <= 0:
                raise DnsTrouble("the time for questions is over")
            self._known[key] = self._resolver.look_up(*key, left)
        return self._known[key]

    def texts(self, name: str) -> list[str]:
        return [record.decode("utf-8", "replace") for record in self.look_up(name, "TXT")]
