"""Everything CI checks: style, types, contracts, migrations, the suite on both profiles, browser and accessibility.

Starts private services, runs independent steps side by side, prints what took how long, and ends with one line
"N passed, N failed, N skipped" over all suites. Only the standard library.

Both profiles run the same suite, but for three things: code that knows no database (PURE) and walks through every page (WALKS)
are tested on the embedded one only, made-up requests (MADE_UP) on the server one only, and tests that take minutes go all the way
on the embedded and a short way on the server one (tests/effort.py; FULL_TESTS=yes: on both).
"""

import argparse
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from scripts import services
from scripts.guard import Guard, end_groups

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PYTEST = [str(BIN / "pytest"), "-q", "-p", "no:cacheprovider"]
# Where an image turns it off, each of hundreds of processes would compile the whole project again.
BYTECODE_KEPT = {"PYTHONDONTWRITEBYTECODE": ""}
COUNTS = re.compile(r"(\d+) (passed|failed|skipped|error)")


@dataclass
class Step:
    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    is_suite: bool = False
    seconds: float = 0.0
    code: int = 0
    output: str = ""
    counts: dict[str, int] = field(default_factory=dict)

    def run(self, running: "Running") -> None:
        started = time.monotonic()
        with running.start(self.command, {**os.environ, **BYTECODE_KEPT, **self.environment}) as process:
            self.output = process.communicate()[0]
        self.seconds, self.code = time.monotonic() - started, process.returncode
        if self.is_suite:
            last = next((line for line in reversed(self.output.splitlines()) if COUNTS.search(line)), "")
            self.counts = {word: int(number) for number, word in COUNTS.findall(last)}
            self.code = 0 if self.code == 5 else self.code  # pytest: nothing selected
        mark = "ok  " if self.code == 0 else "FAIL"
        print(f"{mark} {self.name:<28} {self.seconds:6.1f} s  {_counted(self.counts)}", flush=True)
        for line in self.output.splitlines() if self.is_suite and self.code else ():
            if line.startswith(("FAILED ", "ERROR ")):
                print(f"     {line}", flush=True)  # known at once, not only when the slowest step has ended


