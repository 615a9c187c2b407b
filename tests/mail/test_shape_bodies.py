"""Footers on every kind of letter, and all bytes that are not ours left as they were."""

import base64
import quopri
from pathlib import Path

import pytest

from archive.parsing import parse_message
from groups.models.policy import AuthorPolicy
from mail.outbox.personal import copy, with_crlf, without_nuls
from mail.transforms import shape
from mail.transforms.filtering import words_of
from mail.transforms.parts import read
from tests.mail.shapes import TOKENS, make_shape, parsed, shaped, with_footer

EMAILS = sorted((Path(__file__).parents[1] / "fixtures/emails").glob("*.eml"))
HEAD = "From: Ann <ann@bank.example>\nTo: gardeners@lists.example\nSubject: Seeds\nMIME-Version: 1.0\n"
LEAVE_LINE = "Leave Riverside Gardeners: https://lists.example/mail/leave/leavetoken/"


def letter(content_type: str, body: str | bytes, encoding: str = "") -> bytes:
    head = HEAD + f"Content-Type: {content_type}\n" + (f"Content-Transfer-Encoding: {encoding}\n" if encoding else "")
    return head.encode() + b"\n" + (body if isinstance(body, bytes) else body.encode())


def text_of(raw: bytes, kind: str = "plain") -> str:
    return parsed(raw).get_body((kind,)).get_content().replace("\r\n", "\n")


def test_below_plain_text_stand_the_groups_words_and_the_members_links():
    text = text_of(shaped(HEAD + "\nForty packets.\n", with_footer()))
    assert text.startswith("Forty packets.\n\n______")
    assert "\nMeet at the gate.\n" in text
    assert LEAVE_LINE in text
    assert "https://lists.example/mail/mute/mutetoken/" in text


def test_above_stands_the_header_text():
    assert text_of(shaped(HEAD + "\nForty.\n", make_shape(header_text="Members only"))) == "Members only\n\nForty.\n"


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252", "koi8-r", "shift_jis", "utf-16"])
@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64"])
@pytest.mark.parametrize("footer", ["Meet at the gate.", "Treffpunkt: Tür \N{SNOWMAN}"])
def test_text_in_any_charset_and_encoding_keeps_its_words(charset, encoding, footer):
    words = {"koi8-r": "Сорок пакетов", "shift_jis": "種が四十袋"}.get(charset, "Vierzig Päckchen")
    body = f"{words} = 40\r\n".encode(charset)
    if charset == "utf-16" and encoding == "8bit":
        pytest.skip("no letter carries NULs")
    body = {"quoted-printable": quopri.encodestring, "base64": base64.encodebytes}.get(encoding, bytes)(body)
    out = shaped(letter(f"text/plain; charset={charset}", body, encoding), with_footer(footer_text=footer))
    text = "".join(part.get_content() for part in parsed(out).walk() if part.get_content_type() == "text/plain")
    assert text.startswith(f"{words} = 40")
    assert footer in text
    assert LEAVE_LINE in text
    assert max(map(len, out.split(b"\r\n"))) < 200


def test_a_footer_beyond_ascii_below_an_ascii_letter_stays_one_text():
    out = shaped(HEAD + "\nForty = 40 packets.\n", make_shape(footer_text="Grüße vom Tor"))
    assert parsed(out).get_content_type() == "text/plain"
    assert text_of(out).startswith("Forty = 40 packets.\n\n___")
    assert "Grüße vom Tor" in text_of(out)
    assert out.isascii()


def test_below_a_letter_that_ends_in_japanese_the_footer_is_not_japanese():
    body = "種が四十袋".encode("iso-2022-jp").removesuffix(b"\x1b(B")
    assert "種が四十袋\n" + "\n____" in text_of(shaped(letter("text/plain; charset=iso-2022-jp", body), with_footer()))


def test_in_flowed_text_the_footer_keeps_its_lines():
    body = "Forty packets are \nleft. \n"
    out = shaped(
        letter("text/plain; charset=utf-8; format=flowed", body), make_shape(footer_text=">From the gate \nFrom us")
    )
    assert parsed(out)["Content-Type"].params["format"] == "flowed"
    lines = text_of(out).split("\n")
    assert lines[:2] == ["Forty packets are ", "left. "]
    assert " >From the gate" in lines
    assert " From us" in lines


