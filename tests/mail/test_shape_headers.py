"""What a letter says of its list, its author and where answers go."""

from email.utils import getaddresses

import pytest

from groups.models.policy import AuthorPolicy, ReplyTo
from tests.mail.shapes import make_shape, parsed, shaped, with_footer

LETTER = """\
From: Ann Lee <ann@bank.example>
To: gardeners@lists.example
Subject: Seeds
Date: Mon, 2 Mar 2026 09:00:00 +0000
Message-ID: <seeds@bank.example>
References: <first@bank.example>
\t<second@bank.example>
In-Reply-To: <second@bank.example>

Forty packets are left.
"""


def header(name: str, letter: str = LETTER, **wishes) -> str | None:
    value = parsed(shaped(letter, make_shape(**wishes)))[name]
    return None if value is None else str(value)


def test_the_list_is_named_in_the_standard_fields():
    letter = parsed(shaped(LETTER, with_footer()))
    assert letter["List-Id"] == '"Riverside Gardeners" <gardeners.lists.example>'
    assert letter["List-Post"] == "<mailto:gardeners@lists.example>"
    assert letter["List-Help"] == "<mailto:gardeners%2Bhelp@lists.example>"
    assert letter["List-Owner"] == "<mailto:gardeners%2Bowner@lists.example>"
    assert letter["List-Subscribe"] == "<mailto:gardeners%2Bsubscribe@lists.example>"
    assert letter["List-Archive"] == "<https://lists.example/g/gardeners/topics/>"
    assert letter["Archived-At"] == "<https://lists.example/g/gardeners/message/7/>"
    assert letter["Precedence"] == "list"
    assert letter["X-Posthouse-Loop"] == "gardeners@lists.example"


def test_one_click_unsubscription_is_each_members_own():
    letter = parsed(shaped(LETTER, with_footer()))
    assert letter["List-Unsubscribe"] == (
        "<https://lists.example/mail/leave/leavetoken/>, <mailto:gardeners%2Bunsubscribe@lists.example>"
    )
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_where_only_moderators_post_the_list_says_no():
    assert header("List-Post", is_closed=True) == "NO"


@pytest.mark.parametrize("field", ["Message-ID", "References", "In-Reply-To", "Date", "To"])
@pytest.mark.parametrize(
    "policy", [AuthorPolicy.REWRITE, AuthorPolicy.WRAP, AuthorPolicy.ALWAYS, AuthorPolicy.UNTOUCHED]
)
def test_what_programs_thread_by_stays_byte_for_byte(field, policy):
    out = shaped(LETTER, with_footer(author_policy=policy, author_guarded=True)).decode().replace("\r\n", "\n")
    lines = LETTER[LETTER.index(f"{field}:") :].split("\n")
    first = lines[0] + ("\n" + lines[1] if lines[1].startswith("\t") else "")
    assert f"\n{first}\n" in f"\n{out}"


@pytest.mark.parametrize(
    "field",
    ["Return-Path: <a@b>", "Delivered-To: x@y", "List-Id: <other.example>", "X-Spam-Status: No", "Bcc: eve@example.org",
     "Approved: secret", "Disposition-Notification-To: ann@home.example", "Return-Receipt-To: ann@home.example",
     "Errors-To: x@y", "Authentication-Results: lists.example; dkim=pass"],
)  # fmt: skip
def test_what_must_not_travel_does_not(field):
    assert field.split(": ")[1].encode() not in shaped(f"{field}\n{LETTER}", make_shape())


def test_the_way_it_came_stays_to_be_read():
    assert b"Received: from x by y; Mon" in shaped(f"Received: from x by y; Mon\n{LETTER}", make_shape())


