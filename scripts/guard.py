"""Ends what a program started when that program ends, however it ends: after kill -9 nothing of it is left.

The guard is a small process beside the program, at the other end of a pipe. It is told which process groups and folders belong
to the program; when the pipe closes it signals the groups, waits a moment, kills what is left, and removes the folders.
Only the standard library.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

GRACE = 8.0  # seconds a group has to end by itself


class Guard:
    """The program's side. A group is watched from its start until the program has ended it; then it is forgotten."""

    def __init__(self, grace: float = GRACE) -> None:
        command = [sys.executable, "-I", "-S", __file__, str(grace)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True, cwd="/")

    def __enter__(self) -> "Guard":
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(BrokenPipeError):
            if self._process.stdin:
                self._process.stdin.close()
        self._process.wait()

    def watch(self, group: int, number: int = signal.SIGTERM) -> None:
        self._tell(f"watch {group} {int(number)}")

    def forget(self, group: int) -> None:
        self._tell(f"forget {group}")

    def remove(self, folder: Path) -> None:
        self._tell(f"remove {folder}")

    def _tell(self, line: str) -> None:
        with contextlib.suppress(BrokenPipeError):  # somebody killed the guard: the program goes on without it
            if self._process.stdin:
                self._process.stdin.write(line.encode() + b"\n")
                self._process.stdin.flush()


def end_groups(groups: dict[int, int], grace: float = GRACE) -> None:
    """Signal each process group with its number, wait until all are gone, kill those that are not after `grace` seconds."""
    for group, number in groups.items():
        _signal(group, number)
    deadline = time.monotonic() + grace
    while time.monotonic() < deadline and any(_lives(group) for group in groups):
        time.sleep(0.05)
    for group in groups:
        _signal(group, signal.SIGKILL)


def _signal(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _lives(group: int) -> bool:
    """Whether anybody of the group is left who is not a zombie of ours."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(-group, os.WNOHANG)
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def keep_watch(lines: Iterable[bytes], grace: float = GRACE) -> None:
    """The guard's side: listen until the program is gone, then clear up behind it."""
    groups: dict[int, int] = {}
    folders: list[Path] = []
    for line in lines:
        word, _, rest = line.decode(errors="surrogateescape").rstrip("\n").partition(" ")
        if word == "watch":
            group, number = map(int, rest.split())
            groups[group] = number
        elif word == "forget":
            groups.pop(int(rest), None)
        elif word == "remove":
            folders.append(Path(rest))
    end_groups(groups, grace)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    keep_watch(sys.stdin.buffer, float(sys.argv[1]))