def test_html_gets_it_inside_its_body_and_safe():
    out = shaped(
        letter("text/html; charset=utf-8", "<html><body><p>Hi</p></body></html>\n"), with_footer(footer_text="a < ü")
    )
    html = text_of(out, "html")
    assert html.index("a &lt; &#252;") < html.index("</body>")
    assert 'href="https://lists.example/mail/leave/leavetoken/"' in html


TWO_VERSIONS = """\
--x
Content-Type: text/plain; charset=utf-8

Hello
--x
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

PHA+SGVsbG88L3A+
--x--
"""


def test_both_versions_of_a_letter_get_it():
    out = shaped(letter("multipart/alternative; boundary=x", TWO_VERSIONS), with_footer())
    assert LEAVE_LINE in text_of(out)
    assert "<p>Hello</p>" in text_of(out, "html")
    assert "mail/leave/leavetoken/" in text_of(out, "html")


PICTURE_ONLY = base64.encodebytes(bytes(range(256)) * 20).decode()


def test_what_has_no_text_gets_a_text_part_beside_it():
    out = shaped(letter("image/png; name=seeds.png", PICTURE_ONLY, "base64"), with_footer())
    parts = list(parsed(out).iter_parts())
    assert [part.get_content_type() for part in parts] == ["image/png", "text/plain"]
    assert parts[0].get_content() == bytes(range(256)) * 20
    assert PICTURE_ONLY.replace("\n", "\r\n").encode() in out
    assert LEAVE_LINE in parts[1].get_content()


def test_a_mixed_letter_that_begins_with_a_picture_gets_it_at_its_end():
    body = f"--x\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\n{PICTURE_ONLY}--x--\nepilogue\n"
    out = shaped(letter("multipart/mixed; boundary=x", body), with_footer(header_text="Above"))
    kinds = [part.get_content_type() for part in parsed(out).iter_parts()]
    assert kinds == ["text/plain", "image/png", "text/plain"]
    assert out.endswith(b"--x--\r\nepilogue\r\n")


SIGNED = """\
--s
Content-Type: text/plain

Signed words
--s
Content-Type: application/pgp-signature

sig
--s--
"""


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/signed; boundary=s",
        "multipart/encrypted; boundary=s",
        "application/pkcs7-mime; smime-type=signed-data",
    ],
)
def test_signed_and_encrypted_letters_are_not_touched(content_type):
    out = shaped(letter(content_type, SIGNED), with_footer(header_text="x", subject_tag="[g]"))
    assert out.partition(b"\r\n\r\n")[2] == SIGNED.replace("\n", "\r\n").encode()


def test_a_signed_part_within_is_not_touched_either():
    body = "--x\nContent-Type: multipart/signed; boundary=s\n\n" + SIGNED + "--x--\n"
    out = shaped(letter("multipart/mixed; boundary=x", body), with_footer())
    assert SIGNED.replace("\n", "\r\n").encode() in out


def test_pgp_in_the_text_is_not_touched():
    body = "-----BEGIN PGP SIGNED MESSAGE-----\n\nHi\n-----BEGIN PGP SIGNATURE-----\n"
    assert shaped(letter("text/plain", body), with_footer()).endswith(body.replace("\n", "\r\n").encode())


def test_large_attachments_become_links_and_small_ones_stay():
    from hashlib import sha256

    big = bytes(range(256)) * 100
    body = (
        "--x\nContent-Type: text/plain\n\nSee the plan.\n"
        "--x\nContent-Type: image/png; name=plan.png\nContent-Transfer-Encoding: base64\n"
        f"Content-Disposition: attachment; filename=plan.png\n\n{base64.encodebytes(big).decode()}"
        f"--x\nContent-Type: image/gif\nContent-Transfer-Encoding: base64\n\n{base64.encodebytes(b'small').decode()}--x--\n"
    )
    links = {sha256(big).hexdigest(): "https://lists.example/g/gardeners/message/7/attachment/2/plan.png"}
    out = shaped(letter("multipart/mixed; boundary=x", body), make_shape(links=links))
    _, note, small = parsed(out).iter_parts()
    assert "plan.png is kept in the archive:" in note.get_content()
    assert links[sha256(big).hexdigest()] in note.get_content()
    assert small.get_content() == b"small"
    assert len(out) < 2500