@pytest.mark.parametrize(
    "subject, tagged",
    [
        ("Seeds", "[gardeners] Seeds"),
        ("Re: Seeds", "Re: [gardeners] Seeds"),
        ("Re: [gardeners] Seeds", "Re: [gardeners] Seeds"),
        ("[Gardeners] Seeds", "[Gardeners] Seeds"),
        ("AW: Re: Seeds", "AW: Re: [gardeners] Seeds"),
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "[gardeners] Grüße"),
        ("=?utf-8?q?Re=3A_Gr=C3=BC=C3=9Fe?=", "Re: [gardeners] Grüße"),
        ("Re: =?utf-8?b?W2dhcmRlbmVyc10gR3LDvMOfZQ==?=", "Re: [gardeners] Grüße"),
        ("", "[gardeners] (no subject)"),
        ("Re:", "Re: [gardeners]"),
        ("Re:Seeds", "Re: [gardeners] Seeds"),
    ],
)
def test_the_tag_stands_once_behind_the_reply_words(subject, tagged):
    assert (
        header("Subject", LETTER.replace("Subject: Seeds", f"Subject: {subject}"), subject_tag="[gardeners]") == tagged
    )


def test_a_tag_in_another_script_keeps_its_space():
    letter = LETTER.replace("Subject: Seeds", "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=")
    assert header("Subject", letter, subject_tag="[Gärten]") == "[Gärten] Grüße"


def test_a_letter_without_a_subject_line_gets_one():
    assert header("Subject", LETTER.replace("Subject: Seeds\n", ""), subject_tag="[g]") == "[g] (no subject)"


def test_without_a_tag_the_subject_is_not_touched():
    assert header("Subject") == "Seeds"


def addresses(value: str | None) -> list[str]:
    return [address for _, address in getaddresses([value or ""])]


@pytest.mark.parametrize(
    "policy, wanted",
    [
        (ReplyTo.GROUP, ["gardeners@lists.example"]),
        (ReplyTo.SENDER, []),
        (ReplyTo.BOTH, ["gardeners@lists.example", "ann@bank.example"]),
        (ReplyTo.MODERATORS, ["gardeners+owner@lists.example"]),
    ],
)
def test_answers_go_where_the_group_wants_them(policy, wanted):
    assert addresses(header("Reply-To", reply_to=policy)) == wanted


@pytest.mark.parametrize(
    "policy, wanted",
    [
        (ReplyTo.GROUP, ["gardeners@lists.example", "ann@home.example"]),
        (ReplyTo.SENDER, ["ann@home.example"]),
        (ReplyTo.BOTH, ["gardeners@lists.example", "ann@home.example"]),
    ],
)
def test_where_the_author_wants_answers_is_respected(policy, wanted):
    assert addresses(header("Reply-To", f"Reply-To: ann@home.example\n{LETTER}", reply_to=policy)) == wanted


def test_the_author_is_replaced_only_where_their_domain_asks_for_it():
    assert header("From") == "Ann Lee <ann@bank.example>"
    assert header("From", author_guarded=True) == "Ann Lee via Riverside Gardeners <gardeners@lists.example>"
    assert header("From", author_policy=AuthorPolicy.ALWAYS).startswith("Ann Lee via")
    assert header("From", author_guarded=True, author_policy=AuthorPolicy.UNTOUCHED) == "Ann Lee <ann@bank.example>"


@pytest.mark.parametrize("policy", list(ReplyTo))
@pytest.mark.parametrize("mode", [AuthorPolicy.REWRITE, AuthorPolicy.WRAP])
def test_a_private_answer_still_reaches_a_replaced_author(policy, mode):
    letter = parsed(shaped(LETTER, make_shape(author_guarded=True, reply_to=policy, author_policy=mode)))
    assert "ann@bank.example" in addresses(letter["Reply-To"]) + addresses(letter["Cc"])


def test_a_name_that_is_an_address_is_not_shown_as_one():
    letter = LETTER.replace("Ann Lee <ann@bank.example>", '"ann@bank.example" <ann@bank.example>')
    assert header("From", letter, author_guarded=True) == "ann via Riverside Gardeners <gardeners@lists.example>"


def test_names_in_other_scripts_stay_readable():
    letter = LETTER.replace("Ann Lee", "=?utf-8?q?Anna_=C3=85berg?=")
    assert header("From", letter, author_guarded=True).startswith("Anna Åberg via Riverside Gardeners")


