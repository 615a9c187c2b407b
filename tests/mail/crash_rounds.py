"""kill -9 at random, of everything that runs: what was accepted is archived once, every member gets every copy.

    python -m tests.mail.crash_rounds                                       20 rounds each, 2,000 posts, 10,000 members
    python -m tests.mail.crash_rounds --rounds 2 --posts 200 --members 300
    python -m tests.mail.crash_rounds --embedded                            SQLite and files: the worker and LMTP only

Real processes: PostgreSQL (which waits for its disk), Redis, the LMTP server, a worker with beat. Whoever is killed is started
again at once, as their supervisor would. Posters behave as mail servers do: what was not accepted is sent again.
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import smtplib
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts import services
from scripts.guard import Guard, end_groups
from tests.house import ROOT, House
from tests.mail.relay import FakeRelay, Taken

FEW = 3  # members of the group that most posts go to
PATIENCE = 300.0  # seconds until everything must have come to rest
WORKER = """
import django; django.setup()
from config.celery import app
app.worker_main(["--quiet", "worker", "-B", "--pool", "threads", "--concurrency", "3", "--loglevel", "ERROR",
                 "--without-gossip", "--without-mingle", "--without-heartbeat"])
"""
SITE = """
import django; django.setup()
from accounts.models import User
from groups.models import Group, Membership
for slug, members in (("few", {few}), ("many", {members})):
    group = Group.objects.create(slug=slug, name=slug, strangers="accept")
    people = User.objects.bulk_create([User(email=f"{{slug}}{{n}}@d{{n % 50}}.example") for n in range(members)], 1000)
    Membership.objects.bulk_create([Membership(group=group, user=one) for one in people], 1000)
"""
STATE = """
import django; django.setup()
import json
from archive.models import Message
from mail.models import Inbound
print(json.dumps({"archived": sorted(Message.objects.values_list("group__slug", "message_id")),
                  "failed": Inbound.objects.filter(state="failed").count()}))
