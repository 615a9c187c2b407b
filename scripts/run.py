"""Starts Posthouse as one foreground process group: web, worker (with beat inside), and stops all of it together.

Only the standard library: it runs before anything else is known to work.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
HOST = os.environ.get("HOST") or "127.0.0.1"
PORT = int(os.environ.get("PORT") or 8000)
GRACE = 8  # seconds a child has to end by itself
HEALTHY = 20  # seconds a child must live for its next fall to count as the first
PR_SET_PDEATHSIG = 1


def commands() -> dict[str, list[str]]:
    threads = os.environ.get("WEB_THREADS", "4")
    workers = os.environ.get("WEB_WORKERS", "1")
    gunicorn = [
        str(BIN / "gunicorn"), "config.wsgi", "--bind", f"{HOST}:{PORT}", "--workers", workers, "--threads", threads,
        "--worker-tmp-dir", "/dev/shm" if Path("/dev/shm").is_dir() else "/tmp", "--log-level", "warning", "--timeout", "120",
    ]  # fmt: skip
    celery = [
        str(BIN / "celery"), "-A", "config", "worker", "-B", "--pool", "threads", "--concurrency", "3",
        "--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat",
    ]  # fmt: skip
    return {"web": gunicorn, "worker": celery}


def end_with_parent() -> None:
    """In the child, before exec: the kernel ends it when this supervisor ends, even by kill -9."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    except (OSError, AttributeError):
        pass


class Child:
    """One process that is started again when it falls, with growing pauses."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name, self.command = name, command
        self.falls = 0
        self.start()

    def start(self) -> None:
        self.started = time.monotonic()
        self.again_at = 0.0
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=end_with_parent,
            start_new_session=True,
        )
        threading.Thread(target=self.relay, args=(self.process,), daemon=True).start()

    def relay(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdout is not None
        for line in process.stdout:
            sys.stdout.write(f"{self.name:>7} | {line.decode(errors='replace')}")
            sys.stdout.flush()

    def watch(self) -> None:
        """Start again what fell; called a few times a second."""
        if self.process.poll() is None:
            return
        now = time.monotonic()
        if not self.again_at:
            self.falls = 1 if now - self.started > HEALTHY else self.falls + 1
            pause = min(30, 2 ** (self.falls - 1))
            print(f"{self.name:>7} | ended with {self.process.returncode}; starting again in {pause} s", flush=True)
            self.again_at = now + pause
        elif now >= self.again_at:
            self.start()

    def signal(self, number: int) -> None:
        """To the child's whole group, so that its own children hear it too."""
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass


def port_is_free() -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, PORT))
        except OSError:
            return False
    return True


def prepare() -> str:
    """Migrate, collect static files, make the demonstration site; returns what to tell the newcomer."""
    done = subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout.strip()


def wait_until_healthy(children: list[Child], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and children[0].process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{PORT}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False


def stop(children: list[Child]) -> None:
    for child in children:
        child.signal(signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    for child in children:
        try:
            child.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            pass
        child.signal(signal.SIGKILL)


def main() -> int:
    if not port_is_free():
        print(
            f"Port {PORT} is in use. Stop what runs there, or choose another: make run PORT={PORT + 1}", file=sys.stderr
        )
        return 1
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    os.environ.setdefault("SITE_URL", f"http://{'localhost' if HOST in ('127.0.0.1', '0.0.0.0') else HOST}:{PORT}")
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    welcome = prepare()
    children = [Child(name, command) for name, command in commands().items()]
    try:
        if not wait_until_healthy(children):
            print("The web server did not start; its words are above.", file=sys.stderr)
            return 1
        print(f"\n{welcome}\n\n  Ctrl-C stops everything.\n", flush=True)
        while not stopping.wait(0.3):
            for child in children:
                child.watch()
        print("\nStopping…", flush=True)
        return 0
    finally:
        stop(children)


if __name__ == "__main__":
    sys.exit(main())
