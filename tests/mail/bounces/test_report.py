"""What comes back, and what it means for whom."""

import json
from base64 import encodebytes
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from mail.bounces.report import read
from mail.bounces.types import Category
from tests.corpora import corpus
from tests.mail.bounces.reports import complaint, delivery_report, failed, letter

FLUFL = "conformance/bounce-flufl"


def test_every_address_list_of_the_flufl_corpus_is_found():
    folder = corpus(FLUFL)
    cases = json.loads((folder / "expected.json").read_text())
    # groupwise_02 is listed twice: for a detector that finds nothing in it, and for the one that finds the address.
    expected: dict[str, set[tuple[str, ...]]] = {}
    for case in cases:
        expected.setdefault(case["file"], set()).add(tuple(sorted(case["addresses"])))
    wrong = [name for name, lists in expected.items() if read((folder / name).read_bytes()).addresses not in lists]
    assert len(cases) == 114 and len(expected) == 113
    assert wrong == []


def test_warnings_of_the_corpus_are_delays_and_holiday_notices_are_no_bounces():
    folder = corpus(FLUFL)
    cases = json.loads((folder / "expected.json").read_text())
    of_warnings = {read((folder / case["file"]).read_bytes()).category for case in cases if case["temporary"]}
    assert of_warnings == {Category.DELAY}
    assert read((folder / "qmail_08.txt").read_bytes()).category == Category.AUTO_REPLY


@pytest.mark.parametrize(
    ("code", "diagnostic", "category"),
    [
        ("5.1.1", "550 5.1.1 <ann@example.org>: Recipient address rejected: User unknown", "hard"),
        ("5.0.0", "550 no such user here", "hard"),
        ("5.0.0", "550-5.1.1 The email account that you tried to reach does not exist.", "hard"),
        ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied. [AM6EUR05FT064.example]", "hard"),
        ("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", "hard"),
        ("5.2.1", "550 5.2.1 The email account that you tried to reach is inactive.", "hard"),
        ("5.4.4", "Host or domain name not found. Name service error for name=gone.example type=A", "hard"),
        ("5.2.2", "552 5.2.2 The email account that you tried to reach is over quota", "full"),
        ("4.2.2", "452 4.2.2 mailbox full", "full"),
        ("5.0.0", "552 Requested mail action aborted: exceeded storage allocation", "full"),
        ("5.7.1", "550 5.7.1 Message rejected due to content restrictions", "policy"),
        ("5.7.26", "550-5.7.26 Unauthenticated email is not accepted due to the domain's DMARC policy.", "policy"),
        ("5.7.1", "550 5.7.1 user unknown, or so we say to spammers", "policy"),
        ("5.0.0", "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using Spamhaus", "policy"),
        ("5.3.4", "552 5.3.4 Message size exceeds fixed limit", "policy"),
        ("5.6.0", "550 5.6.0 Invalid header", "policy"),
        ("5.1.90", "550 5.1.90 You've reached your daily limit for message recipients", "policy"),
        ("5.2.122", "554 5.2.122 The recipient has exceeded their limit for messages per hour.", "policy"),
        ("5.0.0", "550 Client host rejected: cannot find your hostname, [192.0.2.1]", "policy"),
        ("4.4.7", "Message expired: could not connect to host", "temporary"),
        ("5.4.7", "Delivery expired (message too old)", "temporary"),
        ("4.4.1", "connection timed out", "temporary"),
        ("5.0.0", "we do not say why", "unknown"),
    ],
)
def test_a_failure_means_what_its_code_and_words_say(code, diagnostic, category):
    report = read(delivery_report(failed("ann@example.org", code, diagnostic)))
    assert (report.category, report.addresses) == (category, ("ann@example.org",))


def test_the_most_telling_code_is_reported():
    report = read(delivery_report(failed("ann@example.org", "5.0.0", "550 5.7.1 not today")))
    assert (report.status, report.diagnostic) == ("5.7.1", "550 5.7.1 not today")


def test_a_report_names_the_letter_that_came_back():
    assert (
        read(delivery_report(failed("ann@example.org", "5.1.1", "unknown"))).original_message_id == "post-7@example.org"
    )


def test_a_delay_is_no_failure():
    report = read(delivery_report(failed("ann@example.org", "4.4.1", "connection refused", action="delayed")))
    assert (report.category, report.addresses) == (Category.DELAY, ("ann@example.org",))


def test_a_delivery_notice_is_no_bounce():
    report = read(delivery_report(failed("ann@example.org", "2.0.0", "250 ok", action="delivered")))
    assert (report.category, report.addresses) == (Category.UNKNOWN, ())


def test_only_those_that_failed_are_named():
    status = (
        "Reporting-MTA: dns; mx.example.net\n\n"
        "Final-Recipient: rfc822; ann@example.org\nAction: delivered\nStatus: 2.1.5\n\n"
        "Final-Recipient: rfc822; bob@example.org\nAction: failed (no such user)\nStatus: 5.1.1"
    )
    assert read(delivery_report(status)).addresses == ("bob@example.org",)