"""
UNDER_WAY = """SELECT (SELECT count(*) FROM mail_inbound WHERE state = 'received')
                    + (SELECT count(*) FROM mail_delivery WHERE state IN ('queued', 'sending', 'deferred'))"""


class Tally(list[Taken]):
    """Counts copies instead of keeping them: (recipient, Message-ID) -> how often."""

    def __init__(self) -> None:
        super().__init__()
        self.copies: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def append(self, taken: Taken) -> None:
        message_id = taken.content.partition(b"Message-ID: <")[2].partition(b">")[0].decode()
        with self._lock:
            self.copies[taken.rcpt.partition("<")[2].partition(">")[0], message_id] += 1


@dataclass
class Victim:
    """A process that is killed and started again by the same words."""

    command: list[str]
    environment: dict[str, str] | None
    guard: Guard
    log: Path
    user: int | None = None
    process: "subprocess.Popen[bytes] | None" = None
    answers: Callable[[], bool] = lambda: True

    def start(self) -> None:
        """PostgreSQL may find the shared memory of its dead self still in use for a moment."""
        for _ in range(100):
            self._start()
            while self.process is not None and self.process.poll() is None:
                if self.answers():
                    return
                time.sleep(0.05)
            time.sleep(0.2)
        raise SystemExit(f"{self.command[:3]} does not start again: {self.log.read_text('utf-8', 'replace')[-2000:]}")

    def _start(self) -> None:
        account = {} if self.user is None else {"user": self.user, "group": self.user, "extra_groups": []}
        with self.log.open("ab") as words:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT if self.user is None else "/", env=self.environment, stdout=words, stderr=words,
                start_new_session=True, **account,
            )  # fmt: skip
        self.guard.watch(self.process.pid, signal.SIGINT)

    def kill(self) -> None:
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.guard.forget(self.process.pid)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            end_groups({self.process.pid: signal.SIGINT})
            self.process.wait()


@dataclass
class Outcome:
    """What is reported."""

    kills: dict[str, int]
    seconds: float
    posts: int
    accepted: int
    lost: int
    archived_twice: int
    failed: int
    copies: int
    missed: int
    doubled: int

    @property
    def is_good(self) -> bool:
        most = 20 * sum(self.kills.values())
        return not (self.lost or self.archived_twice or self.missed or self.failed) and self.doubled <= most


class Posters:
    """Mail servers that send posts to the small group, and now and then one to the large, until told to stop."""

    def __init__(self, port: int, posts: int, large_each: int, pause: float) -> None:
        self.port, self.posts, self.large_each, self.pause = port, posts, large_each, pause
        self.accepted: list[tuple[str, str]] = []
        self.rounds_are_over = threading.Event()
        self._number = 0
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._post_all, daemon=True) for _ in range(2)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        self.rounds_are_over.set()
        for thread in self._threads:
            thread.join()

    def _post_all(self) -> None:
        while (number := self._next()) is not None:
            slug = "many" if number % self.large_each == 1 else "few"
            self._insist(slug, f"{number}@example.org")
            if not self.rounds_are_over.is_set():
                time.sleep(self.pause)

    def _next(self) -> int | None:
        with self._lock:
            if self._number >= self.posts and self.rounds_are_over.is_set():
                return None
            self._number += 1
            return self._number

    def _insist(self, slug: str, message_id: str) -> None:
        to = f"{slug}@posthouse.localhost"
        head = (
            f"From: Bob <bob@example.org>\r\nTo: {to}\r\nSubject: Seeds {message_id}\r\nMessage-ID: <{message_id}>\r\n"
        )
        letter = f"{head}Date: Thu, 26 Nov 2026 12:00:00 +0000\r\n\r\nForty packets are left.\r\n".encode()
        while True:
            with contextlib.suppress(OSError, smtplib.SMTPException), smtplib.LMTP("127.0.0.1", self.port) as door:
                if not door.sendmail("bob@example.org", [to], letter):
                    break
            time.sleep(0.1)
        with self._lock:
            self.accepted.append((slug, message_id))


def crash(*, rounds: int, posts: int, members: int, embedded: bool, seed: int = 20261126) -> Outcome:
    """Kill everybody `rounds` times each; returns what became of the letters."""
    with contextlib.ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="posthouse-crash-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        guard = stack.enter_context(Guard())
        guard.remove(folder)
        world = FakeRelay(letters=Tally())
        stack.enter_context(world)
        victims, stores = {}, {"DATABASE_URL": "", "REDIS_URL": ""}
        if not embedded:
            victims, stores = stack.enter_context(_stores(folder, guard))
        port = services.free_port()
        house = House(folder / "var", stores["DATABASE_URL"], _settings(stores, world.port))
        house.manage("migrate", "--verbosity", "0")
        _python(house, SITE.format(few=FEW, members=members))
        for name, words in {
            "worker": ["-c", WORKER],
            "lmtp": ["manage.py", "run_lmtp", "--host", "127.0.0.1", "--port", str(port)],
        }.items():
            victims[name] = Victim([sys.executable, *words], house.environment, guard, folder / f"{name}.log")
            stack.callback(victims[name].stop)
            victims[name].start()
        return _rounds(house, victims, Posters(port, posts, posts // 2, 0.05), world, rounds, members, seed)


def _settings(stores: dict[str, str], relay: int) -> dict[str, str]:
    return {
        "REDIS_URL": stores["REDIS_URL"],
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(relay),
        "MAIL_AUTHENTICATE": "false",
        "LOG_LEVEL": "CRITICAL",
    }


def _python(house: House, code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=house.environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout


@contextlib.contextmanager
def _stores(folder: Path, guard: Guard) -> Iterator[tuple[dict[str, Victim], dict[str, str]]]:
    """PostgreSQL that waits for its disk, and Redis, each to be killed and started again by the words it was started with."""
    services.require("postgres", "redis-server")
    before = os.environ.get("POSTHOUSE_FSYNC")
    os.environ["POSTHOUSE_FSYNC"] = "on"
    try:
        with services.postgres(folder, guard) as database:
            ready = [services.find("pg_isready") or "pg_isready", "-q", "-d", database]
            postgres = _adopt(
                int((folder / "postgres/postmaster.pid").read_text().split()[0]), guard, folder / "again.log"
            )
            postgres.answers = lambda: subprocess.run(ready, cwd="/").returncode == 0
            redis, store = _redis(folder, guard)
            redis.start()
            try:
                yield {"postgres": postgres, "redis": redis}, {"DATABASE_URL": database, "REDIS_URL": store}
            finally:
                postgres.stop()
                redis.stop()
    finally:
        os.environ.pop("POSTHOUSE_FSYNC")
        if before is not None:
            os.environ["POSTHOUSE_FSYNC"] = before


class _Adopted:
    """A process somebody else of this program started: waited for by its number."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        return None if Path(f"/proc/{self.pid}").exists() else 0

    def wait(self) -> None:
        """Unburied, it would still count as running for who asks by its number."""
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)


