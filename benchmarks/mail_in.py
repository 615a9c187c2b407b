"""Letters taken in by LMTP, each committed before its reply: over one connection, and over several.

python -m scripts.services exec -- python -m benchmarks.mail_in [embedded] [server]
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from benchmarks.figures import ROWS, Figure
from benchmarks.machine import ROOT, cpu_of, end
from benchmarks.sites import PROFILES, Site, empty_site

LETTERS = 2000
MADE = "from groups.models import Group; Group.objects.get_or_create(slug='lmtp', defaults={'name': 'LMTP'})"
ENVELOPE = b"MAIL FROM:<bob@example.org>\r\nRCPT TO:<lmtp@posthouse.localhost>\r\nDATA\r\n"
LETTER = (
    b"From: Bob <bob@example.org>\r\nTo: lmtp@posthouse.localhost\r\nSubject: Seeds\r\nMessage-ID: <%d@example.org>\r\n\r\n"
    + b"Forty packets are left, as every year. " * 75
    + b"\r\n.\r\n"
)


def measure_mail_in(site: Site, letters: int = LETTERS) -> Iterator[Figure]:
    site.manage("shell", "-v", "0", "-c", MADE)
    with _server(site) as (process, port):
        _post(port, 200)
        before = cpu_of(process.pid)
        rate = _rate(port, letters, 1)
        cost = (cpu_of(process.pid) - before) / letters * 1000
        yield Figure(
            "mail.in", f"{rate:,.0f} letters/s, {cost:.2f} ms of processor each", {"rate": rate, "cpu_ms": cost}
        )
        rate = _rate(port, letters, 8)
        yield Figure("mail.in_many", f"{rate:,.0f} letters/s", {"rate": rate})


@contextmanager
def _server(site: Site) -> "Iterator[tuple[subprocess.Popen[str], int]]":
    command = [sys.executable, "manage.py", "run_lmtp", "--port", "0"]
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **site.environment}, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        yield process, int(process.stderr.readline().rpartition(":")[2])
    finally:
        end(process)


def _rate(port: int, letters: int, connections: int) -> float:
    started = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(lambda _: _post(port, letters // connections), range(connections)))
    return letters / (time.perf_counter() - started)


def _post(port: int, letters: int) -> None:
    """As a mail server does: envelope in one packet (PIPELINING), the next letter when this one is accepted."""
    with socket.create_connection(("127.0.0.1", port)) as connection, connection.makefile("rb") as replies:
        connection.sendall(b"LHLO bench\r\n")
        while not replies.readline().startswith(b"250 "):
            pass
        for number in range(letters):
            connection.sendall(ENVELOPE)
            _expect(replies.readline() for _ in range(3))
            connection.sendall(LETTER % number)
            _expect([replies.readline()])


def _expect(replies: Iterator[bytes] | list[bytes]) -> None:
    for reply in replies:
        if reply[:1] not in b"23":
            raise RuntimeError(reply.decode())


if __name__ == "__main__":
    for profile in sys.argv[1:] or PROFILES:
        with empty_site(profile) as site:
            for figure in measure_mail_in(site):
                print(profile, ROWS[figure.key].label, figure.text, sep="\t", flush=True)