def test_an_original_recipient_wins_over_the_final_one():
    status = (
        "Original-Recipient: rfc822;ann@example.org\nFinal-Recipient: rfc822;ann@mailbox.example.net\n"
        "Action: failed\nStatus: 5.1.1"
    )
    assert read(delivery_report(status)).addresses == ("ann@example.org",)


def test_internationalised_addresses_of_rfc_6533():
    status = "Final-Recipient: utf-8; j\\x{F6}rg@example.org\nAction: failed\nStatus: 5.1.1"
    assert read(delivery_report(status)).addresses == ("jörg@example.org",)


def test_a_status_part_for_all_scripts_comes_bare_or_encoded():
    status = "Final-Recipient: utf-8-addr-unitext; 用户@例え.example\nAction: failed\nStatus: 5.1.1\n"
    bare = delivery_report(status).replace(b"message/delivery-status", b"message/global-delivery-status")
    as_base64 = b"message/global-delivery-status\nContent-Transfer-Encoding: base64"
    encoded = delivery_report(encodebytes(status.encode()).decode()).replace(b"message/delivery-status", as_base64)
    for raw in (bare, encoded):
        assert (read(raw).category, read(raw).addresses) == (Category.HARD, ("用户@例え.example",))


def test_a_recipient_with_a_name_is_the_address_in_it():
    status = 'Final-Recipient: rfc822; "Ann Bee" <ann@example.org>\nAction: failed\nStatus: 5.1.1'
    assert read(delivery_report(status)).addresses == ("ann@example.org",)


def test_where_the_status_part_names_an_x400_address_the_words_name_the_other():
    status = "Final-Recipient: x400; /C=DE/A=X/P=Firma/S=ann/\nAction: failed\nStatus: 5.1.1"
    words = "Your message from g@lists.example.org to ann@example.org could not be delivered."
    assert read(delivery_report(status, words=words)).addresses == ("ann@example.org",)


def test_addresses_of_japanese_telephones_have_two_dots():
    status = "Final-Recipient: rfc822; ann..b.@phone.example.jp\nAction: failed\nStatus: 5.1.1"
    assert read(delivery_report(status)).addresses == ("ann..b.@phone.example.jp",)


def test_an_exim_report_without_a_status_part():
    raw = letter(
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to "
        "one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n"
        "  ann@example.org\n    host mx.example.org [192.0.2.7]\n    SMTP error from remote mail server after RCPT TO:\n"
        "    550 Unrouteable address\n\n------ This is a copy of the message ------\n\nFrom: g@lists.example.org\n",
        From="Mail Delivery System <Mailer-Daemon@mx.example.net>",
        Subject="Mail delivery failed: returning message to sender",
        X_Failed_Recipients="ann@example.org",
    )
    report = read(raw)
    assert (report.category, report.addresses) == (Category.HARD, ("ann@example.org",))
    assert "550 Unrouteable address" in report.diagnostic


def test_exims_warning_of_a_delay_is_none_though_it_quotes_what_the_other_server_said():
    raw = letter(
        "A message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours.\n\n"
        "The address to which the message has not yet been delivered is:\n\n  ann@example.org\n    Delay reason: SMTP error from "
        "remote mail server after RCPT TO:<ann@example.org>:\n"
        "    451 4.7.1 Greylisted\n\nNo action is required on your part. Delivery attempts will continue for\nsome time.\n",
        From="Mail Delivery System <Mailer-Daemon@mx.example.net>",
        Subject="Warning: message 1abcDE-000123-AB delayed 24 hours",
    )
    assert (read(raw).category, read(raw).addresses) == (Category.DELAY, ("ann@example.org",))


def test_a_letter_in_text_that_came_back_is_named_by_what_is_quoted_of_it():
    raw = letter(
        "Hi. This is the qmail-send program.\nI'm afraid I wasn't able to deliver your message to the following"
        " addresses.\n\n<ann@example.org>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of "
        "the message.\n\nReturn-Path: <g@lists.example.org>\nMessage-ID: <post-7@example.org>\nSubject: Seeds\n\nHello\n",
        From="MAILER-DAEMON@mx.example.net", Subject="failure notice",
    )  # fmt: skip
    assert (read(raw).category, read(raw).original_message_id) == (Category.HARD, "post-7@example.org")


def test_a_person_who_forwards_a_report_is_not_what_it_is_about():
    raw = letter("Look:\n\n<carl@example.org>: 550 user unknown\n", Subject="Fwd: Mail delivery failed")
    assert (read(raw).category, read(raw).addresses) == (Category.UNKNOWN, ())


def test_a_filter_that_refuses_says_nothing_about_the_address():
    raw = letter(
        "Your message to: ann@example.org\nwas blocked by our Spam Firewall. It has NOT BEEN DELIVERED.\n",
        From="postmaster@mx.example.net", Subject="**Message you sent blocked by our bulk email filter**",
    )  # fmt: skip
    assert (read(raw).category, read(raw).addresses) == (Category.POLICY, ("ann@example.org",))


