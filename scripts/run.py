"""Starts Posthouse as one foreground process: web, worker (with beat inside), LMTP, and stops all of it together.

Only the standard library: it runs before anything else is known to work.
"""

import ctypes
import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.guard import GRACE, Guard, end_groups

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
HEALTHY = 20  # seconds a child must live for its next fall to count as the first
LONGEST_PAUSE = 30
PR_SET_PDEATHSIG = 1
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # where to knock when listening everywhere


class CannotServe(Exception):
    """The address cannot be used; the sentence says why and what to do."""


@dataclass(frozen=True)
class Address:
    """Where a server listens, and which variable says the port."""

    host: str
    port: int
    variable: str = "PORT"

    @classmethod
    def of(cls, environment: Mapping[str, str], prefix: str = "", port: str = "8000") -> "Address":
        variable = f"{prefix}PORT"
        given = environment.get(variable) or port
        if not given.isascii() or not given.isdigit() or not 1 <= int(given[:6]) <= 65535:
            raise CannotServe(f"{variable} must be a number from 1 to 65535, not {given!r}.")
        return cls(environment.get(f"{prefix}HOST") or "127.0.0.1", int(given), variable)

    @property
    def bind(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def near(self) -> str:
        """A host by which this machine reaches the server."""
        return ANYWHERE.get(self.host, self.host)

    @property
    def url(self) -> str:
        here = self.near in ("127.0.0.1", "::1")
        return f"http://localhost:{self.port}" if here else f"http://{self.bind}"

    def check(self) -> None:
        """Raise CannotServe where nobody could listen here."""
        try:
            family, kind, protocol, _, place = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0]
        except (OSError, UnicodeError):
            raise CannotServe(f"HOST={self.host} is not an address of this machine.") from None
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(place)
                probe.listen(1)
            except PermissionError:
                raise CannotServe(f"This user may not listen on port {self.port}. Choose one above 1023.") from None
            except OSError as error:
                raise CannotServe(self._taken(error)) from None

    def _taken(self, error: OSError) -> str:
        if error.errno != errno.EADDRINUSE:
            return f"{self.bind} cannot be used: {error.strerror}."
        other = self.port + 1 if self.port < 65535 else 8000
        return f"Port {self.port} is in use. Stop what runs there, or choose another: make run {self.variable}={other}"


def commands(address: Address) -> dict[str, list[str]]:
    threads = os.environ.get("WEB_THREADS", "4")
    workers = os.environ.get("WEB_WORKERS", "1")
    gunicorn = [
        str(BIN / "gunicorn"), "config.wsgi", "--bind", address.bind, "--workers", workers, "--threads", threads,
        "--worker-tmp-dir", "/dev/shm" if Path("/dev/shm").is_dir() else "/tmp", "--log-level", "warning", "--timeout", "120",
    ]  # fmt: skip
    celery = [
        str(BIN / "celery"), "--quiet", "-A", "config", "worker", "-B", "--pool", "threads", "--concurrency", "3",
        "--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat",
    ]  # fmt: skip
    return {"web": gunicorn, "worker": celery}


def mail_door(environment: Mapping[str, str]) -> dict[str, list[str]]:
    """The LMTP server; without it the site is still worth running, so that a busy port is only said."""
    try:
        address = Address.of(environment, "LMTP_", "8024")
        address.check()
    except CannotServe as reason:
        say(f"No mail will come in by LMTP: {reason}")
        return {}
    where = ["--host", address.host, "--port", str(address.port)]
    return {"lmtp": [sys.executable, "manage.py", "run_lmtp", *where]}


def _libc() -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL(None)
    except OSError:
        return None


LIBC = _libc()  # opened here: after fork, beside other threads, it could wait for a lock that nobody gives back


def end_with_parent() -> None:
    """In the child, before exec: the kernel ends it when this supervisor ends, even by kill -9."""
    if hasattr(LIBC, "prctl"):
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)  # type: ignore[union-attr]


def pause_after(falls: int) -> int:
    """Seconds to wait before a child that fell so many times in a row is started again."""
    return min(LONGEST_PAUSE, 2 ** min(falls - 1, 10))


