import gzip
import mailbox
from datetime import UTC, datetime
from random import randbytes
from threading import BoundedSemaphore

import pytest
from allauth.account.models import EmailAddress

from archive.views import exports
from archive.views.exports import pack
from tests.builders import make_group, make_message, make_thread, make_transfer
from tests.readers import break_off

pytestmark = pytest.mark.django_db


def unpack(response):
    assert response["Content-Type"] == "application/gzip"
    return gzip.decompress(b"".join(response))


def test_members_get_every_letter_byte_for_byte(signed_in, bob, group, tmp_path):
    raws = [make_message(group, subject=f"no. {number}").content.raw_bytes for number in range(3)]
    (tmp_path / "all.mbox").write_bytes(unpack(signed_in(bob).get("/g/gardeners/export/mbox")))
    letters = [letter.as_bytes() for letter in mailbox.mbox(tmp_path / "all.mbox")]
    assert len(letters) == 3
    assert all(raw.partition(b"\n")[2].rstrip() in letter for raw, letter in zip(raws, letters, strict=True))


def test_strangers_get_addresses_shortened_and_threads_whole(client, group):
    make_thread(group, 2, body="ask jun@river.example\n", sender="Marta <marta@riverside.example>")
    mbox = unpack(client.get("/g/gardeners/export/mbox"))
    assert b"jun@river" not in mbox and b"marta@riverside" not in mbox
    assert b"ask jun@..." in mbox and b"<letter-1@gardeners.example>" in mbox


def test_a_span_of_days_can_be_taken(signed_in, bob, group):
    for day in (1, 2, 3):
        make_message(group, subject=f"day {day}", sent_at=datetime(2026, 3, day, tzinfo=UTC))
    mbox = unpack(signed_in(bob).get("/g/gardeners/export/mbox?since=2026-03-02&until=2026-03-03"))
    assert b"day 2" in mbox and b"day 1" not in mbox and b"day 3" not in mbox


def test_a_month_and_a_thread_can_be_taken(signed_in, bob, group):
    first = make_message(group, subject="in March")
    make_message(group, parent=first, subject="answer in April", sent_at=datetime(2026, 4, 1, tzinfo=UTC))
    make_message(group, subject="alone")
    browser = signed_in(bob)
    month = unpack(browser.get("/g/gardeners/months/2026/03/mbox"))
    thread = unpack(browser.get("/g/gardeners/topic/1/mbox"))
    assert b"in March" in month and b"in April" not in month and b"alone" in month
    assert b"in March" in thread and b"in April" in thread and b"alone" not in thread
    assert (
        browser.get("/g/gardeners/topic/3/mbox")["Content-Disposition"]
        == 'attachment; filename="gardeners-topic-3.mbox.gz"'
    )
    assert browser.get("/g/gardeners/topic/2/mbox").status_code == 404


def test_hidden_and_staged_letters_stay_in(signed_in, alice, group):
    make_message(group, subject="seen")
    make_message(group, subject="hidden one", hidden=True)
    make_message(group, subject="staged one", transfer=make_transfer(group, staged=True))
    mbox = unpack(signed_in(alice).get("/g/gardeners/export/mbox"))
    assert b"seen" in mbox and b"hidden one" not in mbox and b"staged one" not in mbox


def test_it_is_not_packed_twice(signed_in, bob, group):
    make_message(group, body="much the same " * 500)
    response = signed_in(bob).get("/g/gardeners/export/mbox", headers={"Accept-Encoding": "gzip"})
    assert b"much the same" in unpack(response)


def test_an_empty_archive_gives_an_empty_file(signed_in, bob, group, client, db):
    make_group("fresh")
    assert unpack(client.get("/g/fresh/export/mbox")) == b""
    assert "No letters yet" in client.get("/g/fresh/export/").content.decode()


def test_the_same_letters_make_the_same_file():
    assert b"".join(pack([b"a", b"b"])) == b"".join(pack([b"ab"]))


def test_the_page_says_what_strangers_and_members_get(client, signed_in, bob, group):
    make_message(group)
    assert "name@..." in client.get("/g/gardeners/export/").content.decode()
    assert "byte for byte as it was received" in signed_in(bob).get("/g/gardeners/export/").content.decode()


def test_downloads_leave_room_for_people_who_read(client, group, monkeypatch):
    monkeypatch.setattr(exports, "_places", BoundedSemaphore(1))
    make_message(group)
    under_way = client.get(f"/g/{group.slug}/export/mbox")
    refused = client.get(f"/g/{group.slug}/export/mbox")
    assert (refused.status_code, refused["Retry-After"]) == (503, "60")
    assert client.get(f"/g/{group.slug}/topics/").status_code == 200
    assert unpack(under_way)
    assert client.get(f"/g/{group.slug}/export/mbox").status_code == 200


def test_a_download_that_was_broken_off_gives_its_place_back(client, group, monkeypatch):
    monkeypatch.setattr(exports, "_places", BoundedSemaphore(1))
    make_message(group)
    break_off(client.get(f"/g/{group.slug}/export/mbox"))
    assert client.get(f"/g/{group.slug}/export/mbox").status_code == 200


def test_a_download_that_was_broken_off_leaves_nothing_open():
    closed = []

    def endless():
        try:
            while True:
                yield randbytes(exports.PIECE)
        finally:
            closed.append(True)

    download = exports.stream(endless(), "gardeners")
    assert next(iter(download)) and not closed
    break_off(download)
    assert closed


def test_people_take_away_what_they_wrote_where_they_belong(group, members_group, bob, signed_in, client):
    EmailAddress.objects.create(user=bob, email="Bob@work.example", verified=True)
    EmailAddress.objects.create(user=bob, email="alice@example.org", verified=False)
    make_message(group, subject="By Bob", sender="Bob <bob@work.example>")
    make_message(members_group, subject="Also by Bob", sender="Bob <bob@work.example>")
    make_message(group, subject="Hidden", sender="Bob <bob@work.example>", hidden=True)
    make_message(
        group, subject="Under way", sender="Bob <bob@work.example>", transfer=make_transfer(group, staged=True)
    )
    make_message(group, subject="By Alice", sender="Alice <alice@example.org>")
    make_message(make_group("elsewhere"), subject="Left", sender="Bob <bob@work.example>")
    taken = gzip.decompress(b"".join(signed_in(bob).get("/account/letters/mbox"))).decode()
    assert [line for line in taken.splitlines() if line.startswith("Subject:")] == [
        "Subject: By Bob",
        "Subject: Also by Bob",
    ]
    assert client.get("/account/letters/mbox").status_code == 302
