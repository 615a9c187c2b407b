"""Everything CI checks: style, types, contracts, migrations, the suite on both profiles, browser and accessibility.

Starts private services, runs independent steps side by side, prints what took how long, and ends with one line
"N passed, N failed, N skipped" over all suites. Only the standard library.
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
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import services

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PYTEST = [str(BIN / "pytest"), "-q", "-p", "no:cacheprovider"]
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

    def run(self) -> None:
        started = time.monotonic()
        done = subprocess.run(
            self.command, cwd=ROOT, env={**os.environ, **self.environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        )  # fmt: skip
        self.seconds, self.code, self.output = time.monotonic() - started, done.returncode, done.stdout
        if self.is_suite:
            last = next((line for line in reversed(self.output.splitlines()) if COUNTS.search(line)), "")
            self.counts = {word: int(number) for number, word in COUNTS.findall(last)}
            self.code = 0 if self.code == 5 else self.code  # pytest: nothing selected
        mark = "ok  " if self.code == 0 else "FAIL"
        print(f"{mark} {self.name:<28} {self.seconds:6.1f} s  {_counted(self.counts)}", flush=True)


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {word}" for word, number in counts.items())


def lint_steps(var: Path) -> list[Step]:
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings.test", "POSTHOUSE_VAR": str(var / "lint")}
    manage = [sys.executable, "-W", "error::DeprecationWarning:django", "manage.py"]
    return [
        Step("style (ruff check)", [str(BIN / "ruff"), "check", "."]),
        Step("format (ruff format)", [str(BIN / "ruff"), "format", "--check", "."]),
        Step("import contracts", [str(BIN / "lint-imports"), "--no-cache"], settings),
        Step("templates (djlint)", [str(BIN / "djlint"), "--lint", "--quiet", "templates"]),
        Step("migrations", [*manage, "makemigrations", "--check", "--dry-run"], settings),
        Step("system checks", [*manage, "check", "--fail-level", "WARNING"], settings),
        Step("types (mypy)", [str(BIN / "mypy"), "--cache-dir", str(var / "mypy"), "."], settings),
    ]


def suite_steps(var: Path, server: dict[str, str], extra: list[str]) -> list[Step]:
    not_browser = ["-m", "not browser"]
    return [
        Step("suite, embedded profile", [*PYTEST, "-n", "1", *not_browser, *extra], _var(var / "embedded"), is_suite=True),
        Step("suite, server profile", [*PYTEST, "-n", "1", *not_browser, *extra], {**_var(var / "server"), **server}, is_suite=True),
        Step("browser and accessibility", [*PYTEST, "-m", "browser", *extra], _var(var / "browser"), is_suite=True),
    ]  # fmt: skip


def _var(folder: Path) -> dict[str, str]:
    folder.mkdir(parents=True, exist_ok=True)
    return {"POSTHOUSE_VAR": str(folder), "DATABASE_URL": "", "REDIS_URL": ""}


def run_side_by_side(steps: list[Step], width: int = 2) -> None:
    with ThreadPoolExecutor(width) as pool:
        list(pool.map(Step.run, steps))


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
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    var = Path(tempfile.mkdtemp(prefix="posthouse-tests-"))
    steps = [] if options.only == "suite" or extra else lint_steps(var)
    try:
        with contextlib.ExitStack() as stack:
            suites: list[Step] = []
            if options.only != "lint":
                services.require("postgres", "redis-server", "chromium")
                suites = suite_steps(var, stack.enter_context(services.both()), extra)
            run_side_by_side([*suites[:2], *steps, *suites[2:]])
            return report([*steps, *suites])
    finally:
        shutil.rmtree(var, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
