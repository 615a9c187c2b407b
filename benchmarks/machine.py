"""What the figures were measured on, and running a command to its end while its time and memory are watched."""

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
        platform.machine(),
    )
    memory = int(Path("/proc/meminfo").read_text().split()[1]) // 1024**2
    return f"{cpu}, {os.cpu_count()} cores, {memory} GB, Python {platform.python_version()}"


@dataclass
class Ran:
    """One command: wall-clock and processor seconds, the highest memory of its whole process tree in MB, what it printed."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    output: str


def run(arguments: Sequence[str], environment: dict[str, str], asked: str = "") -> Ran:
    """Run a command to its end, with `asked` on its standard input. Ends everything where it fails."""
    started, cpu_before = time.monotonic(), _cpu_of_children()
    process = subprocess.Popen(
        arguments, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    watch = MemoryWatch(process.pid)
    try:
        output, _ = process.communicate(asked)
    finally:
        watch.stop()
        end(process)
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments[1:])} failed with {process.returncode}.")
    return Ran(time.monotonic() - started, _cpu_of_children() - cpu_before, watch.peak_mb, output)


def manage(*arguments: str, environment: dict[str, str]) -> Ran:
    return run([sys.executable, "manage.py", *arguments], environment)


def end(process: "subprocess.Popen[str]") -> None:
    """Ask a process to end, and wait until it has."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _cpu_of_children() -> float:
    times = os.times()
    return times.children_user + times.children_system


class MemoryWatch:
    """Samples the proportional set size of a process tree five times a second."""

    def __init__(self, pid: int) -> None:
        self.pid, self.peak_mb = pid, 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def _sample(self) -> None:
        while not self._over.wait(0.2):
            self.peak_mb = max(self.peak_mb, memory_of(self.pid))

    def stop(self) -> None:
        self._over.set()
        self._thread.join()


def memory_of(pid: int) -> float:
    """MB of a process and everything below it; what several share counts once."""
    return sum(_pss(each) for each in tree(pid)) / 1024


def cpu_of(pid: int) -> float:
    """Seconds that the processors spent on a process and everything that runs below it now."""
    ticks = 0
    for each in tree(pid):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])  # utime and stime of proc(5), counted from behind the name
    return ticks / os.sysconf("SC_CLK_TCK")


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
