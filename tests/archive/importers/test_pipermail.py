"""Pipermail's monthly text files: disguised addresses, and months in their order."""

import gzip
import tarfile
from pathlib import Path

import pytest

from archive.importers.readers.pipermail import munging_of, period_of
from tests.archive.importers.sources import MBOX, entries, fixture, folder, letter, mbox, read, sources, subjects

MAY = (MBOX / "2004-May.txt").read_bytes()


def test_addresses_are_mended_in_the_header_and_nowhere_else():
    one, two = fixture("2004-May.txt").entries()
    assert one.raw.startswith(b"From: alice@example.org (Alice Gardener)\n")
    assert b"\nMeet me at example.org at ten.\n\nFrom then on, they came.\n" in one.raw
    assert b"\nIn-Reply-To: <one@example.org>\n" in two.raw
    assert fixture("2004-May.txt").name == "Pipermail text"


def test_another_language_has_another_word_for_at():
    one, _ = fixture("2004-June-french.txt").entries()
    assert one.raw.startswith(b"From: alice@example.org (Alice Gardener)\n")


def test_a_common_mailbox_is_not_mistaken_for_pipermail():
    data = mbox(letter("x").replace(b"alice@example.org", b"alice at example.org (Alice)"))
    assert munging_of(data) == b"" and b"From: alice at example.org (Alice)" in read(data)[0].raw


def test_the_date_of_the_from_line_is_read_behind_two_spaces():
    assert [entry.envelope_date.day for entry in fixture("2004-May.txt").entries()] == [1, 2]


def months(text: bytes = MAY) -> dict[str, bytes]:
    def month(name: str) -> bytes:
        return text.replace(b"Subject: ", b"Subject: " + name.encode() + b" ", 1)

    return {
        "2004-May.txt.gz": gzip.compress(month("May")), "2003-December.txt": month("December"), "2004-April.txt": month("April"),
        "2004-April.txt.gz": gzip.compress(month("April twice")), "index.html": b"<html>", "thread.html": b"<html>",
    }  # fmt: skip


def first_words(path: Path) -> list[str]:
    return [word.split()[0] for word in subjects(entries(path))][::2]


def test_a_folder_of_months_is_read_in_the_order_of_time_each_month_once(tmp_path: Path):
    folder(tmp_path, months())
    assert first_words(tmp_path) == ["December", "April", "May"]
    assert [source.key for source in sources(tmp_path)] == ["2003-December.txt", "2004-April.txt", "2004-May.txt.gz"]


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz"])
def test_a_tar_of_months_is_read_alike(tmp_path: Path, mode):
    folder(tmp_path / "pipermail", months())
    with tarfile.open(tmp_path / "months.tar", mode) as tar:
        tar.add(tmp_path / "pipermail", "pipermail")
    assert first_words(tmp_path / "months.tar") == ["December", "April", "May"]


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("2004-May.txt.gz", (2004, 5, 1)), ("2004q3.txt", (2004, 7, 1)), ("Week-of-Mon-20040503.txt", (2004, 5, 3)),
        ("20040503.txt", (2004, 5, 3)), ("2004.txt.gz", (2004, 1, 1)), ("2004-05.mbox", (2004, 5, 1)),
        ("list.mbox", None), ("12345678901.txt", None), ("99999999.txt", None),
    ],
)  # fmt: skip
def test_the_period_of_a_file_is_told_by_its_name(name, period):
    assert period_of(name) == period


def test_a_mailman_server_has_each_letter_twice_and_the_mbox_is_read(tmp_path: Path):
    folder(tmp_path, {"choir.mbox/choir.mbox": mbox(letter("whole")), "gardeners.mbox/gardeners.mbox": b""})
    folder(tmp_path, {f"{name}/2004-May.txt": MAY for name in ("choir", "gardeners")})
    assert [source.key for source in sources(tmp_path)] == ["choir.mbox/choir.mbox", "gardeners/2004-May.txt"]


def test_a_letter_or_a_patch_that_was_attached_is_no_letter_of_the_list(tmp_path: Path):
    attached = {
        f"attachments/20040501/a/attachment{end}": mbox(letter("no")) for end in (".mbox", ".eml", "", ".patch")
    }
    folder(tmp_path, {"2004-May.txt": MAY, "patches/0001-plums.patch": mbox(letter("no")), **attached})
    folder(tmp_path / "groups.io", {"messages.mbox": mbox(letter("yes")), "files/plan.eml": letter("no")})
    assert [source.key for source in sources(tmp_path)] == ["2004-May.txt", "groups.io/messages.mbox"]
