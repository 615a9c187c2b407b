"""What is read, and what is downloaded."""

import pytest

from archive.parsing import parse_message
from tests.archive.parsing.letters import kinds, read, text, texts


def files(name):
    return [(part.filename, part.content_type) for part in read(name).attachments]


@pytest.mark.parametrize("name", ["no_body_at_all", "header_only_with_blank_line", "no_bytes_at_all"])
def test_a_letter_without_a_body_has_none(name):
    message = read(name)
    assert (message.bodies, message.attachments) == ([], [])


def test_an_attachment_may_be_all_there_is():
    assert kinds(read("attachment_only")) == []
    assert files("attachment_only") == [("plan.pdf", "application/pdf")]


def test_a_calendar_is_shown_and_kept():
    message = read("calendar_only")
    assert kinds(message) == ["calendar"]
    assert "SUMMARY:Digging\n" in message.bodies[0].text
    assert files("calendar_only") == [("", "text/calendar")]


def test_an_invitation_has_text_html_and_calendar_as_alternatives():
    message = read("text_html_and_calendar")
    assert kinds(message) == ["plain", "html", "calendar"]
    assert {body.alternative for body in message.bodies} == {1}
    assert files("text_html_and_calendar") == [("invite.ics", "text/calendar")]


def test_html_alone_is_shown_as_html():
    message = read("html_only")
    assert [(body.kind, body.text) for body in message.bodies] == [("html", "<p>In <i>flower</i>.</p>\n")]


def test_text_and_html_of_one_letter_are_both_kept_to_choose_from():
    bodies = read("text_and_html").bodies
    assert [(body.kind, body.alternative) for body in bodies] == [("plain", 1), ("html", 1)]


def test_texts_are_shown_in_order_and_are_no_alternatives():
    message = read("two_texts_round_a_picture")
    assert texts(message) == ["Before the picture.\n", "After the picture.\n"]
    assert [body.alternative for body in message.bodies] == [0, 0]
    assert message.attachments[0].inline


def test_an_inline_image_is_found_by_its_content_id():
    (image,) = read("html_with_inline_image").attachments
    assert (image.content_id, image.inline, image.filename) == ("flower@example.org", True, "flower.png")


def test_text_that_asks_to_be_an_attachment_or_has_a_name_is_one():
    assert texts(read("text_that_is_an_attachment")) == ["The plan is attached.\n"]
    assert files("text_that_is_an_attachment") == [("notes.txt", "text/plain"), ("patch.diff", "text/plain")]


def test_the_only_part_is_read_even_if_it_calls_itself_an_attachment():
    assert text("only_part_is_called_attachment").startswith("The plum tree")


def test_enriched_text_is_read_as_text():
    assert text("enriched_text").split("\n") == ["The plum tree flowers.", "Come <soon>. "]


def test_richtext_is_read_as_text():
    assert text("rich_text_of_1992").strip() == "The plum tree\nflowers <now>."


def test_enriched_text_beside_plain_text_is_kept_as_a_file():
    assert texts(read("alternative_with_enriched")) == ["The plan is attached.\n"]
    assert files("alternative_with_enriched") == [("", "text/enriched")]


def test_a_picture_that_calls_itself_text_is_not_shown_as_text():
    message = read("image_that_calls_itself_text")
    assert (message.bodies, message.attachments[0].size) == ([], 70)


def test_messages_in_a_message_are_files_named_after_their_subject():
    assert files("message_in_a_message") == [("Blüte.eml", "message/rfc822")]
    assert files("message_in_a_message_inline") == [("forwarded.eml", "message/rfc822")]
    assert files("digest") == [("First.eml", "message/rfc822"), ("Second.eml", "message/rfc822")]


def test_a_bounce_keeps_its_status_and_the_headers_of_the_letter():
    assert texts(read("bounce")) == ["Your letter could not be delivered.\n"]
    assert [kind for _, kind in files("bounce")] == ["message/delivery-status", "text/rfc822-headers"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("external_body", [("plan.ps", "message/external-body")]),
        ("part_of_a_message", [("", "message/partial")]),
        ("apple_double", [("plan", "application/applefile"), ("plan", "application/pdf")]),
        ("pgp_encrypted", [("version.asc", "application/pgp-encrypted"), ("", "application/octet-stream")]),
        ("smime_opaque", [("smime.p7m", "application/pkcs7-mime")]),
    ],
)
def test_what_cannot_be_read_is_kept_whole(name, expected):
    assert files(name) == expected


@pytest.mark.parametrize(("name", "signature"), [("pgp_signed", "signature.asc"), ("smime_signed", "smime.p7s")])
def test_a_signed_letter_is_read_and_its_signature_kept(name, signature):
    assert texts(read(name)) == ["The plan is attached.\n"]
    assert [filename for filename, _ in files(name)] == [signature]


def test_a_letter_signed_within_its_text_is_left_as_it_is():
    assert "-----BEGIN PGP SIGNED MESSAGE-----" in text("pgp_inline")
    assert "- -- \nAda\n" in text("pgp_inline")


def test_uuencoded_files_are_cut_out_of_the_text():
    message = read("uuencoded_in_the_text")
    assert texts(message) == ["The plan follows.\n\n\nDig well,\nAda\nbegin 644 is not a file, only words.\n"]
    assert [(part.filename, part.content_type, part.size) for part in message.attachments] == [
        ("plan.pdf", "application/pdf", 140)
    ]


def test_flowed_text_is_one_line_a_paragraph():
    message = read("flowed")
    assert message.bodies[0].flowed
    assert message.bodies[0].text.split("\n") == [
        "The plum tree by the gate is in flower.",
        "",
        "> Which gate is that?",
        ">> The green one.",
        " indented by two",
        "From the river,",
        "-- ",
        "Ada Gardener",
        "",
    ]


def test_the_space_of_a_soft_break_goes_with_delsp():
    assert text("flowed_delsp") == "門のそばの梅の木\n"


def test_a_scrubbed_attachment_of_pipermail_leaves_its_url_in_the_text():
    assert "Url : http://lists.example.org/pipermail/" in text("pipermail")


def test_what_eudora_wrote_around_flowed_text_is_not_read():
    raw = b"Subject: x\n\n<x-flowed>Hello\n</x-flowed>\n\nAttachment Converted: plan.doc\n"
    assert texts(parse_message(raw)) == ["Hello\n\nAttachment Converted: plan.doc\n"]
