"""Bob answers below his own copy, with his links in the quote: nobody finds a token of his at any door of the archive."""

import base64
import quopri
from email.message import EmailMessage

import pytest
from django.urls import reverse

from archive.actions.storing import store_letters
from archive.exporters.letters import entries, letters_of
from archive.models import Content, Message
from archive.prepare import Hints, prepare
from archive.rendering.tokens import source_without_tokens
from archive.search import indexer
from archive.search.documents import documents_between
from mail.addressing import seal, site_address
from mail.digests.items import items_of
from tests import builders

TOKEN = seal("leave", 12345)
QUOTED = (
    "I agree.\n\n> The gate is open.\n"
    f"> Leave: https://lists.example/mail/leave/{TOKEN}/\n> Or write to {site_address('leave', TOKEN)}\n"
)


def letter() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Message-ID"] = "Bob <bob@example.org>", "Re: Gate", "<re-gate@example.org>"
    mail["List-Unsubscribe"] = f"<https://lists.example/mail/leave/{TOKEN}/>"
    mail.set_content(QUOTED, cte="quoted-printable")
    mail.add_alternative(f"<p>I agree.</p><blockquote>{QUOTED}</blockquote>", subtype="html", cte="base64")
    mail.add_attachment(QUOTED, filename="notes.txt", cte="base64")
    return mail.as_bytes()


LETTER = letter()


@pytest.fixture
def bob(db):
    return builders.make_user("Bob")


@pytest.fixture
def stored(bob):
    group = builders.make_group(members=[bob])
    store_letters(group, [prepare(LETTER, Hints())])
    return Message.objects.get()


def everything_in(source: bytes) -> bytes:
    """A source with its parts decoded as well."""
    return source + quopri.decodestring(source) + b"".join(_undone(block) for block in source.split(b"\n\n"))


def _undone(block: bytes) -> bytes:
    try:
        return base64.b64decode(block, validate=False)
    except ValueError:
        return b""


@pytest.mark.parametrize("door", ["message", "message-raw", "thread", "topics", "group-feed", "thread-feed"])
@pytest.mark.parametrize("signed_in", [True, False])
def test_no_page_and_no_feed_shows_it(stored, bob, client, door, signed_in):
    if signed_in:
        client.force_login(bob)
    args = [stored.group.slug] + ([] if door in ("topics", "group-feed") else [stored.number])
    answer = client.get(reverse(door, args=args))
    assert answer.status_code == 200
    assert TOKEN.encode() not in everything_in(b"".join(answer) if answer.streaming else answer.content)


def test_the_attachment_does_not_show_it(stored, bob, client):
    client.force_login(bob)
    file = stored.attachments.get()
    answer = client.get(reverse("attachment", args=[stored.group.slug, stored.number, file.index, "notes.txt"]))
    assert b"mail/leave/-/" in answer.content and TOKEN.encode() not in answer.content


def test_exports_do_not_hold_it_and_are_whole_otherwise(stored):
    (entry,) = entries(letters_of(stored.group))
    assert TOKEN.encode() not in everything_in(entry)
    read = prepare(source_without_tokens(LETTER), Hints())
    assert read.text == Content.objects.get().text


def test_neither_search_nor_digest_knows_it(stored):
    indexer.index_pending()
    (document,) = documents_between(stored.pk, stored.pk)
    (item,) = items_of([stored], stored.group)
    assert TOKEN not in f"{document} {item} {stored.snippet}"


def test_the_archive_itself_keeps_the_bytes_as_they_came(stored):
    assert Content.objects.get().raw_bytes == LETTER


def test_a_letter_without_tokens_leaves_as_it_came():
    untouched = b"Subject: a\r\nContent-Transfer-Encoding: base64\r\n\r\nbm8gdG9rZW4=  \r\n"
    assert source_without_tokens(untouched) == untouched
