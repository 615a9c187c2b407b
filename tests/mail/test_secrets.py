"""Bob quotes a letter with his own links below it: nobody else gets them."""

import base64
import quopri

import pytest

from archive.rendering.tokens import text_without_tokens
from mail.addressing import seal, site_address
from tests.mail.shapes import make_shape, parsed, shaped, with_footer
from tests.mail.test_shape_bodies import letter, text_of

TOKEN = seal("leave", 12345)
LINK = f"https://lists.example/mail/leave/{TOKEN}/"
QUOTE = f"I agree.\r\n\r\n> Leave Gardeners: {LINK}\r\n> Grüße\r\n"


@pytest.mark.parametrize(
    ("encoding", "encoded"),
    [
        ("8bit", QUOTE.encode()),
        ("quoted-printable", quopri.encodestring(QUOTE.encode())),
        ("base64", base64.encodebytes(QUOTE.encode())),
    ],
)
def test_the_token_is_gone_and_all_else_is_there(encoding, encoded):
    text = text_of(shaped(letter("text/plain; charset=utf-8", encoded, encoding), make_shape()))
    assert text == QUOTE.replace(TOKEN, "-").replace("\r\n", "\n")


def test_in_html_too_behind_a_rewritten_link():
    html = f'<p>Yes</p><blockquote><a href="https://safe.example/?url=https%3A%2F%2Flists.example%2Fmail%2Fleave%2F{TOKEN}%2F">Leave</a>'
    text = text_of(shaped(letter("text/html", html + f'<a href="{LINK}">x</a>'), make_shape()), "html")
    assert TOKEN not in text and text.count("Leave") == 1


@pytest.mark.parametrize("purpose", ["confirm", "moderate", "leave", "daily", "relay"])
def test_addresses_too(purpose):
    assert TOKEN not in text_without_tokens(f"On Monday <{site_address(purpose, TOKEN)}> wrote")


def test_commands_with_a_token_too():
    assert text_without_tokens(f"gardeners+mute-{TOKEN}@lists.example") == "gardeners+mute--@lists.example"


def test_a_letter_attached_to_a_letter():
    inner = f"From: a@x.example\r\nContent-Type: text/plain\r\n\r\n{LINK}\r\n"
    body = f"--=b=\r\nContent-Type: text/plain\r\n\r\nSee\r\n--=b=\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--=b=--\r\n"
    assert TOKEN.encode() not in shaped(letter('multipart/mixed; boundary="=b="', body), make_shape())


def test_a_signed_letter_stays_as_it_is():
    part = f"Content-Type: text/plain\r\n\r\n{LINK}\r\n"
    body = f"--=b=\r\n{part}--=b=\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--=b=--\r\n"
    kind = 'multipart/signed; protocol="application/pgp-signature"; boundary="=b="'
    assert part.encode() in shaped(letter(kind, body), make_shape())


def test_the_readers_own_links_are_there():
    assert "/mail/leave/leavetoken/" in text_of(shaped(letter("text/plain", QUOTE.encode(), "8bit"), with_footer()))


@pytest.mark.parametrize(
    "text",
    [
        "Read /mail/leave/ on the web, or write to gardeners+unsubscribe@lists.example",
        "https://example.org/mail/leave/of-absence/form",
        "confirm+me@example.org, relay-race@example.org",
        "",
    ],
)
def test_what_is_no_token_stays(text):
    assert text_without_tokens(text) == text
    assert parsed(shaped(letter("text/plain", text), make_shape())).get_content().strip() == text
