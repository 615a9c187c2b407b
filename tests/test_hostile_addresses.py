"""Whatever form an address takes in a letter, strangers find it whole on no page, and members do."""

import base64
import gzip
import quopri
import re
from html import unescape
from urllib.parse import quote, unquote

import pytest
from django.test import Client

from archive.actions.storing import store_letters
from archive.prepare import Hints, prepare
from archive.rendering import fragment_of
from archive.rendering.addresses import mark_split, mask_addresses, mask_text, reveal_addresses
from archive.search import indexer
from groups.models import Group

ADDRESS = "marta@riverside.example"
WHOLE = re.compile(r'marta(?:"|\*)?(?:@|%40|=40)(?:<[^<>]*>)*(?:riverside|उदाहरण)', re.IGNORECASE)

PLAIN = [
    ADDRESS,
    f"Signed-off-by: Marta Berg <{ADDRESS}>",
    f"http://lists.example/leave?user={ADDRESS}&page=2",
    "http://lists.example/leave?user=marta%40riverside.example",
    f"https://{ADDRESS}/files",
    '"marta"@riverside.example',
    "*marta*@riverside.example",
    "marta@उदाहरण.भारत",
    "marta@\u200briverside.example",
    f"On Monday Marta <{ADDRESS}> wrote:\n> one\n> two\n> three\n> four\n\nYes.",
    f"diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-{ADDRESS}\n+Marta <{ADDRESS}>\n",
]
HTML = [
    f'<a href="mailto:{ADDRESS}">Marta</a>',
    f'<a href="http://lists.example/leave?user={ADDRESS}">leave</a>',
    '<a href="http://lists.example/leave?user=marta%40riverside.example">leave</a>',
    f'<img src="http://count.example/?who={ADDRESS}" alt="{ADDRESS}">',
    "marta&#64;riverside.example",
    '<span class="SpellE">marta</span>@riverside.example',
    "<span>marta</span><span>@riverside.example</span>",
    "marta<b>@</b>riverside.example",
    "marta@<b>riverside</b>.example",
    "<font>marta@</font>riverside.example",
]


def letter(kind: str, body: str, encoding: str) -> bytes:
    """A letter that has the address in every field that pages show, in an encoded file name, and in its body."""
    packed = {
        "8bit": body.encode(),
        "base64": base64.encodebytes(body.encode()),
        "quoted-printable": quopri.encodestring(body.encode()).replace(b"@", b"=40"),
    }[encoding]
    head = (
        f'From: "{ADDRESS}" <{ADDRESS}>\nTo: {ADDRESS}\nSubject: Ask {ADDRESS}\nDate: {ADDRESS}\n'
        f"Message-ID: <one@letters.example>\n{ADDRESS}: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        f"{ADDRESS}\n--b\nContent-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n"
    )
    card = f'Content-Type: text/vcard; name="{ADDRESS}.vcf"\n\nEMAIL:{ADDRESS}\n'
    inner = f"Content-Type: message/rfc822\n\nFrom: {ADDRESS}\nSubject: inner\n\n{ADDRESS}\n"
    return head.encode() + packed + f"\n--b\n{card}\n--b\n{inner}\n--b--\n".encode()


def shown_html(raw: bytes) -> str:
    """The fragment that pages are made of: plain letters are rendered when they are shown."""
    kept = prepare(raw, Hints())
    return fragment_of(kept.html, kept.text)


PAGES = [
    "/g/{slug}/",
    "/g/{slug}/topics/",
    "/g/{slug}/topic/1/",
    "/g/{slug}/topic/1/atom",
    "/g/{slug}/topic/1/mbox",
    "/g/{slug}/message/1/",
    "/g/{slug}/message/1/?plain=1",
    "/g/{slug}/message/1/?remote=1",
    "/g/{slug}/message/1/raw",
    "/g/{slug}/message/1/attachment/2/x",
    "/g/{slug}/message/1/attachment/3/x",
    "/g/{slug}/authors/",
    "/g/{slug}/attachments/",
    "/g/{slug}/feed/",
    "/g/{slug}/search/?q=ask",
    "/search/?q=ask",
    "/search/feed/?q=ask",
]


def said(client: Client, url: str) -> str:
    """Headers and body of a page, as a harvester reads them: unpacked, decoded, entities and percent signs resolved."""
    response = client.get(url)
    body = b"".join(response) if response.streaming else response.content
    body = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
    text = f"{dict(response.items())} {body.decode('utf-8', 'replace')}".replace("\u200b", "")
    for block in re.findall(r"(?:^[A-Za-z0-9+/]{24,76}={0,2}\n)+", text, re.MULTILINE):
        text += base64.b64decode(block.replace("\n", "")).decode("utf-8", "ignore")
    return unescape(unquote(quopri.decodestring(text.replace("=40", "@").encode()).decode("utf-8", "replace")))


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["8bit", "base64", "quoted-printable"])
@pytest.mark.parametrize(("kind", "bodies"), [("text/plain", PLAIN), ("text/html", HTML)], ids=["plain", "html"])
def test_strangers_find_the_address_whole_on_no_page(kind, bodies, encoding, group: Group, settings, tmp_path):
    settings.SEARCH_INDEX_DIR = tmp_path
    separator = "\n\n" if kind == "text/plain" else "<p>"
    store_letters(group, [prepare(letter(kind, f"ask{separator}" + separator.join(bodies), encoding), Hints())])
    indexer.index_pending()
    for page in PAGES:
        url = page.format(slug=group.slug)
        found = WHOLE.search(said(Client(), url))
        assert found is None, f"{url}: {found}"


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_members_find_it_whole(kind: str):
    bodies = PLAIN[:-2] if kind == "plain" else HTML
    for body in bodies:
        raw = f"From: a@b.example\nContent-Type: text/{kind}; charset=utf-8\n\n{body}\n".encode()
        shown = reveal_addresses(shown_html(raw)).replace("\u200b", "")
        assert re.search(r"marta\W*(?:<[^<>]*>)*@(?:<[^<>]*>)*(?:riverside|उदाहरण)", unquote(shown)), body


def test_a_letter_named_in_the_path_of_an_archive_can_still_be_followed():
    url = "https://lore.example/r/2020.1@host.example/"
    html = shown_html(f"From: a@b.example\n\n{url}\n".encode())
    assert f'href="{url}"' in mask_addresses(html)


def test_people_of_a_network_are_not_addresses():
    url = "https://social.example/@marta@other.example"
    html = prepare(
        f'From: a@b.example\nContent-Type: text/html\n\n<a href="{url}">{quote("x")}</a>\n'.encode(), Hints()
    ).html
    assert f'href="{url}"' in mask_addresses(html)


def test_a_quoted_local_part_does_not_leave_its_attribute():
    raw = b'From: a@b.example\n\n"onclick=alert(1)x="@riverside.example\n'
    shown = reveal_addresses(shown_html(raw))
    assert 'href="mailto:%22onclick=alert%281%29x=%22@riverside.example"' in shown


@pytest.mark.parametrize("piece", ["@", "a@", "a<b>@<b>", '"a', '"a@', "a%40", "a@b.", "\u200b", "<b>", "a<b "])
def test_no_letter_makes_marking_slow(piece: str):
    """Quadratic patterns would take minutes on these: the test ends or it does not."""
    flood = piece * (300_000 // len(piece))
    assert len(mask_text(flood)) > 0
    assert len(mark_split(flood)) > 0
