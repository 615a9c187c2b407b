"""Attachments: their names, their bytes, and getting them again by index."""

import hashlib

import pytest

from archive.parsing import leaf_content, parse_message
from archive.parsing.filenames import safe_filename
from archive.parsing.parameters import parse_disposition
from archive.parsing.smime import signed_content
from tests.archive.parsing.letters import PLAN, letter, names, read, text, texts


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("attachment_name_in_rfc2231", "Gartenpläne für den Mai.pdf"),
        ("attachment_name_in_encoded_words", "Pläne.pdf"),
        ("attachment_name_raw_8bit", "Pläne.pdf"),
        ("attachment_name_climbs_up", "passwd"),
        ("attachment_name_windows_path", "plan.pdf"),
        ("attachment_name_right_to_left", "planfdp.exe"),
        ("attachment_name_with_line_break", "plan X-Evil_ yes.pdf"),
        ("attachment_without_disposition", ""),
        ("uuencoded_part", "plan.pdf"),
    ],
)
def test_a_file_name_is_decoded_and_made_safe(name, expected):
    (part,) = read(name).attachments
    assert (part.filename, part.size, part.sha256) == (expected, len(PLAN), hashlib.sha256(PLAN).hexdigest())


def test_a_file_name_that_is_too_long_keeps_its_extension():
    (part,) = read("attachment_name_too_long").attachments
    assert len(part.filename) == 150
    assert part.filename.endswith(".pdf")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("..", ""),
        ("/", ""),
        ("a/b/", "b"),
        ("con.txt", "_con.txt"),
        ("nul", "_nul"),
        (".profile", "profile"),
        ("a:b?.txt", "a_b_.txt"),
        ("x\0y\x1b.txt", "xy.txt"),
        ("日本" * 100 + ".txt", "日本" * 39 + ".txt"),
        ("", ""),
    ],
)
def test_safe_names(name, expected):
    assert safe_filename(name) == expected


@pytest.mark.parametrize("name", names())
def test_every_attachment_is_found_again_by_its_index(name):
    message = read(name)
    for part in message.attachments:
        again, data = leaf_content(letter(name), part.index)
        assert again == part
        assert (len(data), hashlib.sha256(data).hexdigest()) == (part.size, part.sha256)
    assert leaf_content(letter(name), 9999) is None


def test_damaged_base64_is_decoded_round_the_damage():
    (part,) = read("base64_damaged").attachments
    assert leaf_content(letter("base64_damaged"), part.index)[1] == PLAN * 3
    assert "base64-damaged" in read("base64_damaged").defects


def test_a_footer_that_a_list_put_behind_base64_is_read_as_text():
    lines = text("base64_with_list_footer").split("\n")
    assert (lines[0], lines[-2]) == ("Schöne Grüße aus dem Garten", "Gardeners@lists.example.org")


def test_text_that_was_never_encoded_is_kept_as_a_file():
    message = read("text_that_is_not_base64")
    assert texts(message) == ["The plan is attached.\n"]
    assert leaf_content(letter("text_that_is_not_base64"), 1)[1] == b"... just words, never encoded ...\n"


def test_broken_quoted_printable_is_read():
    assert text("quoted_printable_broken") == "100% sure: x = y, Grüße=ZZ und mehr"


def test_an_unknown_transfer_encoding_is_left_alone():
    assert text("transfer_encoding_unknown").startswith("The plum tree")
    assert read("transfer_encoding_unknown").defects == ["transfer-encoding-unknown"]


def test_an_attachment_that_yahoo_cut_off_keeps_its_beginning():
    (part,) = read("yahoo_cut_at_64_kb").attachments
    assert leaf_content(letter("yahoo_cut_at_64_kb"), part.index)[1].startswith(PLAN * 6)
    assert "boundary-unclosed" in read("yahoo_cut_at_64_kb").defects


def test_outlooks_winmail_dat_is_unpacked():
    message = read("winmail_dat")
    assert texts(message) == ["The plan is attached.\n"]
    assert [(part.filename, part.content_type, part.size) for part in message.attachments] == [
        ("Pläne für den Mai.pdf", "application/pdf", 140),
        ("notes.txt", "text/plain", 11),
    ]
    assert leaf_content(letter("winmail_dat"), message.attachments[0].index)[1] == PLAN


