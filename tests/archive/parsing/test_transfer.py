"""Transfer encodings, byte by byte."""

import base64
import binascii

import pytest

from archive.parsing.transfer import decode_transfer, find_uuencoded

DATA = bytes(range(256)) * 3
CODED = base64.encodebytes(DATA)


def uuencode(data: bytes, name: bytes = b"bed.bin") -> bytes:
    lines = b"".join(binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45))
    return b"begin 644 " + name + b"\n" + lines + b"`\nend\n"


@pytest.mark.parametrize(
    "coded",
    [
        CODED,
        CODED.replace(b"\n", b"\r\n"),
        CODED.replace(b"\n", b" \n"),
        CODED.rstrip() + b"====",
        CODED[:100] + b"!*" + CODED[100:],
    ],
)
def test_base64_is_undone(coded):
    assert decode_transfer(coded, "Base64").data == DATA


def test_base64_encoded_in_chunks_is_undone():
    assert decode_transfer(b"QQ==\nQkI=\n", "base64").data == b"ABB"


def test_text_behind_the_padding_is_no_base64():
    undone = decode_transfer(b"QUJD\nRA==\nThis is a footer.\n", "base64")
    assert (undone.data, undone.defect) == (b"ABCD", "base64-damaged")


def test_words_are_no_base64():
    assert decode_transfer(b"?garbage", "base64") == (b"?garbage", "base64-damaged", True)


@pytest.mark.parametrize(
    ("coded", "expected"),
    [
        (b"a=20\nb=\nc", b"a \nbc"),
        (b"a=C3=a9 \t\nb", b"a\xc3\xa9\nb"),
        (b"50 = 50 =ZZ=", b"50 = 50 =ZZ"),
        (b"a=  \r\nb\r\n", b"ab\n"),
    ],
)
def test_quoted_printable_is_undone(coded, expected):
    assert decode_transfer(coded, "quoted-printable").data == expected


def test_line_ends_of_the_transport_are_made_local_but_binary_is_left_alone():
    assert decode_transfer(b"a\r\nb", "7bit").data == b"a\nb"
    assert decode_transfer(b"a\r\nb", "binary").data == b"a\r\nb"
    assert decode_transfer(b"a\0\r\nb", "8bit").data == b"a\0\r\nb"


@pytest.mark.parametrize("encoding", ["x-uuencode", "X-UUE", "uuencode"])
def test_a_uuencoded_part_is_undone(encoding):
    assert decode_transfer(b"\n" + uuencode(DATA), encoding).data == DATA


def test_uuencoded_files_are_found_in_a_text():
    text = b"Hi\n" + uuencode(DATA) + b"and\r\n" + uuencode(DATA, b"a b.txt").replace(b"\n", b"\r\n") + b"bye"
    found = find_uuencoded(text)
    assert [(file.name, file.data, file.defect) for file in found] == [(b"bed.bin", DATA, ""), (b"a b.txt", DATA, "")]
    assert text[: found[0].start] + text[found[0].end : found[1].start] + text[found[1].end :] == b"Hi\nand\r\nbye"


def test_a_uuencoded_file_without_its_end_is_kept_and_remarked_upon():
    (found,) = find_uuencoded(uuencode(DATA).replace(b"`\nend\n", b"\nAda\n"))
    assert (found.data, found.defect) == (DATA, "uuencode-damaged")


def test_a_sentence_that_begins_with_begin_is_no_file():
    assert find_uuencoded(b"begin 644 and then read on\nuntil the end of the page\n") == []


def test_what_posix_encodes_in_base64_is_found_in_a_text():
    text = b"Hi\nbegin-base64 644 bed.bin\n" + base64.encodebytes(DATA) + b"====\nbye\n"
    (found,) = find_uuencoded(text)
    assert (found.name, found.data, found.defect, text[found.end :]) == (b"bed.bin", DATA, "", b"bye\n")
    assert find_uuencoded(b"begin-base64 644 is what it says\n\nabove.\n") == []
