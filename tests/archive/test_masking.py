import base64

from hypothesis import given
from hypothesis import strategies as st

from archive.masking import mask_source
from tests.builders import FIRST_DATE, raw_letter

HEAD = b"From: Marta <marta@riverside.example>\r\nMessage-ID: <seed.1@riverside.example>\r\n"


def test_addresses_in_headers_and_text_are_shortened():
    shown = mask_source(HEAD + b"\r\nWrite to jun@river.example, please.\r\n")
    assert b"From: Marta <marta@...>\r\n" in shown
    assert b"Write to jun@..., please.\r\n" in shown


def test_identifiers_stay_so_that_threads_stay():
    source = (
        HEAD + b"References: <a@x.example>\r\n <b@x.example>\r\nIn-Reply-To: <b@x.example>\r\nTo: l@x.example\r\n\r\n"
    )
    shown = mask_source(source)
    assert b"<seed.1@riverside.example>" in shown
    assert b"<a@x.example>\r\n <b@x.example>" in shown
    assert b"To: l@...\r\n" in shown


def test_an_address_inside_a_base64_text_part_is_shortened_too():
    text = base64.encodebytes(("ask jun@river.example " * 9).encode())
    shown = mask_source(HEAD + b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n" + text)
    decoded = base64.b64decode(shown.split(b"\r\n\r\n", 1)[1])
    assert decoded == b"ask jun@... " * 9


def test_a_base64_text_part_without_addresses_stays_byte_for_byte():
    text = base64.encodebytes(b"nothing to hide " * 20)
    source = HEAD + b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n" + text
    assert mask_source(source).endswith(b"\r\n\r\n" + text)


def test_quoted_printable_hides_no_address():
    head = HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    assert mask_source(head + b"jun=40river.example\n").endswith(b"jun@...\n")
    assert mask_source(head + b"to ask jun=\n@river.example\n").endswith(b"jun=\n@...\n")


def test_an_address_in_an_encoded_word_is_shortened():
    word = b"=?utf-8?B?" + base64.b64encode(b"marta@riverside.example") + b"?="
    shown = mask_source(b"From: " + word + b" <list@x.example>\n\n")
    assert base64.b64decode(shown.split(b"?")[3]) == b"marta@..."


def test_attached_pictures_stay_and_attached_text_is_masked():
    files = [("a.bin", "application/x-key", b"key@server.example" * 9), ("b.txt", "text/plain", b"me@here.example\n")]
    source = raw_letter("s", "b\n", "", "m@x.example", FIRST_DATE, "1@x", [], files)
    shown = mask_source(source)
    assert base64.encodebytes(files[0][2]).split()[0] in shown
    assert b"me@..." in shown or base64.b64encode(b"me@...\n") in shown


def test_a_letter_inside_a_letter_keeps_its_identifier_and_loses_its_addresses():
    inner = b"From: deep@inner.example\nMessage-ID: <deep@id.example>\n\nsee low@inner.example\n"
    shown = mask_source(HEAD + b"Content-Type: message/rfc822\n\n" + inner)
    assert shown.endswith(b"From: deep@...\nMessage-ID: <deep@id.example>\n\nsee low@...\n")


@given(st.binary(max_size=400))
def test_any_bytes_come_through(source):
    assert isinstance(mask_source(source), bytes)


@given(st.text(alphabet="ab@.= \n-", max_size=60))
def test_no_address_is_left_in_plain_text(text):
    shown = mask_source(b"Subject: x\n\n" + text.encode())
    assert b"a@a" not in shown and b"a@b" not in shown and b"b@a" not in shown