class Child:
    """One process that is started again when it falls, with growing pauses."""

    def __init__(self, name: str, command: list[str], guard: Guard) -> None:
        self.name, self.command, self.guard = name, command, guard
        self.falls = 0
        self.start()

    def start(self, now: float | None = None) -> None:
        self.started = time.monotonic() if now is None else now
        self.again_at: float | None = None
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=end_with_parent,
            start_new_session=True,
        )
        self.guard.watch(self.process.pid)
        self.relaying = threading.Thread(target=self.relay, args=(self.process,), daemon=True)
        self.relaying.start()

    def relay(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdout is not None
        for line in process.stdout:
            say(f"{self.name:>7} | {line.decode(errors='replace').rstrip()}")

    def watch(self, now: float | None = None) -> None:
        """Start again what fell; called a few times a second."""
        if self.process.poll() is None:
            return
        now = time.monotonic() if now is None else now
        if self.again_at is None:
            self.falls = 1 if now - self.started > HEALTHY else self.falls + 1
            pause = pause_after(self.falls)
            say(f"{self.name:>7} | ended with {self.process.returncode}; starting again in {pause} s")
            self.again_at = now + pause
            self.clear()
        elif now >= self.again_at:
            self.start(now)

    def clear(self) -> None:
        """What it left behind in its group would hold the port or do its work twice."""
        end_groups({self.process.pid: signal.SIGTERM}, grace=2)
        self.guard.forget(self.process.pid)


def say(line: str) -> None:
    """Print, also where nobody listens any more: a child must never wait because our own output is closed."""
    try:
        print(line, flush=True)
    except (OSError, ValueError):
        pass


def prepare(stopping: threading.Event) -> str:
    """Migrate, collect static files, make the demonstration site; returns what to tell the newcomer."""
    command = [sys.executable, "manage.py", "prepare"]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, preexec_fn=end_with_parent, start_new_session=True
    )
    said: list[str] = []
    reader = threading.Thread(target=lambda: said.extend(process.stdout or ()), daemon=True)
    reader.start()
    while process.poll() is None and not stopping.wait(0.05):
        pass
    if stopping.is_set():
        end_groups({process.pid: signal.SIGTERM})
    process.wait()
    reader.join()
    if process.returncode and not stopping.is_set():
        sys.exit(process.returncode)
    return "".join(said).strip()


def is_healthy(address: Address) -> bool:
    """Whether the site answers. Asked without any proxy that the environment may name; a site that knows itself only
    under its public name refuses this one with 400, and lives."""
    connection = http.client.HTTPConnection(address.near, address.port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def wait_until_healthy(web: Child, address: Address, stopping: threading.Event, seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and web.process.poll() is None:
        if is_healthy(address):
            return True
        if stopping.wait(0.1):
            return False
    return False


def stop_on_signals() -> threading.Event:
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    return stopping


def serve(
    children: dict[str, list[str]],
    address: Address,
    welcome: str,
    stopping: threading.Event,
    grace: float = GRACE,
) -> int:
    """Run the commands until a signal comes; the first one is the web server. Returns the exit code.

    grace: seconds that children have to end by themselves.
    """
    running: list[Child] = []
    waiting = list(children.items())
    with Guard(grace) as guard:
        try:
            running.append(Child(*waiting.pop(0), guard))  # alone: the others would take the processor from it
            if not wait_until_healthy(running[0], address, stopping):
                return 0 if stopping.is_set() else _not_started(running[0])
            say(f"\n{welcome}\n\n  Ctrl-C stops everything.\n")
            for name, command in waiting:
                running.append(Child(name, command, guard))
            while not stopping.wait(0.3):
                for child in running:
                    child.watch()
            say("\nStopping…")
            return 0
        finally:
            end_groups({child.process.pid: signal.SIGTERM for child in running}, grace)
            for child in running:
                child.process.wait()
                guard.forget(child.process.pid)


def _not_started(web: Child) -> int:
    web.relaying.join(1)
    print("The web server did not start; its words are above.", file=sys.stderr)
    return 1


def main() -> int:
    try:
        address = Address.of(os.environ)
        address.check()
    except CannotServe as reason:
        print(reason, file=sys.stderr)
        return 1
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    os.environ.setdefault("SITE_URL", address.url)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # set in some images: every process would compile everything again
    stopping = stop_on_signals()
    welcome = prepare(stopping)
    return 0 if stopping.is_set() else serve({**commands(address), **mail_door(os.environ)}, address, welcome, stopping)


if __name__ == "__main__":
    sys.exit(main())