@pytest.mark.parametrize("path", EMAILS, ids=lambda path: path.stem)
def test_no_letter_loses_a_word_or_a_file(path):
    raw = path.read_bytes()
    out = shaped(raw, with_footer(header_text="Above"))
    before, after = parse_message(raw), parse_message(out)
    assert after.message_id == before.message_id or before.message_id_missing
    assert after.references == before.references
    assert after.date_raw == before.date_raw
    sent = with_crlf(without_nuls(raw))
    if all(sent[part.body : part.end].rstrip() in out for part in read(sent).leaves()):
        return  # nothing was put into a part, only beside it
    files = {file.sha256 for file in after.attachments}
    assert {file.sha256 for file in before.attachments} <= files
    words = " ".join(" ".join(body.text.split()) for body in after.bodies)
    for body in before.bodies:
        assert body.kind == "html" or " ".join(body.text.split()) in words


@pytest.mark.parametrize("path", EMAILS, ids=lambda path: path.stem)
def test_untouched_every_byte_behind_the_header_stays(path):
    raw = path.read_bytes()
    wishes = with_footer(author_policy=AuthorPolicy.UNTOUCHED, header_text="x", subject_tag="[g]")
    once = copy(shape(raw, wishes), TOKENS)
    again = copy(shape(once, wishes), TOKENS)
    body = once.partition(b"\r\n\r\n")[2]
    assert with_crlf(without_nuls(raw)).endswith(body)
    assert again.partition(b"\r\n\r\n")[2] == body


@pytest.mark.parametrize("path", EMAILS, ids=lambda path: path.stem)
def test_what_leaves_has_only_crlf_and_no_nul(path):
    out = shaped(path.read_bytes(), with_footer())
    assert out.count(b"\n") == out.count(b"\r") == out.count(b"\r\n")
    assert b"\0" not in out


def test_words_in_brackets_stand_for_what_is_known_of_the_letter():
    below = "{group}, {address}, no. {number}: {letter} {unknown}"
    text = text_of(
        shaped(letter("text/plain", "Hello."), with_footer(footer_text=below, header_text="{group}", number=17))
    )
    assert text.startswith("Riverside Gardeners\n")
    line = (
        "Riverside Gardeners, gardeners@lists.example, no. 17: https://lists.example/g/gardeners/message/7/ {unknown}"
    )
    assert line in text


def test_letters_in_html_have_the_footer_of_their_own_and_the_members_links():
    wishes = with_footer(footer_html='<p>Grüße aus <a href="{home}">{group}</a></p>', name="Beans & Peas")
    html = text_of(shaped(letter("text/html", "<p>Hello.</p>"), wishes), "html")
    assert '<p>Gr&#252;&#223;e aus <a href="https://lists.example/g/gardeners/">Beans &amp; Peas</a></p>' in html
    assert "Meet at the gate." not in html and "/mail/leave/leavetoken/" in html


MIXED = (
    "--=b=\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n"
    '--=b=\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="Game.EXE"\r\n\r\nMZ\r\n'
    '--=b=\r\nContent-Type: image/png; name="plan.png"\r\nContent-Disposition: attachment\r\n\r\npng\r\n--=b=--\r\n'
)


@pytest.mark.parametrize("setting", [".exe scr", "video, EXE", "application/octet-stream", "application"])
def test_files_a_group_does_not_pass_on_are_taken_out_and_it_is_said(setting):
    wishes = make_shape(removed_files=words_of(setting))
    mail = parsed(shaped(letter('multipart/mixed; boundary="=b="', MIXED), wishes))
    texts = [part.get_content() for part in mail.walk() if part.get_content_type() == "text/plain"]
    assert texts[0].startswith("See below.") and "Game.EXE (application/octet-stream) was taken out" in texts[1]
    assert [part.get_filename() for part in mail.iter_attachments() if part.get_filename()] == ["plan.png"]


def test_a_letter_that_is_nothing_but_such_a_file_too():
    mail = parsed(shaped(letter("video/mp4", "film"), make_shape(removed_files=words_of("video"))))
    assert mail.get_content_type() == "text/plain" and "A file (video/mp4) was taken out" in mail.get_content()


def test_what_the_author_wrote_is_never_taken_for_a_file():
    wishes = make_shape(removed_files=words_of("text html"))
    assert "Hello." in text_of(shaped(letter("text/html", "<p>Hello.</p>"), wishes), "html")