class Running:
    """The steps under way: each a process group of its own, ended when we are, whatever ends us."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self.groups: set[int] = set()
        self.stopped = False
        self.lock = threading.Lock()

    @contextlib.contextmanager
    def start(self, command: list[str], environment: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
        with self.lock:
            if self.stopped:
                raise Stopped
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                text=True, errors="replace", start_new_session=True,
            )  # fmt: skip
            self.guard.watch(process.pid)
            self.groups.add(process.pid)
        try:
            yield process
        finally:
            with self.lock:
                self.groups.discard(process.pid)
                self.guard.forget(process.pid)

    def stop(self) -> None:
        with self.lock:
            self.stopped = True
            end_groups(dict.fromkeys(self.groups, signal.SIGTERM))


class Stopped(Exception):
    """No step is begun any more."""


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {word}" for word, number in counts.items())


def lint_steps(var: Path) -> list[Step]:
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings.test", "POSTHOUSE_VAR": str(var / "lint")}
    manage = [sys.executable, "-W", "error::DeprecationWarning:django", "manage.py"]
    return [
        Step("style (ruff check)", [str(BIN / "ruff"), "check", "--no-cache", "."]),
        Step("format (ruff format)", [str(BIN / "ruff"), "format", "--check", "."]),
        Step("import contracts", [str(BIN / "lint-imports"), "--no-cache"], settings),
        Step("translations", [sys.executable, "-m", "scripts.catalogs", "--check"], settings),
        Step("templates (djlint)", [str(BIN / "djlint"), "--lint", "--quiet", "templates"]),
        Step("migrations", [*manage, "makemigrations", "--check", "--dry-run"], settings),
        Step("system checks", [*manage, "check", "--fail-level", "WARNING"], settings),
        Step("types (mypy)", [str(BIN / "mypy"), "--cache-dir", str(var / "mypy"), "."], settings),
    ]


# Code that knows no database, and tools that bring services of their own: once is enough.
PURE = (
    "accounts/test_zone.py", "archive/commands/test_letters.py", "archive/exporters/test_mboxrd.py",
    "archive/importers/test_compressed.py", "archive/importers/test_dialects.py", "archive/importers/test_files.py",
    "archive/importers/test_git.py", "archive/importers/test_helpers.py", "archive/importers/test_hostile.py",
    "archive/importers/test_mbox.py", "archive/importers/test_pipermail.py", "archive/importers/test_problems.py",
    "archive/importers/test_recognise.py", "archive/importers/test_yahoo.py", "archive/parsing", "archive/rendering",
    "archive/search/test_inflections.py", "archive/search/test_kill.py", "archive/search/test_language.py",
    "archive/search/test_snippets.py", "archive/search/test_words.py", "archive/test_bodies.py", "archive/test_heat.py",
    "archive/test_masking.py", "archive/test_moments.py", "archive/threader", "benchmarks", "common/test_caching.py",
    "common/test_charts.py", "common/test_faces.py", "common/test_house_tags.py", "demo", "groups/test_markdown.py",
    "mail/bounces/test_report.py", "mail/bounces/test_score.py", "mail/commands/test_reading.py",
    "mail/digests/test_schedule.py", "mail/inbound/test_authentication.py", "mail/inbound/test_dmarc.py",
    "mail/inbound/test_dns.py", "mail/inbound/test_results.py", "mail/inbound/test_spam.py", "mail/rules",
    "mail/test_addressing.py", "mail/test_personal.py", "mail/test_retry.py", "mail/test_secrets.py", "mail/test_session.py",
    "mail/test_shape_bodies.py", "mail/test_shape_headers.py", "scripts", "test_docs.py", "test_requirements.py",
)  # fmt: skip


# Walks through every page, whose question is about our rules and not about the database: once is enough.
WALKS = ("api/test_permissions.py", "test_every_door.py", "test_hostile_letters.py", "test_permissions.py")
# Made-up requests: where they are asked of PostgreSQL, which refuses more (NUL, numbers too large), that is once enough.
MADE_UP = ("api/test_fuzzing.py", "test_hostile_parameters.py")


def suite_steps(var: Path, server: dict[str, str], extra: list[str]) -> list[Step]:
    # Two at once: many tests wait for a process rather than compute. Long ones come first (tests/conftest.py), and who is done
    # takes from the other's tail: nobody ends alone with the longest.
    suite = [*PYTEST, "-n", "2", "--dist", "worksteal", "-m", "not browser", *extra]
    embedded = [*suite, *(f"--ignore=tests/{each}" for each in MADE_UP)]
    on_server = [*suite, *(f"--ignore=tests/{each}" for each in (*PURE, *WALKS))]
    return [
        Step("suite, embedded profile", embedded, _var(var / "embedded"), is_suite=True),
        Step("suite, server profile", on_server, {**_var(var / "server"), **server}, is_suite=True),
        Step("browser and accessibility", [*PYTEST, "-m", "browser", *extra], _var(var / "browser"), is_suite=True),
    ]  # fmt: skip


def _var(folder: Path) -> dict[str, str]:
    folder.mkdir(parents=True, exist_ok=True)
    once = str(folder.parent / "migrated")  # scripts/migrated.py
    return {"POSTHOUSE_VAR": str(folder), "POSTHOUSE_MIGRATED": once, "DATABASE_URL": "", "REDIS_URL": ""}


def run_side_by_side(steps: list[Step], guard: Guard, width: int = 3) -> None:
    running = Running(guard)
    with ThreadPoolExecutor(width) as pool:
        try:
            list(pool.map(lambda step: step.run(running), steps))
        finally:
            running.stop()  # else leaving the pool would wait for steps nobody wants any more


def report(steps: list[Step]) -> int:
    for step in steps:
        if step.code:
            print(f"\n===== {step.name} =====\n{step.output[-12000:]}")
    total = {word: sum(step.counts.get(word, 0) for step in steps) for word in ("passed", "failed", "error", "skipped")}
    broken = [step.name for step in steps if step.code]
    if broken:
        print(f"\nNot in order: {', '.join(broken)}")
    failed = total["failed"] + total["error"]
    print(f"{total['passed']} passed, {failed} failed, {total['skipped']} skipped", flush=True)
    return 1 if broken else 0


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("lint", "suite"), help="a part of it")
    options, extra = parser.parse_known_args(arguments)
    # Started in the background, a shell leaves SIGINT ignored, and every program below would ignore it as well.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(143))
    with contextlib.ExitStack() as stack:
        guard = stack.enter_context(Guard())
        var = Path(tempfile.mkdtemp(prefix="posthouse-tests-"))
        guard.remove(var)
        stack.callback(shutil.rmtree, var, ignore_errors=True)
        steps = [] if options.only == "suite" or extra else lint_steps(var)
        if steps:
            services.require("xgettext")  # before steps run side by side: two of them would install at once
        suites: list[Step] = []
        if options.only != "lint":
            services.require("postgres", "redis-server", "chromium")
            suites = suite_steps(var, stack.enter_context(services.both()), extra)
        run_side_by_side([*suites[:2], *steps, *suites[2:]], guard)
        return report([*steps, *suites])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(services.INTERRUPTED)
