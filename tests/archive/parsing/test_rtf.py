"""RTF inside winmail.dat. The packed samples are those of MS-OXRTFCP §4."""

from archive.parsing.rtf import decompress_rtf, read_rtf

HELLO = "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
OVERLAPPING = "1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0"


def test_packed_rtf_is_unpacked():
    assert decompress_rtf(bytes.fromhex(HELLO)) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert decompress_rtf(bytes.fromhex(OVERLAPPING)) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


def test_unpacked_rtf_is_taken_as_it_is():
    assert decompress_rtf(b"\x11\0\0\0\x05\0\0\0MELA\0\0\0\0{rtf}") == b"{rtf}"


def test_a_cut_stream_yields_its_beginning():
    assert decompress_rtf(bytes.fromhex(HELLO)[:-8]).startswith(b"{\\rtf1\\ansi")
    assert decompress_rtf(b"LZFu") == b""


def test_rtf_is_read_as_text():
    rtf = rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}Hello\line {\b World}\par\u-10179?\u-8704? caf\'e9 \{x\}{\*\unknown y}}"
    assert read_rtf(rtf) == ("Hello\nWorld\n😀 café {x}", False)


def test_html_in_rtf_is_read_as_html():
    rtf = (
        rb"{\rtf1\ansi\ansicpg1251\fromhtml1{\*\htmltag64 <b>}\htmlrtf {\b \htmlrtf0 "
        rb"\'d1\'eb\'e8\'e2\'e0{\*\htmltag92 </b>}\htmlrtf }\htmlrtf0 {\*\mhtmltag1 x}}"
    )
    assert read_rtf(rtf) == ("<b>Слива</b>", True)


def test_a_million_braces_are_survived():
    assert read_rtf(b"{" * 1_000_000 + b"x" + b"}" * 1_000_000).text == "x"
