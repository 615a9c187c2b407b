import os

import pytest
from django.db import OperationalError

from mail.inbound import maildir, spool
from mail.inbound.maildir import drain, keep, waiting
from mail.inbound.receiving import Receiver, Taken
from mail.inbound.spool import Letter
from mail.models import Door, Inbound, Spooled
from mail.tasks import drain_spool
from tests.mail.doors import LETTER

pytestmark = pytest.mark.django_db

GARDENERS = "gardeners@posthouse.localhost"
CLIENT = {"client": "192.0.2.1", "helo": "relay.example", "smtputf8": True}


def letter(raw=LETTER, **more):
    return Letter(raw, "bob@example.org", [GARDENERS, "abuse@posthouse.localhost"], Door.LMTP, **CLIENT, **more)


@pytest.fixture
def database_away(monkeypatch):
    """Until it is undone nothing can be committed."""

    def is_away(letters):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("mail.inbound.receiving.accept_all", is_away)
    monkeypatch.setattr("mail.inbound.maildir.accept_all", is_away)
    return monkeypatch


def test_while_the_database_is_away_letters_go_to_the_disk_and_come_back_whole(group, database_away):
    kept = letter()
    assert Receiver().take([kept]) == [Taken.KEPT]
    database_away.undo()
    drain_spool()
    spooled = Spooled.objects.get()
    assert (spooled.raw_bytes, spooled.envelope_from, spooled.received_at) == (
        LETTER, "bob@example.org", kept.received_at,
    )  # fmt: skip
    assert (spooled.client, spooled.helo, spooled.smtputf8) == tuple(CLIENT.values())
    assert list(Inbound.objects.order_by("pk").values_list("group__slug", flat=True)) == ["gardeners", None]
    assert waiting() == []


def test_nothing_is_drained_while_it_is_still_away(database_away):
    for _ in range(3):
        keep(letter())
    assert drain().left == 3


def test_a_database_that_was_away_is_left_in_peace_for_a_moment(database_away):
    receiver = Receiver()
    receiver.take([letter()])
    database_away.undo()
    assert receiver.take([letter()]) == [Taken.KEPT]
    receiver.outage.until = 0
    assert receiver.take([letter()]) == [Taken.COMMITTED]


def test_killed_between_commit_and_removal_it_still_comes_once(group, monkeypatch):
    keep(letter())

    def killed(path, missing_ok=False):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), monkeypatch.context() as context:
        context.setattr("pathlib.Path.unlink", killed)
        drain()
    assert len(waiting()) == Spooled.objects.count() == 1
    drain()
    assert (len(waiting()), Spooled.objects.count()) == (0, 1)


def test_one_letter_our_code_fails_on_does_not_keep_the_others(group, monkeypatch):
    accept_all = spool.accept_all
    for number in range(3):
        keep(letter(b"letter %d" % number))

    def fails_on_the_second(letters):
        if letters[0].raw.endswith(b"1"):
            raise RuntimeError("a bug")
        return accept_all(letters)

    monkeypatch.setattr(maildir, "accept_all", fails_on_the_second)
    done = drain()
    assert (done.brought, done.left) == (2, 1)


def test_a_letter_our_code_fails_on_is_kept_on_the_disk_and_its_neighbours_are_committed(group, monkeypatch):
    accept_all = spool.accept_all

    def fails_on_one(letters):
        if any(one.raw == b"odd" for one in letters):
            raise RuntimeError("a bug")
        return accept_all(letters)

    monkeypatch.setattr("mail.inbound.receiving.accept_all", fails_on_one)
    taken = Receiver().take([letter(b"one"), letter(b"odd"), letter(b"two")])
    assert taken == [Taken.COMMITTED, Taken.KEPT, Taken.COMMITTED]


def test_neither_database_nor_disk_is_said(database_away, settings, tmp_path):
    (tmp_path / "file").touch()
    settings.MAIL_SPOOL = tmp_path / "file" / "spool"
    assert Receiver().take([letter()]) == [Taken.REFUSED]


def test_a_letter_that_could_not_be_written_to_its_end_is_not_there(monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        keep(letter())
    assert waiting() == []


def test_a_letter_whose_envelope_was_damaged_waits_for_a_person(spool_folder):
    keep(letter())
    (path,) = waiting()
    path.with_suffix(".json").write_text("{")
    drain()
    assert waiting() == []
    assert (spool_folder / "bad" / path.name).read_bytes() == LETTER


def test_what_a_killed_writer_left_behind_is_swept_up(group, spool_folder):
    keep(letter())
    old, new = spool_folder / "new/1.json", spool_folder / "new/2.json"
    for path in (old, new, spool_folder / "tmp/3.eml"):
        path.touch()
    for path in (old, spool_folder / "tmp/3.eml"):
        os.utime(path, (0, 0))
    drain()
    assert [path.name for path in spool_folder.rglob("*.*")] == ["2.json"]


def test_letters_come_in_the_order_in_which_they_were_taken(group):
    for number in range(5):
        keep(letter(b"letter %d" % number))
    drain()
    found = [row.raw_bytes for row in Spooled.objects.order_by("pk")]
    assert found == [b"letter %d" % number for number in range(5)]


def test_files_are_for_our_eyes_only(spool_folder):
    keep(letter())
    assert (spool_folder / "new").stat().st_mode & 0o077 == 0
