"""Yahoo Groups archives in every shape they were saved in."""

import json
import re
import shutil
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard

from archive.importers.readers.from_line import header_end
from archive.importers.readers.types import Damaged, Entry
from archive.importers.readers.yahoo_mail import message_of, unescape, with_true_ids
from tests.archive.importers.sources import FIXTURES, entries, folder, many, only, sources, subjects, zipped
from tests.corpora import corpus

GARDENING = FIXTURES / "yahoo" / "gardening"


def record(number: int, **fields) -> dict:
    raw = f"From: bob@...\r\nSubject: no. {number}\r\n\r\ntext\n"
    return {"msgId": number, "topicId": 1, "userId": 7, "postDate": "1083398400", "rawEmail": raw, **fields}


def gardening() -> list[Entry | Damaged]:
    return entries(GARDENING)


def test_messages_come_by_number_and_what_holds_no_mail_is_said():
    found = gardening()
    assert [getattr(entry, "legacy_number", entry.reason[:14] if isinstance(entry, Damaged) else "") for entry in found] == [
        1, 2, 4, "“email/5_raw.j", "“email/6_raw.j", 7,
    ]  # fmt: skip
    assert isinstance(found[4], Damaged) and found[4].raw == b'{"msgId": 6, "rawEm'


def test_what_yahoo_escaped_is_unescaped_once():
    assert 'They\'re back: 1 < 2, "C:\\garden" & more.\nGrüße\n'.encode() in gardening()[0].raw


def test_entities_of_the_authors_own_html_stay():
    assert b"<p>Beer&nbsp;helps &amp; salt.</p>" in gardening()[1].raw


def test_an_escaped_entity_is_not_unescaped_twice():
    assert unescape("&amp;lt;b&amp;gt;") == "&lt;b&gt;"


def test_the_true_identifiers_take_the_place_of_the_cut_ones():
    raw = gardening()[1].raw
    assert raw.count(b"Message-ID:") == raw.count(b"References:") == 1 and b"@..." not in raw.split(b"References")[1]
    assert b"Message-ID: <m2@mail.example.net>\r\n" in raw
    assert b"References: <m0@mail.example.org> <m1@mail.example.org>\r\n" in raw
    assert b"In-Reply-To: <m1@mail.example.org>\r\n\r\n<p>" in raw


def test_many_true_references_are_folded():
    ids = b" ".join(b"<%d@example.org>" % number for number in range(200))
    raw = with_true_ids(b"Subject: x\n\nbody\n", {"References": ids})
    assert max(map(len, raw.splitlines())) < 998 and raw.endswith(b"\r\n\nbody\n")
    assert b" ".join(raw.split(b"References: ")[1].split(b"\r\n\n")[0].split()) == ids


def test_author_thread_date_and_system_messages_are_known():
    one, two, four = gardening()[:3]
    assert (one.author_key, one.author_name) == ("yahoo:4711", "Alice Gardener")
    assert two.author_key == "yahoo:bob_net"
    assert one.thread_key == "yahoo:1" and one.envelope_date == datetime(2004, 5, 1, 9, tzinfo=UTC)
    assert four.labels == ("system",)


def test_an_author_without_identity_is_known_by_name_and_local_part():
    (entry,) = [entry for entry in gardening() if isinstance(entry, Entry) and entry.legacy_number == 7]
    assert entry.author_key == "yahoo:alice:alice gardener"


def test_a_message_saved_only_as_a_page_is_rebuilt():
    raw = gardening()[2].raw
    assert raw.startswith(
        b"From: Alice Gardener <alice@...>\r\nSubject: Only the page\r\nDate: Sat, 01 May 2004 12:00:00 +0000\r\n"
    )
    assert b"text/html; charset=utf-8" in raw and raw.endswith(b"\r\n\r\n<p>Rebuilt &#252;ber alles</p>\r\n")


def test_a_message_found_only_in_its_topic_is_rebuilt():
    assert b"<p>Only in the topic</p>" in gardening()[5].raw


def test_a_rebuilt_header_cannot_be_broken_out_of():
    raw = message_of({"from": "a@b\r\nBcc: x@y", "subject": "x\n\nbody", "messageBody": "<p>"})
    assert raw is not None and raw.startswith(b"From: a@b Bcc: x@y\r\nSubject: x body\r\nMIME")


def test_detached_attachments_are_found_wherever_they_lie_and_once():
    found = gardening()[1].attachments
    assert [(one.filename, one.content_type, one.size) for one in found] == [
        ("beer & slug.txt", "text/plain", 12), ("slug.png", "image/png", 4),
    ]  # fmt: skip
    with found[0].open() as stream:
        assert stream.read() == b"a small beer"


