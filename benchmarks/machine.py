"""What the figures were measured on, and helpers every measurement shares."""

import os
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def describe() -> str:
    """Processor, cores, memory, Python: one line."""
    cpu = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        "?",
    )
    memory = int(Path("/proc/meminfo").read_text().split()[1]) // 1024**2
    return f"{cpu}, {os.cpu_count()} cores, {memory} GB, Python {platform.python_version()}"


@dataclass
class Ran:
    """One command: wall-clock seconds, the highest memory of its whole process tree in MB, what it printed."""

    seconds: float
    peak_mb: float
    output: str


def run(arguments: Sequence[str], environment: dict[str, str]) -> Ran:
    """Run a command to its end, watching the memory of it and its children. Raises where it fails."""
    started = time.monotonic()
    process = subprocess.Popen(
        arguments, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True
    )
    watch = MemoryWatch(process.pid)
    output, _ = process.communicate()
    seconds = time.monotonic() - started
    watch.stop()
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed with {process.returncode}")
    return Ran(seconds, watch.peak_mb, output)


def manage(*arguments: str, environment: dict[str, str]) -> Ran:
    return run([sys.executable, "manage.py", *arguments], environment)


class MemoryWatch:
    """Samples the proportional set size of a process tree five times a second."""

    def __init__(self, pid: int) -> None:
        self.pid, self.peak_mb, self.last_mb = pid, 0.0, 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def _sample(self) -> None:
        while not self._over.wait(0.2):
            self.last_mb = sum(_pss(pid) for pid in tree(self.pid)) / 1024
            self.peak_mb = max(self.peak_mb, self.last_mb)

    def stop(self) -> None:
        self._over.set()
        self._thread.join()


def tree(pid: int) -> list[int]:
    """A process and everything below it."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                waiting += [int(child) for child in task.read_text().split()]
            except OSError:
                continue
    return found


def _pss(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0
