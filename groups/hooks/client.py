"""One POST to one receiver: to an address that was checked, within ten seconds, reading little, following nothing."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from groups.hooks.addresses import Refused, Target, target_of

CONNECTING, TOTAL = 5.0, 10.0  # seconds
MOST_READ = 64 * 1024
KEPT = 1000  # characters of the answer
GONE = 410


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it. `code`: None where nothing was answered; then `problem` says why."""

    code: int | None = None
    text: str = ""
    problem: str = ""
    milliseconds: int = 0
    asked: timedelta | None = None  # to wait (Retry-After)

    @property
    def is_good(self) -> bool:
        return self.code is not None and 200 <= self.code < 300


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Never raises for what a receiver, or a name server, does."""
    began = time.monotonic()
    try:
        target = target_of(url)
        answer = _exchange(target, body, headers, began + TOTAL)
    except Refused as refused:
        answer = Answer(problem=str(refused))
    except TimeoutError:
        answer = Answer(problem="It took too long to answer.")
    except ssl.SSLError as error:
        answer = Answer(
            problem=f"No secure connection: {getattr(error, 'verify_message', '') or error.reason or error}."[:300]
        )
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = time.monotonic() - began >= TOTAL - 0.5
        answer = Answer(problem="It took too long to answer." if late else _words(error))
    took = round((time.monotonic() - began) * 1000)
    return Answer(answer.code, answer.text, answer.problem, took, answer.asked)


def _words(error: Exception) -> str:
    if isinstance(error, http.client.HTTPException):
        return "What it answered is not HTTP, or it hung up."
    return f"No connection: {getattr(error, 'strerror', None) or error}."[:300]


def _exchange(target: Target, body: bytes, headers: Mapping[str, str], deadline: float) -> Answer:
    pinned = _Pinned(target, deadline)
    try:
        pinned.connection.request("POST", target.path, body=body, headers=dict(headers))
        response = pinned.connection.getresponse()
        if pinned.was_cut:  # http.client takes the end of the connection for the end of the headers
            raise TimeoutError
        read = _read(response, deadline)
        return Answer(response.status, _text(read), _said(response.status), asked=_wish(response))
    finally:
        pinned.close()


class _Pinned:
    """A connection to a checked address under the name of the host (Host, SNI, certificate). A watch ends it at the deadline:
    the time limit of a socket begins anew with every byte."""

    def __init__(self, target: Target, deadline: float) -> None:
        self.raw = _connect(target, deadline)
        self.was_cut = False
        self.watch = threading.Timer(max(deadline - time.monotonic(), 0.01), self._cut)
        self.watch.daemon = True
        self.watch.start()
        try:
            secure = target.scheme == "https"
            kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
            self.connection = kind(target.host, target.port, timeout=TOTAL)
            self.connection.sock = _context().wrap_socket(self.raw, server_hostname=target.host) if secure else self.raw
        except BaseException:
            self.watch.cancel()
            self.raw.close()
            raise
        self.socket = self.connection.sock

    def _cut(self) -> None:
        self.was_cut = True
        with suppress(OSError):
            socket.socket.shutdown(getattr(self, "socket", self.raw), socket.SHUT_RDWR)

    def close(self) -> None:
        self.watch.cancel()
        self.connection.close()


def _connect(target: Target, deadline: float) -> socket.socket:
    until = min(deadline, time.monotonic() + CONNECTING)
    problem: OSError = TimeoutError()
    for address in target.addresses:
        left = until - time.monotonic()
        if left <= 0:
            break
        try:
            made = socket.create_connection((address, target.port), timeout=left)
            made.settimeout(TOTAL)
            return made
        except OSError as error:
            problem = error
    raise problem


@cache
def _context() -> ssl.SSLContext:
    return ssl.create_default_context()


def _read(response: http.client.HTTPResponse, deadline: float) -> bytes:
    read = b""
    while len(read) < MOST_READ and time.monotonic() < deadline:
        piece = response.read1(min(8192, MOST_READ - len(read)))
        if not piece:
            break
        read += piece
    return read


def _text(read: bytes) -> str:
    return read[: 4 * KEPT].decode("utf-8", "replace").replace("\0", "\ufffd")[:KEPT]


def _said(code: int) -> str:
    if 200 <= code < 300:
        return ""
    if 300 <= code < 400:
        return "It answered with a redirect, which is not followed. Give the address that it leads to."
    return "It does not want this hook any more (410 Gone)." if code == GONE else f"It answered {code}."


def _wish(response: http.client.HTTPResponse) -> timedelta | None:
    said = response.headers.get("Retry-After", "")
    return (
        timedelta(seconds=int(said)) if response.status in (429, 503) and said.isdecimal() and len(said) < 7 else None
    )