def test_the_rest_of_the_group_is_listed_not_read():
    source = only(GARDENING)
    assert (source.group, source.format) == ("gardening", "Yahoo Groups archive")
    kinds = {extra.path: extra.kind for extra in source.extras}
    assert kinds["members/allmemberinfo.json"] == "members" and "email/1.json" not in kinds


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz"])
def test_a_tar_of_the_tree_reads_alike(tmp_path: Path, mode):
    with tarfile.open(tmp_path / "g.tar", mode) as tar:
        tar.add(GARDENING, "gardening")
    source = only(tmp_path / "g.tar")
    found = list(source.reader.entries())
    assert source.key == source.group == "gardening"
    assert [entry.raw for entry in found] == [entry.raw for entry in gardening()]
    with found[1].attachments[1].open() as stream:
        assert stream.read() == b"\x89PNG"


def test_a_zip_of_two_groups_gives_two_sources(tmp_path: Path):
    for name in ("gardening", "choir"):
        shutil.copytree(GARDENING, tmp_path / "groups" / name)
    path = shutil.make_archive(str(tmp_path / "groups"), "zip", tmp_path / "groups")
    assert [source.group for source in sources(Path(path))] == ["choir", "gardening"]


def test_yahoogroups_archiver_wraps_each_message(tmp_path: Path):
    wrapped = {
        f"choir/{number}.json": json.dumps({"ygPerms": {}, "comscore": "", "ygData": record(number)}).encode()
        for number in (1, 2, 10)
    }
    folder(tmp_path, wrapped | {"choir/3.json": b'{"ygPerms": {}, "ygData": null}'})
    found = entries(tmp_path)
    assert [entry.number for entry in found] == [1, 2, 3, 4] and isinstance(found[2], Damaged)
    assert subjects([*found[:2], found[3]]) == ["no. 1", "no. 2", "no. 10"]


def test_a_group_is_known_though_its_last_pages_are_broken(tmp_path: Path):
    whole = {f"{number}.json": json.dumps({"ygPerms": {}, "ygData": record(number)}).encode() for number in (1, 2)}
    folder(tmp_path, whole | {"3.json": b'{"ygError": {"httpStatus": 404}}', "4.json": b""})
    found = entries(tmp_path)
    assert [isinstance(entry, Entry) for entry in found] == [True, True, False, False]


def test_json_lines_are_read_line_by_line_and_resume_at_a_byte(tmp_path: Path):
    lines = b"".join(json.dumps(record(number, parsed={"text": "x"})).encode() + b"\n" for number in range(1, 200))
    path = tmp_path / "2004.jsonl.zst"
    path.write_bytes(zstandard.compress(lines[:-1] + b'\n{"broken": \n'))
    source = only(path)
    found = list(source.reader.entries())
    assert len(found) == 200 and isinstance(found[-1], Damaged) and found[-1].raw == b'{"broken": \n'
    assert list(source.reader.entries(found[98].next_position, 100)) == found[99:]
    assert found[5].thread_key == "yahoo:1" and source.format == "Yahoo Groups JSON lines (zst)"


def test_get_my_data_is_a_zip_in_a_zip(tmp_path: Path):
    inner = zipped(tmp_path / "messages.zip", {"gardening.mbox": many(3), "gardening.mbox.1": many(2)})
    path = zipped(tmp_path / "data.zip", {"groups/messages.zip": inner.read_bytes(), "readme.txt": b"Hello"})
    assert [source.key for source in sources(path)] == [
        "groups/messages.zip!/gardening.mbox",
        "groups/messages.zip!/gardening.mbox.1",
    ]
    assert len(entries(path)) == 5


@pytest.mark.parametrize(
    "content", [b"[" * 100_000, b'{"rawEmail": ' + b"9" * 5000 + b"}", b'{"ygData": {"rawEmail": 3}}', b"\xff\xfe{}"]
)
def test_hostile_json_goes_to_quarantine(tmp_path: Path, content):
    folder(tmp_path, {"email/1_raw.json": content})
    (damaged,) = entries(tmp_path)
    assert isinstance(damaged, Damaged) and damaged.raw == content


@pytest.mark.parametrize(
    "fields", [{"postDate": "soon"}, {"postDate": 10**30}, {"headers": {"messageIdInHeader": "!!!"}}, {"headers": []}]
)
def test_odd_values_of_fields_do_no_harm(tmp_path: Path, fields):
    folder(tmp_path, {"email/1_raw.json": json.dumps(record(1, **fields)).encode()})
    assert subjects(entries(tmp_path)) == ["no. 1"]


def test_numbers_beyond_a_message_number_are_not_taken(tmp_path: Path):
    folder(tmp_path, {"email/9_raw.json": json.dumps(record(2**40, topicId="x")).encode()})
    (entry,) = entries(tmp_path)
    assert entry.legacy_number == 9 and entry.thread_key == ""


def test_the_junit_group_is_read_whole():
    found = entries(corpus("yahoo-junit-4k.tar.xz"))
    assert len(found) == 4000 and all(isinstance(entry, Entry) for entry in found)
    assert len({entry.thread_key for entry in found}) == 1059 and len({entry.legacy_number for entry in found}) == 4000
    assert not any(re.search(rb"\nReferences:[^\n]*@\.\.\.", entry.raw[: header_end(entry.raw)]) for entry in found)
