"""A public-inbox v2 epoch: a bare git repository, one commit a message, whose tree holds the file `m` (`d` for a deletion).

git is run as a program. The repository may come from anywhere: its own configuration could name commands for fetching, so
fetching of any kind is forbidden, and neither hooks nor filters are run by the two commands used here.
"""

import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import which
from typing import IO

from archive.importers.readers.from_line import header_end
from archive.importers.readers.hints import read_hints
from archive.importers.readers.types import LARGEST_MESSAGE, Damaged, Entry

_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "LC_ALL": "C",
}


def epochs_in(folder: Path) -> list[Path]:
    """The folder itself if it is a bare repository, else the epochs 0.git, 1.git, … of an inbox, in it or in its folder git.
    A common working copy is none, wherever its .git lies."""
    if _is_bare(folder):
        return [folder]
    for place in (folder, folder / "git"):
        epochs = [one for one in place.glob("[0-9]*.git") if one.stem.isdecimal() and _is_bare(one)]
        if epochs:
            return sorted(epochs, key=lambda one: int(one.stem))
    return []


def _is_bare(folder: Path) -> bool:
    parts = (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()
    return parts and folder.name != ".git"


class GitReader:
    """Commits from the first to the last. Position is the ordinal of the commit."""

    name = "public-inbox"
    dialect = "git"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._done = 0
        self.total_bytes = sum(file.stat().st_size for file in folder.glob("objects/**/*") if file.is_file())
        self._count = 0

    def done_bytes(self) -> int:
        total = self.estimate_total()
        return self.total_bytes * self._done // total if total else 0

    def estimate_total(self) -> int:
        if not self._count:
            counted = self._git("rev-list", "--count", "HEAD").stdout
            self._count = int(counted.read().strip() or 0) if counted else 0
        return self._count

    def entries(self, start: int = 0, number: int = 1) -> Iterator[Entry | Damaged]:
        if which("git") is None:
            yield Damaged(
                b"", start, start, number, "To read a public-inbox repository, the program git must be installed."
            )
            return
        commits, blobs = self._git("log", "--reverse", "--format=%H %at", "HEAD"), self._git("cat-file", "--batch")
        assert commits.stdout and blobs.stdin and blobs.stdout
        try:
            for position, line in enumerate(commits.stdout):
                if position < start:
                    continue
                self._done = position + 1
                commit, _, seconds = line.strip().partition(b" ")
                entry = self._read(commit, seconds, position, number, blobs.stdin, blobs.stdout)
                if entry is not None:
                    yield entry
                    number += 1
        finally:
            for process in (commits, blobs):
                process.kill()
                process.communicate()

    def _read(
        self, commit: bytes, seconds: bytes, position: int, number: int, ask: IO[bytes], answers: IO[bytes]
    ) -> Entry | Damaged | None:
        ask.write(commit + b":m\n")
        ask.flush()
        words = answers.readline().split()
        if len(words) != 3 or words[1] != b"blob":
            if words[-1:] == [b"missing"]:
                return None  # a deletion, or a commit that is no message
            return Damaged(
                b"", position, position + 1, number, f"git could not read the message of commit {commit.decode()[:12]}."
            )
        size = int(words[2])
        raw = answers.read(size)
        answers.read(1)
        if size > LARGEST_MESSAGE:
            said = f"The message is larger than {LARGEST_MESSAGE >> 20} MiB."
            return Damaged(raw, position, position + 1, number, said)
        hints = read_hints(raw, header_end(raw))
        return Entry(
            raw,
            position,
            position + 1,
            number,
            _date(seconds),
            hints.thread_key,
            hints.legacy_number,
            labels=hints.labels,
        )

    def _git(self, *arguments: str) -> subprocess.Popen[bytes]:
        options = ["-c", "safe.directory=*", "-c", "protocol.allow=never", f"--git-dir={self._folder}"]
        environment = {**os.environ, **_ENVIRONMENT}
        return subprocess.Popen(  # noqa: S603 - fixed arguments, the folder is one of them and no option
            [which("git") or "git", *options, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )


def _date(seconds: bytes) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None
