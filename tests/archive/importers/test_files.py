"""One message a file: Maildir, MH, .eml."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

from archive.importers.readers import files
from archive.importers.readers.trees import FolderTree
from archive.importers.readers.types import Damaged, Entry
from tests.archive.importers.sources import entries, folder, letter, letters, only, sources, subject, subjects, zipped


def test_a_maildir_is_read_oldest_first_without_unfinished_deliveries(tmp_path: Path):
    folder(tmp_path, {
        "cur/1083398500.M2.host:2,S": letter("second"), "new/1083398600.M3.host": letter("third"),
        "cur/1083398400.M1.host,S=99:2,FT": letter("first"), "tmp/1083398700.M4.host": letter("unfinished"),
        "dovecot.index": b"\0\1", "subscriptions": b"INBOX\n",
    })  # fmt: skip
    found = letters(tmp_path)
    assert subjects(found) == ["first", "second", "third"]
    assert found[0].envelope_date == datetime.fromtimestamp(1083398400, UTC)
    assert found[0].labels == ("trashed", "flagged") and not found[0].hidden
    assert only(tmp_path).format == "Maildir"


def test_subfolders_of_a_maildir_are_sources_of_their_own(tmp_path: Path):
    folder(tmp_path, {"cur/1083398400.M1.host:2,": letter("in"), ".Lists/new/1083398500.M2.host": letter("list")})
    assert [source.key for source in sources(tmp_path)] == [".", ".Lists"]


def test_messages_that_dovecot_packed_are_unpacked(tmp_path: Path):
    folder(tmp_path, {"cur/1083398400.M1.host,Z:2,S": gzip.compress(letter("packed"))})
    assert subjects(letters(tmp_path)) == ["packed"]


def test_a_maildir_in_a_zip_is_read_there(tmp_path: Path):
    path = zipped(tmp_path / "box.zip", {"Maildir/cur/1083398400.M1.host:2,": letter("in a zip")})
    assert subjects(letters(path)) == ["in a zip"] and only(path).format == "Maildir (zip)"


def test_mh_folders_are_read_by_number(tmp_path: Path):
    folder(tmp_path, {f"inbox/{number}": letter(f"no. {number}") for number in (1, 2, 10)})
    folder(tmp_path, {"inbox/.mh_sequences": b"unseen: 2\n", "lists/7": letter("other folder")})
    assert [source.format for source in sources(tmp_path)] == ["MH", "MH"]
    assert subjects(letters(tmp_path)) == ["no. 1", "no. 2", "no. 10", "other folder"]


def test_a_folder_of_eml_files_is_one_source_in_natural_order(tmp_path: Path):
    folder(
        tmp_path, {f"{number}.eml": letter(f"no. {number}") for number in (10, 2, 1)} | {"photo.jpg": b"\xff\xd8\xff"}
    )
    source = only(tmp_path)
    assert subjects(source.reader.entries()) == ["no. 1", "no. 2", "no. 10"]
    assert [extra.path for extra in source.extras] == ["photo.jpg"]


def test_a_single_message_is_read_whatever_its_name(tmp_path: Path):
    (tmp_path / "whatever.bin").write_bytes(letter("alone"))
    assert subjects(letters(tmp_path / "whatever.bin")) == ["alone"]


def test_an_eml_keeps_its_bytes_but_not_a_from_line(tmp_path: Path):
    raw = letter("x").replace(b"\n", b"\r\n")
    folder(
        tmp_path, {"a.eml": raw, "b.eml": b"From a@b Thu Jan  1 00:00:01 2004\n" + raw, "c.eml": b"\xef\xbb\xbf" + raw}
    )
    assert [entry.raw for entry in letters(tmp_path)] == [raw, raw, raw]


def test_apple_mails_emlx_is_freed_of_its_property_list(tmp_path: Path):
    raw = letter("apple")
    (tmp_path / "1.emlx").write_bytes(b"%d      \n" % len(raw) + raw + b"<?xml version='1.0'?><plist></plist>\n")
    assert [entry.raw for entry in letters(tmp_path)] == [raw]


def test_attachments_that_apple_mail_took_out_of_a_letter_come_back_to_it(tmp_path: Path):
    raw = letter("apple")
    folder(tmp_path, {
        "Seeds.mbox/Messages/17.partial.emlx": b"%d\n" % len(raw) + raw, "Seeds.mbox/Attachments/17/2/plan.pdf": b"%PDF",
        "Seeds.mbox/Attachments/17/3/old.eml": letter("attached"), "Seeds.mbox/Attachments/18/2/lost.pdf": b"%PDF",
    })  # fmt: skip
    (entry,) = letters(tmp_path)
    plan, old = entry.attachments
    assert entry.raw == raw and old.filename == "old.eml"
    assert (plan.filename, plan.content_type, plan.open().read()) == ("plan.pdf", "application/pdf", b"%PDF")


def test_an_empty_eml_goes_to_quarantine(tmp_path: Path):
    folder(tmp_path, {"1.eml": b"\n\n", "2.eml": letter("good")})
    tree = FolderTree(tmp_path)
    empty, good = files.FileReader(tree, tree.members).entries()
    assert isinstance(empty, Damaged) and "is empty" in empty.reason and isinstance(good, Entry)


def test_files_resume_at_their_ordinal(tmp_path: Path):
    folder(tmp_path, {f"{number}.eml": letter(str(number)) for number in range(9)})
    whole = entries(tmp_path)
    assert list(only(tmp_path).reader.entries(whole[4].next_position)) == whole[5:]


def test_a_file_too_large_for_a_message_comes_in_pieces(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(files, "LARGEST_MESSAGE", 1000)
    huge = letter("huge", "x" * 2500)
    folder(tmp_path, {"1.eml": huge, "2.eml": letter("next")})
    *pieces, last = entries(tmp_path)
    assert b"".join(piece.raw for piece in pieces) == huge and len(pieces) == 3
    assert [piece.next_position for piece in pieces] == [0, 0, 1] and isinstance(last, Entry)


def test_a_vanished_file_is_said(tmp_path: Path):
    folder(tmp_path, {"1.eml": letter("gone"), "2.eml": letter("there")})
    source = only(tmp_path)
    (tmp_path / "1.eml").unlink()
    gone, there = source.reader.entries()
    assert isinstance(gone, Damaged) and "could not be opened" in gone.reason and isinstance(there, Entry)


def test_letters_that_mh_renamed_when_they_were_deleted_are_marked(tmp_path: Path):
    folder(tmp_path, {"1": letter("one"), ",2": letter("two"), ".mh_sequences": b"cur: 1\n"})
    source = only(tmp_path)
    assert source.reader.name == "MH"
    assert {subject(entry.raw): entry.labels for entry in source.reader.entries()} == {"one": (), "two": ("trashed",)}


def test_a_file_called_eml_that_is_no_message_goes_to_quarantine(tmp_path: Path):
    folder(
        tmp_path, {"a.eml": letter("one"), "b.eml": b"\x00\x01\x02 junk", "c.eml": b"odd first line\nSubject: x\n\ny"}
    )
    found = entries(tmp_path)
    assert [isinstance(entry, Damaged) for entry in found] == [False, True, False]
    assert "does not look like a message" in found[1].reason
