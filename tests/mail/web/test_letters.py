from datetime import UTC, datetime

import pytest

from archive.parsing import parse_message
from mail.web.letters import File, Written, as_bytes, message_id, quotation, reply_subject

WHEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def written(**fields) -> bytes:
    usual = {
        "name": "Bob", "address": "bob@example.org", "to": "gardeners@posthouse.localhost", "to_name": "Gardeners",
        "subject": "Seed swap", "text": "Forty packets are left.", "message_id": "1@posthouse.localhost", "date": WHEN,
    }  # fmt: skip
    return as_bytes(Written(**{**usual, **fields}))


def test_a_letter_says_who_when_and_to_whom():
    letter = parse_message(written(name="Bob Müller", subject="Bohnen & Grüße"))
    assert (letter.sender.name, letter.sender.address) == ("Bob Müller", "bob@example.org")
    assert (letter.subject, letter.message_id, letter.date) == ("Bohnen & Grüße", "1@posthouse.localhost", WHEN)
    assert not letter.defects


def test_an_answer_names_what_it_answers_and_all_before_it():
    letter = parse_message(written(answers="c@x", references=["a@x", "b@x"]))
    assert letter.references == ("a@x", "b@x", "c@x")
    assert b"In-Reply-To: <c@x>\r\n" in written(answers="c@x")


def test_long_message_ids_stay_whole():
    long = "x" * 300 + "@example.org"
    raw = written(answers=long, references=[long.replace("x", "y")])
    assert f"<{long}>".encode() in raw and b"=?" not in raw


@pytest.mark.parametrize("strange", ["a b@x", "ä@x", "a>\r\nBcc: all@x", ""])
def test_what_is_no_message_id_never_gets_into_the_header(strange):
    raw = written(answers=strange)
    assert b"In-Reply-To" not in raw and b"Bcc" not in raw


def test_nobody_writes_header_fields_into_a_subject_or_a_name():
    raw = written(subject="Seeds\r\nBcc: all@example.org", name="Bob\nBcc: all@example.org")
    assert b"\nBcc:" not in raw


def test_every_line_ends_as_mail_wants_it():
    raw = written(text="one\ntwo\r\nthree\rfour ü " * 50, files=[File("a.txt", "text/plain", b"x\ny")])
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_files_come_out_as_they_went_in():
    files = [File("plan ü.pdf", "application/pdf", b"%PDF-1.4\0"), File("odd", "message/rfc822", b"not a message")]
    found = parse_message(written(files=files)).attachments
    assert [(each.filename, each.content_type) for each in found] == [
        ("plan ü.pdf", "application/pdf"),
        ("odd", "application/octet-stream"),
    ]


def test_the_same_letter_has_the_same_message_id():
    assert (
        message_id("x.org", "web", 1, "a") == message_id("x.org", "web", 1, "a") != message_id("x.org", "web", 2, "a")
    )


@pytest.mark.parametrize(
    ("subject", "answer"), [("Seeds", "Re: Seeds"), ("Re: Seeds", "Re: Seeds"), ("AW: Seeds", "AW: Seeds"), ("", "Re:")]
)
def test_an_answer_is_called_re_once(subject, answer):
    assert reply_subject(subject) == answer


def test_a_quotation_leaves_the_signature_out():
    assert quotation("Ann", "2 Mar", "Yes.\n> No?\n-- \nAnn") == "Ann wrote on 2 Mar:\n> Yes.\n>> No?\n\n"