def test_a_text_that_is_only_in_winmail_dat_is_read():
    assert texts(read("winmail_dat_holds_the_text")) == ["hello world"]
    html = read("winmail_dat_holds_html").bodies[0]
    assert (html.kind, html.text) == ("html", "<p>Grüße</p>")


def test_a_winmail_dat_that_is_cut_off_yields_what_came_before():
    message = read("winmail_dat_cut_off")
    assert [part.filename for part in message.attachments] == ["Pläne für den Mai.pdf"]
    assert "tnef-damaged" in message.defects


def test_a_winmail_dat_that_is_none_is_kept():
    assert [part.filename for part in read("winmail_dat_that_is_none").attachments] == ["winmail.dat"]


@pytest.mark.parametrize("name", ["yenc_in_the_text", "yenc_in_two_parts", "binhex_in_the_text", "apple_single"])
def test_a_file_wrapped_in_an_old_way_is_unpacked(name):
    message = read(name)
    (part,) = message.attachments
    assert (part.filename, part.content_type) in (("plan.pdf", "application/pdf"), ("Pläne.pdf", "application/pdf"))
    assert leaf_content(letter(name), part.index)[1] == PLAN
    assert texts(message)[0].startswith("The plan is attached.\n")
    assert "ybegin" not in texts(message)[0] and "BinHex" not in texts(message)[0]
    assert message.defects == []


def test_what_the_author_wrote_below_a_wrapped_file_is_read():
    assert text("yenc_in_the_text") == "The plan is attached.\nAda\n"
    assert text("binhex_in_the_text") == "The plan is attached.\n\nbye, Ada\n"


def test_one_part_of_a_yencoded_file_is_kept_under_its_number():
    (part,) = read("yenc_one_part_of_two").attachments
    assert (part.filename, part.size) == ("plan.pdf.001", 100)


@pytest.mark.parametrize(("name", "defect"), [("yenc_cut_off", "yenc-damaged"), ("binhex_damaged", "binhex-damaged")])
def test_a_damaged_file_in_a_text_is_kept_and_remarked_upon(name, defect):
    message = read(name)
    assert [(part.filename, part.size) for part in message.attachments] == [("plan.pdf", len(PLAN))]
    assert message.defects == [defect]


def test_a_sentence_about_binhex_is_no_file():
    body = (
        b"Subject: x\n\n(This file must be converted with BinHex 4.0)\n\n:is what they say, and then\n=ybegin nothing\n"
    )
    message = parse_message(body)
    assert (message.attachments, message.bodies[0].text) == ([], body.decode().partition("\n\n")[2])


def test_a_letter_within_winmail_dat_comes_as_its_text_and_its_files():
    message = read("winmail_dat_holds_a_letter")
    assert [(part.filename, part.size) for part in message.attachments] == [
        ("Old letter.txt", 13),
        ("plan.pdf", len(PLAN)),
    ]
    assert leaf_content(letter("winmail_dat_holds_a_letter"), message.attachments[0].index)[1] == b"Words within."


def test_a_letter_inside_its_own_signature_is_read_and_the_signature_kept():
    message = read("smime_opaque_signed")
    assert texts(message) == ["The plan is attached.\n"]
    assert [part.filename for part in message.attachments] == ["smime.p7m", "plan.pdf"]
    assert leaf_content(letter("smime_opaque_signed"), message.attachments[1].index)[1] == PLAN


def test_a_letter_signed_twice_is_read():
    message = read("smime_opaque_signed_twice")
    assert texts(message) == ["The plan is attached.\n"]
    assert [part.filename for part in message.attachments] == ["smime.p7m", "smime.p7m"]


@pytest.mark.parametrize("length", range(0, 300, 7))
def test_a_signature_that_is_cut_off_anywhere_does_no_harm(length):
    whole = leaf_content(letter("smime_opaque_signed"), 0)[1]
    assert len(signed_content(whole[:length])) <= length
    assert signed_content(b"\x30\x80" * length) == b""


def test_a_charset_whose_language_was_forgotten_is_no_part_of_the_name():
    assert parse_disposition("attachment; filename*=utf-8'Gr%C3%BC.pdf").parameters["filename"] == "Grü.pdf"
    assert parse_disposition("attachment; filename*=Ada's%20plan.pdf").parameters["filename"] == "Ada's plan.pdf"