def test_wrapped_the_authors_letter_is_inside_whole():
    out = shaped(LETTER, make_shape(author_guarded=True, author_policy=AuthorPolicy.WRAP))
    inner = parsed(out).get_payload()[1].get_payload()[0]
    assert inner["From"] == "Ann Lee <ann@bank.example>"
    assert inner.get_content().replace("\r\n", "\n") == "Forty packets are left.\n"
    assert parsed(out)["Message-ID"] == "<seeds@bank.example>"


SIGNED = (
    "DKIM-Signature: v=1; a=rsa-sha256; d=bank.example; s=x; h=From:Subject:List-Unsubscribe;\n\tbh=x; b=y\n" + LETTER
)


def test_a_signature_we_broke_goes_and_one_we_did_not_stays():
    signed = SIGNED.replace(":List-Unsubscribe", "")
    assert header("DKIM-Signature", signed) is not None
    assert header("DKIM-Signature", signed, subject_tag="[g]") is None
    assert header("DKIM-Signature", signed, footer_text="bye") is None


def test_untouched_too_an_author_whose_domain_forbids_it_is_replaced_where_they_wrote_on_the_web():
    """Nobody has signed such a letter: as it is, receivers would refuse it."""
    wishes = {"author_policy": AuthorPolicy.UNTOUCHED, "is_from_web": True, "reply_to": ReplyTo.SENDER}
    letter = parsed(shaped(LETTER, make_shape(author_guarded=True, **wishes)))
    assert header("From", author_guarded=True, **wishes).endswith("<gardeners@lists.example>")
    assert "ann@bank.example" in letter["Reply-To"]
    assert header("From", **wishes) == "Ann Lee <ann@bank.example>"  # where the domain has nothing against it


def test_untouched_adds_only_what_the_signature_does_not_speak_of():
    letter = shaped(SIGNED, with_footer(author_policy=AuthorPolicy.UNTOUCHED, subject_tag="[g]"))
    assert parsed(letter)["List-Unsubscribe"] is None
    assert parsed(letter)["List-Id"] is not None
    assert parsed(letter)["DKIM-Signature"] is not None
    assert letter.partition(b"\r\n\r\n")[2] == b"Forty packets are left.\r\n"


def test_a_letter_without_an_id_leaves_under_the_one_it_is_archived_by():
    letter = LETTER.replace("Message-ID: <seeds@bank.example>\n", "")
    assert header("Message-ID", letter, message_id="made@lists.example") == "<made@lists.example>"


def test_a_numbered_tag_carries_each_letters_own_number():
    wishes = {"subject_tag": "[seeds {number}]", "number": 17}
    assert header("Subject", **wishes) == "[seeds 17] Seeds"
    answer = LETTER.replace("Subject: Seeds", "Subject: Re: [seeds 9] Seeds")
    assert header("Subject", answer, **wishes) == "Re: [seeds 17] Seeds"
    umlauts = LETTER.replace("Subject: Seeds", "Subject: =?utf-8?q?Re=3A_=5Bseeds_9=5D_Gr=C3=BC=C3=9Fe?=")
    assert header("Subject", umlauts, **wishes) == "Re: [seeds 17] Grüße"


def test_a_tag_may_stand_before_the_words_of_an_answer():
    answer = LETTER.replace("Subject: Seeds", "Subject: Re: Seeds")
    assert header("Subject", answer, subject_tag="[seeds]", tag_first=True) == "[seeds] Re: Seeds"
    again = LETTER.replace("Subject: Seeds", "Subject: Re: [seeds] Seeds")
    assert header("Subject", again, subject_tag="[seeds]", tag_first=True) == "Re: [seeds] Seeds"


def test_answers_go_to_the_address_the_group_names():
    wishes = {"reply_to": ReplyTo.ADDRESS, "reply_to_address": "desk@example.org"}
    assert addresses(header("Reply-To", **wishes)) == ["desk@example.org"]
