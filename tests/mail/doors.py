"""What tests of the doors need: a real LMTP server in this process, and a client that speaks octet by octet."""

import asyncio
import queue
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from mail.inbound.listening import Place, serve

PATIENCE = 30
LETTER = b"From: bob@example.org\r\nSubject: Seeds\r\nMessage-ID: <1@example.org>\r\n\r\nForty packets are left.\r\n"


@contextmanager
def lmtp_server(place: Place | None = None) -> Iterator[str]:
    """A running server; yields where it listens. Ends in the way of SIGTERM."""
    said: queue.Queue[str | BaseException] = queue.Queue()
    stop: list = []

    async def run() -> None:
        stopping, loop = asyncio.Event(), asyncio.get_running_loop()
        stop.append(lambda: loop.call_soon_threadsafe(stopping.set))
        await serve(place or Place(port=0), said.put, stopping)

    def work() -> None:
        try:
            asyncio.run(run())
        except BaseException as problem:
            said.put(problem)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    where = said.get(timeout=PATIENCE)
    if isinstance(where, BaseException):
        raise where
    try:
        yield where
    finally:
        stop[0]()
        thread.join(PATIENCE)
        assert not thread.is_alive(), "the server did not stop"


class Caller:
    """A client of the LMTP server that says exactly what it is told."""

    def __init__(self, where: str, greet: bool = True) -> None:
        if where.startswith("/"):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(PATIENCE)
            self.socket.connect(where)
        else:
            host, _, port = where.rpartition(":")
            self.socket = socket.create_connection((host, int(port)), timeout=PATIENCE)
        self.words = self.socket.makefile("rb")
        if greet:
            assert self.hear().startswith("220 ")
            self.offers = self.ask("LHLO relay.example")

    def __enter__(self) -> "Caller":
        return self

    def __exit__(self, *_: object) -> None:
        self.words.close()
        self.socket.close()

    def say(self, octets: bytes) -> None:
        self.socket.sendall(octets)

    def hear(self) -> str:
        """The next reply, lines of one reply joined; "" when the server has hung up."""
        lines = []
        while line := self.words.readline().decode().rstrip("\r\n"):
            lines.append(line)
            if line[3:4] != "-":
                break
        return "\n".join(lines)

    def ask(self, line: str | bytes) -> str:
        self.say((line if isinstance(line, bytes) else line.encode()) + b"\r\n")
        return self.hear()

    def begin(self, *recipients: str, sender: str = "bob@example.org") -> list[str]:
        """MAIL and RCPT; the replies to RCPT."""
        assert self.ask(f"MAIL FROM:<{sender}>").startswith("250 ")
        return [self.ask(f"RCPT TO:<{recipient}>") for recipient in recipients]

    def data(self, content: bytes, replies: int = 1) -> list[str]:
        """DATA, the content as it is, CRLF.CRLF behind its last line; the replies."""
        assert self.ask("DATA").startswith("354 ")
        self.say(content + b".\r\n")
        return [self.hear() for _ in range(replies)]