def test_a_server_that_writes_as_it_likes():
    raw = letter(
        "Ihre Nachricht an ann@example.org konnte nicht zugestellt werden:\n\nBenutzer unbekannt\n",
        From="postmaster@firma.example", Subject="Unzustellbar: Seeds",
    )  # fmt: skip
    assert (read(raw).category, read(raw).addresses) == (Category.HARD, ("ann@example.org",))


@pytest.mark.parametrize(
    "subject",
    [
        "Out of Office: Seeds", "Automatic reply: Seeds", "Automatische Antwort: Seeds", "Réponse automatique : Seeds",
        "Respuesta automática: Seeds", "Risposta automatica: Seeds", "Resposta automática: Seeds", "Autosvar: Seeds",
        "Автоответ: Seeds", "自動応答: Seeds", "自动回复: Seeds", "Re: Automatic reply: Seeds", "Abwesenheitsnotiz",
    ],
)  # fmt: skip
def test_holiday_notices_are_known_by_their_subject(subject):
    assert read(letter("I am away until Monday.", Subject=subject)).category == Category.AUTO_REPLY


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "auto_reply"},
        {"X_Autoreply": "yes"},
        {"Auto_Submitted": "auto-generated"},
    ],
)
def test_holiday_notices_are_known_by_their_headers(headers):
    report = read(letter("I am away. Ask bob@example.org.", **headers))
    assert (report.category, report.addresses) == (Category.AUTO_REPLY, ())


def test_a_read_receipt_is_an_automatic_answer():
    raw = (
        b"From: ann@example.org\nSubject: Read: Seeds\nMIME-Version: 1.0\n"
        b"Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n"
        b"--b\nContent-Type: text/plain\n\nYour message was read.\n"
        b"--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; ann@example.org\n"
        b"Disposition: manual-action/MDN-sent-manually; displayed\n--b--\n"
    )
    assert read(raw).category == Category.AUTO_REPLY


def test_a_complaint_names_the_reader():
    report = read(complaint())
    assert (report.category, report.addresses) == (Category.COMPLAINT, ("ann@example.org",))
    assert report.original_message_id == "post-7@example.org"


def test_a_complaint_that_hides_the_reader_takes_the_letters_recipient():
    assert read(complaint(fields="")).addresses == ("ann@example.org",)


def test_a_complaint_names_the_reader_however_its_fields_are_written():
    typed = complaint(fields="Original-Rcpt-To: rfc822; <ben@example.org>\n")
    encoded = complaint().replace(
        b"message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: FBL/1\nVersion: 1\nOriginal-Rcpt-To: <ann@example.org>\n",
        b"message/feedback-report\nContent-Transfer-Encoding: base64\n\n"
        + encodebytes(b"Feedback-Type: abuse\nOriginal-Rcpt-To: ben@example.org\n"),
    )
    after_a_blank_line = complaint(fields="\nOriginal-Rcpt-To: ben@example.org\n")
    header_alone = complaint(fields="").replace(b"message/rfc822", b"text/rfc822-headers").replace(b"ann@", b"ben@")
    for raw in (typed, encoded, after_a_blank_line, header_alone):
        assert (read(raw).category, read(raw).addresses) == (Category.COMPLAINT, ("ben@example.org",))


def test_outlooks_junk_report_names_the_reader_inside_the_letter_it_returns():
    raw = (
        b"From: staff@hotmail.example\r\nTo: abuse@lists.example.org\r\nSubject: complaint about message from 192.0.2.7\r\n"
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        b"X-HmXmrOriginalRecipient: ann@hotmail.example\r\nSubject: Compost\r\nMessage-ID: <1@example.org>\r\n\r\nx\r\n--b--\r\n"
    )
    report = read(raw)
    assert (report.category, report.addresses) == (Category.COMPLAINT, ("ann@hotmail.example",))
    assert report.original_message_id == "1@example.org"


def test_not_spam_is_no_complaint():
    assert read(complaint("not-spam")).category == Category.UNKNOWN


def test_a_letter_by_a_person_is_nothing_of_that():
    report = read(letter("I did get your mail, thanks! The 550 seeds arrived; mailbox full of them."))
    assert (report.category, report.addresses) == (Category.UNKNOWN, ())


@given(st.binary(max_size=400))
def test_no_bytes_raise(raw):
    assert read(raw).category in Category


@given(st.text(max_size=300))
def test_no_status_part_raises(status):
    assert read(delivery_report(status)).category in Category


def test_read_bounce_answers_in_json(tmp_path: Path, capsys):
    path = tmp_path / "report.eml"
    path.write_bytes(delivery_report(failed("ann@example.org", "5.1.1", "550 5.1.1 User unknown")))
    call_command("read_bounce", str(path), "--json")
    assert json.loads(capsys.readouterr().out) == {
        "category": "hard",
        "addresses": ["ann@example.org"],
        "status": "5.1.1",
        "diagnostic": "550 5.1.1 User unknown",
    }
