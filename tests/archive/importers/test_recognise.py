"""What a file or folder is, told from its content."""

import gzip
import io
import json
import lzma
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from archive.importers.readers.hints import read_labels
from archive.importers.readers.types import Damaged
from archive.importers.recognise import UnknownFormat, open_all, open_source
from tests.archive.importers.sources import (
    MBOX,
    entries,
    folder,
    letter,
    letters,
    many,
    mbox,
    only,
    sources,
    subjects,
    zipped,
)

GROUPS = (MBOX / "google-groups.mbox").read_bytes()


def test_a_takeout_zip_gives_one_source_a_group_in_any_language(tmp_path: Path):
    root = "Takeout/Grupos/googlegroups.com/grupos propios"
    path = zipped(tmp_path / "takeout.zip", {
        f"{root}/gardeners@googlegroups.com/temas.mbox": GROUPS, f"{root}/gardeners@googlegroups.com/miembros.csv": b"Email\n",
        f"{root}/gardeners@googlegroups.com/información.csv": b"x\n", f"{root}/choir@googlegroups.com/temas.mbox": many(3),
    })  # fmt: skip
    choir, gardeners = sources(path)
    assert (choir.group, gardeners.group) == ("choir@googlegroups.com", "gardeners@googlegroups.com")
    assert [extra.kind for extra in gardeners.extras] == ["info", "members"] and not choir.extras
    assert gardeners.format == "Google Takeout: mbox (mboxo, zip)"


def test_google_groups_tell_thread_and_state_of_a_topic():
    one, two = (entry for entry in entries(MBOX / "google-groups.mbox"))
    assert one.thread_key == two.thread_key == "gm:28616527183872"
    assert one.labels == ("locked", "pinned") and one.envelope_date.year == 2015


@pytest.mark.parametrize(
    ("value", "labels"),
    [
        (b"Inbox,Unlocked", ("Inbox", "Unlocked")), (b"Blocked", ("Blocked",)), (b"Topic pinned", ("pinned",)),
        (b"=?UTF-8?B?0KLQtdC80LAg0LfQsNC60YDQtdC/0LvQtdC90LA=?=", ("pinned",)), (b"=?nonsense?Q?x?=,,", ("=?nonsense?Q?x?=",)),
    ],
)  # fmt: skip
def test_labels_are_decoded_and_states_told_apart_from_names(value, labels):
    assert read_labels(value) == labels


def test_a_takeout_tgz_and_an_unpacked_takeout_read_alike(tmp_path: Path):
    folder(tmp_path / "t", {"Takeout/Groups/googlegroups.com/g/a@googlegroups.com/topics.mbox": GROUPS})
    with tarfile.open(tmp_path / "takeout.tgz", "w:gz") as tar:
        tar.add(tmp_path / "t" / "Takeout", "Takeout")
    assert entries(tmp_path / "takeout.tgz") == entries(tmp_path / "t")
    assert only(tmp_path / "takeout.tgz").key == only(tmp_path / "t").key


def test_a_groups_io_export_keeps_its_numbers(tmp_path: Path):
    path = zipped(
        tmp_path / "g.zip",
        {"messages.mbox": mbox(letter("x", X_Groupsio_MsgNum="4242")), "memberlist.csv": b"Email,\n"},
    )
    source = only(path)
    (entry,) = source.reader.entries()
    assert entry.legacy_number == 4242 and source.family == "groups.io"
    assert [(extra.path, extra.kind) for extra in source.extras] == [("memberlist.csv", "members")]


def test_the_name_of_a_file_does_not_matter(tmp_path: Path):
    for name, content in (
        ("mail.jpg", many(2)),
        ("box.zip", gzip.compress(many(2))),
        ("x.mbox", lzma.compress(many(2))),
    ):
        (tmp_path / name).write_bytes(content)
        assert len(letters(tmp_path / name)) == 2


def test_mailboxes_in_a_folder_come_in_natural_order(tmp_path: Path):
    folder(
        tmp_path,
        {f"box{number}": many(number) for number in (2, 10, 1)} | {"notes.txt": b"not mail", ".DS_Store": b"\0"},
    )
    found = sources(tmp_path)
    assert [source.key for source in found] == ["box1", "box2", "box10"]
    assert [extra.path for extra in found[0].extras] == ["notes.txt"]


def test_an_eml_that_carries_a_mailbox_in_its_text_is_one_message(tmp_path: Path):
    folder(tmp_path, {"x.eml": letter("outer", "see below\n\n" + many(2).decode())})
    assert subjects(letters(tmp_path)) == ["outer"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"), (b"!BDN\0\0", "Outlook data file"), (b"%PDF-1.4", "PDF"), (b"<!doctype html>", "web page"),
        (b"Dear all,\nhello.\n", "text that is not mail"), (b"From here to eternity\nhe walked\n", "text that is not mail"),
        (b"7z\xbc\xaf\x27\x1c", "7-Zip"), (gzip.compress(b"Dear all", mtime=0), "packed with gz"),
    ],
)  # fmt: skip
def test_what_is_no_mail_is_called_by_its_name(tmp_path: Path, content, said):
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(UnknownFormat, match=said) as error:
        open_source(tmp_path / "file")
    assert "What can be read: mbox" in str(error.value)


