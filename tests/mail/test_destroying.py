"""One letter, destroyed: every door before and after. It came by mail, waited, was sent on, bounced, stands in a digest that
waits, was imported once, could not be read once; it is in the index, in a process's kept pages, in a feed reader's hands."""

import gzip

import pytest
import zstandard
from django.db import connection
from django.test import Client
from django.utils import timezone

from archive.actions.destroying import destroy_letters
from archive.actions.quarantine import release
from archive.actions.revising import edit, redact
from archive.actions.storing import store_letters
from archive.actions.transfers import TransferState, ask_for_undo, undo
from archive.exporters.letters import write_mbox
from archive.models import Departure, Message, Quarantined, Thread
from archive.prepare import Hints, prepare
from archive.search import indexer
from common.pages_kept import PagesKept
from groups.models import Membership
from mail.digests import due
from mail.inbound import pipeline
from mail.models import Delivery, DeliveryState, DigestMark, InboundState, Outgoing, Spooled
from tests.builders import make_transfer
from tests.mail.letters import arrived, raw

pytestmark = pytest.mark.django_db
WORD = "zebrafish"
ASKED = WORD.upper()  # what a page repeats of a question is no leak
LETTER = """From: Bob <bob@example.org>
To: gardeners@posthouse.localhost
Subject: About a {word}
Date: Mon, 02 Mar 2026 09:00:00 +0000
Message-ID: {message_id}
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="x"

--x
Content-Type: text/plain

The {word} is ill.
--x
Content-Type: text/plain; name="{word}.txt"
Content-Disposition: attachment; filename="{word}.txt"

{word} {word}
--x--
"""


def secret(message_id: str = "<secret@example.org>") -> bytes:
    return LETTER.format(word=WORD, message_id=message_id).replace("\n", "\r\n").encode()


@pytest.fixture
def letter(group, bob, charlie) -> Message:
    Membership.objects.create(group=group, user=charlie, delivery="digest")
    due.begin_marks(timezone.now())
    assert pipeline.process(arrived(group, secret()).pk) == InboundState.ARCHIVED
    found = Message.objects.get()
    reply = raw(
        sender="alice@example.org",
        subject="Re: it",
        message_id="<reply@example.org>",
        references="<secret@example.org>",
    )
    assert pipeline.process(arrived(group, reply).pk) == InboundState.ARCHIVED
    DigestMark.objects.update(next_at=timezone.now())
    assert due.send_due() == 1
    indexer.index_pending()
    return found


def doors(letter: Message) -> list[str]:
    slug, number = letter.group.slug, letter.number
    inside = (
        f" topics/ topic/{number}/ topic/{number}/?view=tree topic/{number}/mbox topic/{number}/atom message/{number}/"
        f" message/{number}/raw message/{number}/?plain=1 message/{number}/attachment/2/file m/secret@example.org/"
        f" m/secret@example.org/raw months/ authors/ attachments/ feed/ search/?q={ASKED} search/?q=subject:{ASKED}"
        f" search/?q=filename:{ASKED} search/feed/?q={ASKED} search/mbox?q={ASKED} export/mbox message/{number}/delivery/"
        f" message/{number}/reply/ log/"
    )
    here = [f"/g/{slug}/{path}" for path in inside.split(" ")]
    return [*here, "/", f"/search/?q={ASKED}", f"/search/feed/?q={ASKED}", "/r/secret@example.org/"]


def said(browser: Client, url: str) -> str:
    response = browser.get(url, follow=True)
    body = b"".join(response) if response.streaming else response.content
    body = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
    return body.decode("utf-8", "replace")


def tellers(browser: Client, letter: Message) -> set[str]:
    return {url for url in doors(letter) if WORD in said(browser, url)}