def _adopt(pid: int, guard: Guard, log: Path) -> Victim:
    command = Path(f"/proc/{pid}/cmdline").read_bytes().decode().rstrip("\0").split("\0")
    owner = Path(f"/proc/{pid}").stat().st_uid
    log.touch()
    victim = Victim(command, None, guard, log, owner if owner != os.geteuid() else None)
    victim.process = _Adopted(pid)  # type: ignore[assignment]
    return victim


def _redis(folder: Path, guard: Guard) -> tuple[Victim, str]:
    port, program = services.free_port(), services.find("redis-server") or "redis-server"
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    return Victim(command, None, guard, folder / "redis.log"), f"redis://127.0.0.1:{port}/0"


def _rounds(
    house: House, victims: dict[str, Victim], posters: Posters, world: FakeRelay, rounds: int, members: int, seed: int
) -> Outcome:
    chance, began = random.Random(seed), time.monotonic()
    order = [name for name in victims for _ in range(rounds)]
    chance.shuffle(order)
    posters.start()
    time.sleep(3)  # until the worker is at work
    for name in order:
        time.sleep(0.2 + 2.3 * chance.random())
        victims[name].kill()
        time.sleep(0.5 * chance.random())
        victims[name].start()
    posters.finish()
    _come_to_rest(house)
    tally = world.letters
    assert isinstance(tally, Tally)
    state = json.loads(_python(house, STATE))
    archived = Counter((slug, message_id) for slug, message_id in state["archived"])
    wanted = [
        (f"{slug}{number}@d{number % 50}.example", message_id)
        for slug, message_id in archived
        for number in range({"few": FEW, "many": members}[slug])
    ]
    return Outcome(
        kills=dict(Counter(order)),
        seconds=round(time.monotonic() - began, 1),
        posts=posters._number,
        accepted=len(posters.accepted),
        lost=sum(post not in archived for post in posters.accepted),
        archived_twice=sum(archived.values()) - len(archived),
        failed=state["failed"],
        copies=sum(tally.copies.values()),
        missed=sum(copy not in tally.copies for copy in wanted),
        doubled=sum(tally.copies.values()) - len(tally.copies),
    )


def _come_to_rest(house: House) -> None:
    """Until the spool on the disk is drained, every post judged, every copy gone."""
    deadline, calm = time.monotonic() + PATIENCE, 0
    while calm < 3:
        if time.monotonic() > deadline:
            raise SystemExit(f"{house.ask(UNDER_WAY)} letters are still under way.")
        waiting = any((house.var / "spool/new").glob("*.eml"))
        calm = calm + 1 if not waiting and house.ask(UNDER_WAY) == 0 else 0
        time.sleep(0.3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20, help="for each kind of process (20)")
    parser.add_argument("--posts", type=int, default=2000)
    parser.add_argument("--members", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=20261126)
    parser.add_argument("--embedded", action="store_true")
    outcome = crash(**vars(parser.parse_args()))
    print(json.dumps(asdict(outcome), indent=1))
    sys.exit(0 if outcome.is_good else 1)


if __name__ == "__main__":
    main()
