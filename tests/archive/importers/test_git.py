"""public-inbox repositories."""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from shutil import which

import pytest

from archive.importers.readers.types import Damaged
from tests.archive.importers.sources import entries, letter, mbox, only, sources, subjects

pytestmark = pytest.mark.skipif(which("git") is None, reason="git is not installed")


def commit(folder: Path, files: dict[str, bytes], seconds: int) -> None:
    def git(*words: str, data: bytes = b"") -> str:
        names = {
            f"GIT_{who}_{what}": value
            for who in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", "a"), ("EMAIL", "a@b"), ("DATE", f"{seconds} +0000"))
        }
        environment = {**os.environ, **names}
        done = subprocess.run(
            ["git", f"--git-dir={folder}", *words], input=data, capture_output=True, check=True, env=environment
        )
        return done.stdout.decode().strip()

    if not folder.exists():
        subprocess.run(["git", "init", "-q", "--bare", "-b", "master", str(folder)], check=True)
    blobs = [f"100644 blob {git('hash-object', '-w', '--stdin', data=raw)}\t{name}\n" for name, raw in files.items()]
    tree = git("mktree", data="".join(blobs).encode())
    parent = subprocess.run(
        ["git", f"--git-dir={folder}", "rev-parse", "-q", "--verify", "master"], capture_output=True, text=True
    ).stdout.strip()
    git("update-ref", "refs/heads/master", git("commit-tree", tree, *(["-p", parent] if parent else []), "-m", "x"))


@pytest.fixture
def epoch(tmp_path: Path) -> Path:
    folder = tmp_path / "0.git"
    for number in range(1, 4):
        commit(folder, {"m": letter(f"no. {number}")}, 1083398400 + number)
    commit(folder, {"d": letter("no. 2")}, 1083398500)
    commit(folder, {"m": letter("no. 5")}, 1083398600)
    return folder


def test_messages_come_in_the_order_of_the_commits_without_deletions(epoch: Path):
    found = entries(epoch)
    assert subjects(found) == ["no. 1", "no. 2", "no. 3", "no. 5"]
    assert found[0].envelope_date == datetime.fromtimestamp(1083398401, UTC)


def test_an_epoch_resumes_at_a_commit(epoch: Path):
    whole = entries(epoch)
    assert list(only(epoch).reader.entries(whole[1].next_position, 3)) == whole[2:]


def test_a_folder_of_epochs_gives_one_source_each(epoch: Path):
    commit(epoch.parent / "1.git", {"m": letter("next epoch")}, 1083399000)
    assert [source.key for source in sources(epoch.parent)] == ["0.git", "1.git"]


def test_an_inbox_keeps_its_epochs_in_a_folder_of_their_own(epoch: Path):
    (epoch.parent / "inbox" / "git").mkdir(parents=True)
    epoch.rename(epoch.parent / "inbox" / "git" / "0.git")
    assert only(epoch.parent / "inbox").key == "git/0.git"


def test_the_history_of_a_working_copy_is_not_mail(epoch: Path):
    epoch.rename(epoch.parent / ".git")
    (epoch.parent / "box").write_bytes(mbox(letter("mail")))
    assert subjects(entries(epoch.parent)) == ["mail"]


def test_without_git_the_report_says_so(epoch: Path, monkeypatch):
    source = only(epoch)
    monkeypatch.setenv("PATH", "")
    (damaged,) = source.reader.entries()
    assert isinstance(damaged, Damaged) and "git must be installed" in damaged.reason
