"""A letter with another text, or with words blacked out: everywhere in it, and with its history for moderators."""

import gzip

import pytest
from django.test import Client

from archive.actions.revising import RevisionRefused, destroy_original, edit, quoted_in, redact, restore
from archive.actions.storing import store_letters
from archive.models import Attachment, IndexJob, Message, Revision
from archive.prepare import Hints, prepare
from archive.search import indexer
from groups.models import Action, LogEntry

pytestmark = pytest.mark.django_db
RAW = """From: =?utf-8?q?J=C3=BCn?= <jun@river.example>
To: list@example.org
Subject: =?utf-8?q?Anna_M=C3=BCller=27s?= number
X-Note: for Anna Müller
Date: Sat, 01 May 2004 09:00:00 +0000
Message-ID: <m1@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="x"

--x
Content-Type: multipart/alternative; boundary="y"

--y
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Call Anna
M=C3=BCller tonight.
--y
Content-Type: text/html; charset=utf-8

<p>Call <b>Anna</b> M&uuml;<i>ller</i> tonight.</p>
--y--
--x
Content-Type: text/plain; name="Anna Müller.txt"
Content-Disposition: attachment; filename="Anna Müller.txt"
Content-Transfer-Encoding: base64

QW5uYSBNw7xsbGVyIDAxMjM=
--x
Content-Type: application/pdf; name="plan.pdf"
Content-Disposition: attachment; filename="plan.pdf"

%PDF for Anna Muller
--x--
"""
NAME = "Anna Müller"


@pytest.fixture
def letter(group) -> Message:
    store_letters(group, [prepare(RAW.encode(), Hints())])
    return Message.objects.select_related("group", "content").get()


def everything(browser: Client, letter: Message) -> str:
    """What all doors say of it, decoded."""
    paths = [
        f"message/{letter.number}/",
        f"message/{letter.number}/raw",
        f"topic/{letter.number}/",
        "topics/",
        "feed/",
        "attachments/",
    ]
    files = [f"message/{letter.number}/attachment/{file.index}/x" for file in letter.attachments.all()]
    said = [browser.get(f"/g/gardeners/{path}").content.decode() for path in [*paths, *files]]
    packed = b"".join(browser.get("/g/gardeners/export/mbox"))
    return "\n".join(
        [*said, gzip.decompress(packed).decode(), browser.get("/g/gardeners/search/?q=tonight").content.decode()]
    )


@pytest.mark.parametrize("who", ["stranger", "member"])
def test_what_is_blacked_out_is_nowhere(letter, alice, bob, signed_in, who):
    browser = Client() if who == "stranger" else signed_in(bob)
    assert NAME in everything(browser, letter)
    assert redact(letter, ["anna  müller"], by=alice, reason="She asked for it.")
    indexer.index_pending()
    said = everything(browser, letter)
    for spelled in (NAME, "M=C3=BCller", "M&uuml;", "QW5uYSBNw7xsbGVy", "ller</i>"):
        assert spelled not in said
    assert "████ ██████" in said and "tonight" in said and "edited by a moderator" in said
    entry = LogEntry.objects.get(action=Action.LETTER_REDACTED)
    assert NAME not in f"{entry.about_name} {entry.reason} {entry.details}"


def test_a_file_that_is_no_text_can_be_taken_out_with_it(letter, alice):
    with pytest.raises(RevisionRefused, match=r"plan\.pdf"):
        redact(letter, ["Anna Muller"], by=alice)
    redact(letter, ["Anna Muller"], by=alice, without=["plan.pdf"])
    assert set(Attachment.objects.values_list("filename", flat=True)) == {"plan.pdf", "Anna Müller.txt"}
    letter.refresh_from_db()
    assert b"%PDF" not in letter.content.raw_bytes


def test_moderators_keep_what_it_was_until_they_destroy_it(letter, alice):
    redact(letter, [NAME], by=alice)
    revision = Revision.objects.get()
    assert revision.raw_bytes == RAW.encode() and "Müller" in revision.text
    restore(revision, by=alice)
    letter = Message.objects.get()
    assert letter.subject.startswith(NAME) and letter.edited_at is None
    destroy_original(revision, by=alice)
    revision.refresh_from_db()
    assert (revision.raw_bytes, revision.text, revision.subject) == (b"", "", "")
    with pytest.raises(RevisionRefused, match="destroyed"):
        restore(revision, by=alice)


def test_neither_the_letter_as_it_was_nor_as_it_is_comes_a_second_time(letter, group, alice):
    redact(letter, [NAME], by=alice)
    now = Message.objects.get().content.raw_bytes
    assert store_letters(group, [prepare(RAW.encode(), Hints()), prepare(now, Hints())]).duplicates == 2


def test_quotes_in_other_letters_are_found(letter, group, alice):
    reply = RAW.replace("m1@", "m2@").replace("Date:", "In-Reply-To: <m1@example.org>\nDate:")
    quote = "On Saturday Jun wrote:\n> Call Anna\n> Müller tonight.\n\nI did.\n"
    head = reply.split("MIME-Version")[0].replace(NAME, "x").replace("=?utf-8?q?Anna_M=C3=BCller=27s?=", "Re: a")
    store_letters(group, [prepare(f"{head}\n{quote}".encode(), Hints())])
    (other,) = quoted_in(letter, [NAME], reader=alice)
    assert redact(other, [NAME], by=alice)
    other.refresh_from_db()
    assert "> Call ████\n> ██████ tonight." in other.content.text


def test_an_edited_letter_says_so_and_keeps_its_files_number_and_place(letter, alice):
    IndexJob.objects.all().delete()
    edit(letter, subject="A number", text="Call her tomorrow.\n", by=alice, reason="Wrong day.")
    letter = Message.objects.get()
    assert (letter.subject, letter.content.text.strip(), letter.number) == ("A number", "Call her tomorrow.", 1)
    assert letter.thread.subject == "A number" and letter.edited_at is not None and "<b>" not in letter.content.html
    assert set(letter.attachments.values_list("filename", flat=True)) == {"plan.pdf", "Anna Müller.txt"}
    assert IndexJob.objects.filter(first_id=letter.pk).exists()
    with pytest.raises(RevisionRefused, match="Nothing"):
        edit(letter, subject="A number", text="Call her tomorrow.", by=alice)


def test_words_that_are_not_in_it_change_nothing(letter, alice):
    assert not redact(letter, ["somebody else"], by=alice)
    assert not Revision.objects.exists()


def test_an_author_can_be_blacked_out_with_their_address(letter, group, alice, client):
    raw = RAW.replace(
        "<jun@river.example>", "<jun@river.example>\nReceived: by river.example for <jun@river.example>", 1
    )
    store_letters(group, [prepare(raw.replace("m1@example.org", "jun@river.example").encode(), Hints())])
    second = Message.objects.get(number=2)
    assert redact(second, ["Jün", "jun@river.example"], by=alice)
    second.refresh_from_db()
    assert (second.from_name, second.from_address, second.author.address) == ("███", "", "")
    assert b"jun@" not in second.content.raw_bytes.replace(b"<jun@river.example>\nMIME", b"")  # its Message-ID stays
    assert {author.name: author.message_count for author in group.authors.all()} == {"Jün": 1, "███": 1}
    assert "Jün" not in client.get("/g/gardeners/message/2/").content.decode()
    restore(Revision.objects.get(), by=alice)
    assert {author.name: author.message_count for author in group.authors.all()} == {"Jün": 2}
