"""In to out: posts to a group of ten come by LMTP, are judged, archived and indexed, and leave to everybody by SMTP.

All daemons run as `make run` starts them: LMTP server, one worker with beat, gunicorn. The world is a server of our
own that notes when each copy arrived. First a burst, for the rate; then one post at a time, for the latency.
"""

import contextlib
import smtplib
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import BinaryIO

from benchmarks.figures import Figure
from benchmarks.machine import ROOT, cpu_of, end, memory_of
from benchmarks.sites import Site
from scripts.services import free_port

POSTS, SINGLE, MEMBERS = 500, 40, 10
PATIENCE = 300.0
TO = "through@posthouse.localhost"


def measure_mail_through(site: Site, posts: int = POSTS) -> Iterator[Figure]:
    with World() as world, _daemons(site, world.port) as (port, pids):
        _post(port, range(2), pause=0.5)  # imports, connections, caches
        world.wait_for(2 * MEMBERS)
        cpu, began = sum(map(cpu_of, pids)), time.monotonic()
        _post(port, range(2, 2 + posts))
        world.wait_for((2 + posts) * MEMBERS)
        out = time.monotonic() - began
        indexed = site.ask("follow")["seconds"]
        rate, cost = posts / (out + indexed), (sum(map(cpu_of, pids)) - cpu) / posts * 1000
        text = f"{rate:,.0f} posts/s, {posts * MEMBERS / out:,.0f} copies/s, {cost:.1f} ms of processor a post"
        yield Figure("mail.through", text, {"rate": rate, "cpu_ms": cost}, note=f"{posts} posts")
        waits = sorted(_latency(port, world, number) for number in range(10**6, 10**6 + min(SINGLE, posts)))
        p50, p95 = statistics.median(waits), waits[int(len(waits) * 0.95)]
        yield Figure("mail.latency", f"{p50:.2f} s p50, {p95:.2f} s p95", {"p50": p50, "p95": p95})
        megabytes = sum(map(memory_of, pids))
        yield Figure("mail.daemons", f"{megabytes:.0f} MB", {"mb": megabytes})


@contextlib.contextmanager
def _daemons(site: Site, relay: int) -> Iterator[tuple[int, list[int]]]:
    """LMTP server and worker; yields the LMTP port and their process ids."""
    site.ask("members", slug="through", count=MEMBERS)
    port = free_port()
    environment = {
        **site.environment,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(relay),
        "MAIL_AUTHENTICATE": "false",
    }
    commands = [
        ["manage.py", "run_lmtp", "--host", "127.0.0.1", "--port", str(port)],
        ["-m", "celery", "--quiet", "-A", "config", "worker", "-B", "--pool", "threads", "--concurrency", "3",
         "--loglevel", "ERROR", "--without-gossip", "--without-mingle", "--without-heartbeat"],
        ["-m", "gunicorn", "config.wsgi", "--bind", "127.0.0.1:0", "--workers", "1", "--threads", "4",
         "--log-level", "warning"],
    ]  # fmt: skip
    running = [
        subprocess.Popen([sys.executable, "-W", "ignore", *words], cwd=ROOT, env=environment, text=True)
        for words in commands
    ]
    try:
        yield port, [process.pid for process in running]
    finally:
        for process in running:
            end(process)


def _post(port: int, numbers: range, pause: float = 0.0) -> None:
    with _door(port) as door:
        for number in numbers:
            door.sendmail("thr0@d0.example", [TO], _letter(number))
            time.sleep(pause)


def _latency(port: int, world: "World", number: int) -> float:
    """Seconds from LMTP's yes to the last of ten copies; the posts come at odd moments, so that no sweep is always near."""
    before = world.copies
    _post(port, range(number, number + 1))
    accepted = time.monotonic()
    world.wait_for(before + MEMBERS)
    took = world.last_at - accepted
    time.sleep(0.37)
    return max(0.0, took)


def _door(port: int) -> smtplib.LMTP:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return smtplib.LMTP("127.0.0.1", port)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _letter(number: int) -> bytes:
    return (
        f"From: Mia <thr0@d0.example>\r\nTo: {TO}\r\nSubject: Seeds {number}\r\nMessage-ID: <{number}@d0.example>\r\n"
        f"Date: Thu, 26 Nov 2026 12:00:00 +0000\r\n\r\n{'Forty packets of seeds are left. ' * 60}\r\n"
    ).encode()


class World:
    """An SMTP server that counts. It answers what is pipelined (RFC 2920) in order, and keeps nothing."""

    def __init__(self) -> None:
        import socketserver

        world = self

        class Conversation(socketserver.StreamRequestHandler):
            disable_nagle_algorithm = True

            def handle(self) -> None:
                world._talk(self.rfile, self.wfile)  # type: ignore[arg-type]

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self.copies, self.last_at = 0, 0.0
        self._news = threading.Condition()

    def __enter__(self) -> "World":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait_for(self, copies: int) -> None:
        with self._news:
            if not self._news.wait_for(lambda: self.copies >= copies, PATIENCE):
                raise SystemExit(f"{copies - self.copies} of {copies} copies did not arrive.")

    def _talk(self, heard: BinaryIO, said: BinaryIO) -> None:
        said.write(b"220 world\r\n")
        while line := heard.readline():
            word = line[:4].upper()
            if word == b"EHLO":
                said.write(b"250-world\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n")
            elif word == b"DATA":
                said.write(b"354 go ahead\r\n")
                while heard.readline() not in (b".\r\n", b""):
                    pass
                with self._news:
                    self.copies, self.last_at = self.copies + 1, time.monotonic()
                    self._news.notify_all()
                said.write(b"250 2.0.0 Ok\r\n")
            elif word == b"QUIT":
                said.write(b"221 Bye\r\n")
                return
            else:
                said.write(b"250 2.0.0 Ok\r\n")