def everything_stored() -> dict[str, str]:
    """Every table that holds the word, packed or not."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for value in row:
                    text = _unpacked(value)
                    if WORD in text or "secret@example.org" in text:
                        found[table] = text[:200]
    return found


def _unpacked(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        content = bytes(value)
        if content.startswith(b"\x28\xb5\x2f\xfd"):
            content = zstandard.ZstdDecompressor().decompress(content, max_output_size=2**24)
        return content.decode("utf-8", "replace").replace("=\r\n", "")
    return str(value)


def test_no_door_says_a_word_of_it_afterwards(group, alice, bob, letter, signed_in, monkeypatch):
    kept = PagesKept(10**7)  # of a web process that hears of nothing but the version in the database
    monkeypatch.setattr("common.caching.kept", kept)
    stranger, member = Client(), signed_in(bob)
    before = tellers(stranger, letter)
    assert len(before) >= 18 and len(tellers(member, letter)) >= 18
    number, answer = letter.number, Message.objects.get(message_id="reply@example.org")
    url = f"/g/gardeners/message/{number}/"
    seen = stranger.get(url)
    assert len(kept._pages) > 3 and seen["Cache-Control"] == "public, max-age=1"  # nor do caches on the way keep it
    destroy_letters(group, [letter.pk], by=alice, reason="A mistake.")
    indexer.index_pending()
    assert tellers(stranger, letter) == set() and tellers(member, letter) == set()
    page = stranger.get(url, HTTP_IF_NONE_MATCH=seen["ETag"])
    assert page.status_code == 410 and "Destroyed by a moderator on" in page.content.decode()
    assert stranger.get("/g/gardeners/m/secret@example.org/").status_code == 410
    assert stranger.get(f"/g/gardeners/message/{number}/raw").status_code == 410
    assert stranger.get(f"/g/gardeners/topic/{number}/")["Location"] == f"/g/gardeners/topic/{answer.number}/"
    answer.refresh_from_db()
    assert answer.parent_id is None and answer.thread.message_count == 1 and Thread.objects.count() == 1


def test_no_row_holds_a_word_of_it_afterwards(group, alice, letter):
    assert {"archive_message", "archive_content", "mail_spooled", "mail_outgoing"} <= set(everything_stored())
    destroy_letters(group, [letter.pk], by=alice)
    left = everything_stored()
    left.pop("archive_searchword", None)  # counted anew by the indexer
    assert set(left) <= {"archive_message", "archive_content", "mail_spooled", "mail_outgoing"}, left
    reply_names_it = [text for text in left.values() if WORD in text]
    assert reply_names_it == []
    left_departure = Departure.objects.get()
    assert (left_departure.number, left_departure.moved_to_id, left_departure.by) == (1, None, alice)


def test_what_waits_to_be_sent_is_not_sent_and_the_digest_is_made_anew(group, alice, charlie, letter):
    destroy_letters(group, [letter.pk], by=alice)
    copies = Delivery.objects.filter(outgoing__kind="post", outgoing__letter=None)
    assert set(copies.values_list("state", flat=True)) == {DeliveryState.FAILED}
    assert not Delivery.objects.filter(outgoing__kind="digest").exists()
    assert due.send_due() == 1
    (digest,) = Outgoing.objects.filter(kind="digest", deliveries__isnull=False)
    assert WORD.encode() not in digest.template_bytes and b"/message/2/" in digest.template_bytes


@pytest.fixture
def exported(group, letter, tmp_path) -> bytes:
    path = tmp_path / "earlier.mbox"
    with path.open("wb") as out:
        write_mbox(out, Message.objects.filter(pk=letter.pk).order_by("pk"))
    return path.read_bytes()


def test_an_import_does_not_bring_it_back(group, alice, letter, exported):
    destroy_letters(group, [letter.pk], by=alice)
    again = [
        prepare(exported.split(b"\n", 1)[1], Hints(legacy_number=1)),
        prepare(secret(), Hints()),
        prepare(secret("<another@example.org>"), Hints()),  # the same content under another name
        prepare(secret().replace(b"ill", b"well"), Hints()),  # the same name over another content
    ]
    stored = store_letters(group, again)
    assert (stored.duplicates, Message.objects.filter(group=group).count()) == (4, 1)
    other = store_letters(group, [prepare(raw(subject="New", message_id="<n@x.example>"), Hints(legacy_number=1))])
    assert other.members[0].number != 1  # its number stays taken


def test_nor_does_mail_a_quarantine_or_an_undone_import(group, alice, letter):
    transfer = make_transfer(group)
    Message.objects.filter(pk=letter.pk).update(transfer=transfer)
    letter.refresh_from_db()
    row = {"transfer": transfer, "group": group, "position": 0, "number": 1, "reason": "odd"}
    done, waiting = (
        Quarantined.objects.create(**row, raw=zstandard.compress(content), raw_hash=bytes([place]) * 32, state=state)
        for place, (content, state) in enumerate([(secret(), "released"), (secret("<w@example.org>"), "waiting")])
    )
    destroy_letters(group, [letter.pk], by=alice)
    done.refresh_from_db(), waiting.refresh_from_db()
    assert done.raw_bytes == waiting.raw_bytes == b""
    late = Quarantined.objects.create(**row, raw=zstandard.compress(secret()), raw_hash=b"z" * 32)
    assert release(late).letters == []
    assert pipeline.process(arrived(group, secret()).pk) == InboundState.DISCARDED
    ask_for_undo(transfer)
    undo(transfer)
    assert transfer.state == TransferState.UNDONE
    assert store_letters(group, [prepare(secret(), Hints())]).letters == []


def test_bytes_that_another_group_still_has_stay(group, members_group, alice, letter):
    shared = Spooled.objects.get(inbounds__letter=letter)
    other = arrived(members_group, secret())
    other.spooled = shared
    other.save()
    destroy_letters(group, [letter.pk], by=alice)
    shared.refresh_from_db()
    assert WORD.encode() in shared.raw_bytes


def test_what_is_blacked_out_is_nowhere_in_the_gateway_either(group, alice, letter):
    redact(letter, [WORD], by=alice)
    kept_for_moderators = {"archive_revision", "archive_searchword"}
    told = {table: text for table, text in everything_stored().items() if WORD in text}
    assert set(told) <= kept_for_moderators, told
    assert Delivery.objects.filter(outgoing__letter=letter, state=DeliveryState.QUEUED).count() == 2
    copy = Outgoing.objects.filter(letter=letter).first()
    assert "█".encode() in copy.template_bytes or b"=E2=96=88" in copy.template_bytes


def test_an_edited_letter_can_be_sent_once_more(group, alice, letter):
    before = Delivery.objects.count()
    assert edit(letter, subject="Another", text="All is well.", by=alice, again=True) == 2
    assert Delivery.objects.filter(outgoing__kind="post").count() >= before