def test_a_folder_without_mail_is_called_so(tmp_path: Path):
    folder(tmp_path / "docs", {"a.txt": b"text", "b.html": b"<html>"})
    with pytest.raises(UnknownFormat, match="folder “docs” holds no mail"):
        open_source(tmp_path / "docs")


def test_a_path_that_is_not_there_is_an_os_error(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        open_source(tmp_path / "nowhere")


def test_links_inside_a_folder_are_not_followed(tmp_path: Path):
    folder(tmp_path, {"secret/box": many(5), "folder/box": many(1)})
    (tmp_path / "folder" / "link").symlink_to(tmp_path / "secret" / "box")
    assert len(entries(tmp_path / "folder")) == 1


def test_names_that_climb_out_of_an_archive_are_only_names(tmp_path: Path):
    data = many(1)
    with tarfile.open(tmp_path / "x.tar", "w") as tar:
        info = tarfile.TarInfo("../../etc/box")
        info.size = len(data)
        tar.addfile(info, io.BytesIO(data))
    assert only(tmp_path / "x.tar").key == "etc/box"
    assert only(zipped(tmp_path / "x.zip", {"/../..\\box": data})).key == "box"


def test_archives_inside_archives_are_opened_two_deep_and_no_deeper(tmp_path: Path):
    content = many(1)
    for depth in range(4):
        content = zipped(tmp_path / f"{depth}.zip", {"inner.zip" if depth else "box": content}).read_bytes()
    assert len(letters(tmp_path / "2.zip")) == 1
    with pytest.raises(UnknownFormat, match="too deep"):
        open_source(tmp_path / "3.zip")


def test_two_members_of_one_name_are_both_read(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("box", many(1))
        archive.writestr("box", many(2))
    assert [source.key for source in sources(tmp_path / "x.zip")] == ["box", "box#2"] and len(
        entries(tmp_path / "x.zip")
    ) == 3


def test_a_zip_that_broke_off_is_read_from_the_front(tmp_path: Path):
    noisy = mbox(*(letter(str(number), os.urandom(100).hex()) for number in range(100)))
    path = zipped(tmp_path / "x.zip", {"a.mbox": many(3), "b.mbox": noisy})
    path.write_bytes(path.read_bytes()[:-2000])
    found = entries(path)
    damaged = [entry.reason for entry in found if isinstance(entry, Damaged)]
    assert len(damaged) == 2 and "breaks off" in damaged[0] and damaged[1].startswith("The zip file breaks off")
    assert len(found) > 80 and subjects(found[:4]) == ["number 1", "number 2", "number 3", "0"]


def test_a_wrong_checksum_in_a_zip_costs_no_message(tmp_path: Path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("box", many(50))
    path.write_bytes(path.read_bytes().replace(b"number 7\n", b"number 8\n"))
    *good, last = entries(path)
    assert len(good) == 49 and isinstance(last, Damaged) and "checksum" in last.reason


def test_a_zip_with_a_password_is_called_so(tmp_path: Path):
    path = zipped(tmp_path / "x.zip", {"box": many(1)})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(UnknownFormat, match="password"):
        open_source(path)


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_a_tar_that_broke_off_gives_what_is_there_and_says_so(tmp_path: Path, mode):
    noise = os.urandom(200_000).hex()
    folder(tmp_path / "f", {"1.eml": letter("one"), "2.eml": letter("two", noise), "3.eml": letter("three")})
    with tarfile.open(tmp_path / "x.tar", mode) as tar:
        for name in ("1.eml", "2.eml", "3.eml"):
            tar.add(tmp_path / "f" / name, name)
    whole = (tmp_path / "x.tar").read_bytes()
    (tmp_path / "x.tar").write_bytes(whole[: len(whole) // 2])
    found = entries(tmp_path / "x.tar")
    assert subjects(found)[:2] == ["one", "two"] and isinstance(found[-1], Damaged) and "breaks off" in found[-1].reason


def test_every_source_resumes_at_every_entry(tmp_path: Path):
    folder(tmp_path, {"a.mbox": many(5), "b/1.eml": letter("x"), "b/2.eml": letter("y"), "c.jsonl": b"".join(
        json.dumps({"msgId": number, "rawEmail": "Subject: x\r\n\r\n"}).encode() + b"\n" for number in range(1, 4)
    )})  # fmt: skip
    for source in sources(tmp_path):
        whole = list(source.reader.entries())
        for entry in whole:
            assert list(source.reader.entries(entry.next_position, entry.number + 1)) == whole[entry.number :]


def test_months_without_a_letter_do_no_harm_beside_others(tmp_path: Path):
    empty = {"may": b"", "june.gz": gzip.compress(b""), "july": b"\n\n"}
    paths = [tmp_path / name for name in (*empty, "august")]
    folder(tmp_path, {**empty, "august": mbox(letter("heat"))})
    assert [source.name for source in open_all(paths)] == ["august"]
    with pytest.raises(UnknownFormat, match="is empty"):
        open_all(paths[:3])


def test_what_mlmmj_says_to_people_is_no_letter(tmp_path: Path):
    files = {
        "archive/1": letter("one"),
        "control/listaddress": b"seeds@example.org\n",
        "text/sub-ok": letter("Welcome"),
    }
    folder(tmp_path, {f"seeds/{name}": content for name, content in files.items()})
    assert subjects(letters(tmp_path)) == ["one"]
