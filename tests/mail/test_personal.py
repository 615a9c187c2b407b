"""Every copy its own: marks filled in plain, quoted-printable and base64 places."""

import base64
import quopri

from mail.outbox.personal import ADDRESS, LEAVE, VOTE, Template, base64_region, copy, mark, without_nuls


def test_each_copy_gets_its_own_values():
    template = f"List-Unsubscribe: <https://x.example/leave/{mark(LEAVE)}/>\r\n\r\nFor {mark(ADDRESS)}\r\n".encode()
    assert copy(template, {LEAVE: "abc", ADDRESS: "bob@example.org"}).endswith(
        b"/leave/abc/>\r\n\r\nFor bob@example.org\r\n"
    )
    assert b"/leave/xyz/" in copy(template, {LEAVE: "xyz", ADDRESS: "c@example.org"})


def test_a_letter_without_marks_is_the_same_for_all():
    template = Template(b"Subject: x\r\n\r\nHello\r\n")
    assert not template.is_personal
    assert template.fill({LEAVE: "abc"}) == b"Subject: x\r\n\r\nHello\r\n"


def test_marks_in_base64_are_encoded_with_their_surroundings():
    text = "Zurück: ".encode() + f"https://x.example/leave/{mark(LEAVE)}/ und weiter {'x' * 90}".encode()
    filled = copy(b"\r\n" + base64_region(text) + b"\r\n--end--", {LEAVE: "t0ken"})
    encoded = filled.removeprefix(b"\r\n").removesuffix(b"\r\n--end--")
    assert max(map(len, encoded.split(b"\r\n"))) == 76
    assert base64.b64decode(encoded).decode().startswith("Zurück: https://x.example/leave/t0ken/ und weiter xxx")


def test_marks_in_quoted_printable_stand_between_soft_line_ends():
    filled = copy(b"https://x.example/leave/=\r\n" + mark(LEAVE).encode() + b"=\r\n/", {LEAVE: "t0ken"})
    assert quopri.decodestring(filled) == b"https://x.example/leave/t0ken/"


def test_a_template_knows_what_it_asks_for_also_within_base64():
    template = Template(b"x" + base64_region(mark(LEAVE).encode()))
    assert template.asks_for(LEAVE)
    assert not template.asks_for(ADDRESS)


def test_nobody_can_write_a_mark_into_a_letter():
    assert without_nuls(b"\0leave\0") == b"leave"


def test_each_reader_has_an_answer_address_of_their_own():
    template = Template(
        f"Reply-To: vote+{mark(f'{VOTE}7.1')}@x\r\n\r\n".encode() + base64_region(mark("address").encode())
    )
    assert template.asked >= {"vote.7.1", "address"}
    assert template.fill({"vote.7.1": "abc"}).startswith(b"Reply-To: vote+abc@x\r\n")
