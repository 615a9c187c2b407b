"""What a subject is about."""

import pytest

from archive.parsing import base_subject
from tests.archive.parsing.letters import read


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Plums",
        "RE:Plums",
        "Re : Plums",
        "Re[2]: Plums",
        "Re(3): Plums",
        "Re^2: Plums",
        "re: AW: Re: Plums",
        "Antwort: Plums",
        "Antw: Plums",
        "SV: Plums",
        "VS: Plums",
        "Vá: Plums",
        "Odp: Plums",
        "Ynt: Plums",
        "R: Plums",
        "RIF: Plums",
        "Res: Plums",
        "Rép : Plums",
        "Ang: Plums",
        "Ответ: Plums",
        "Fw: Plums",
        "Fwd: Plums",
        "WG: Plums",
        "TR: Plums",
        "RV: Plums",
        "Enc: Plums",
        "回复：Plums",
        "答复: Plums",
        "转发: Plums",
        "RE：Plums",
        "Svar: Plums",
        "Antw.: Plums",
        "Réf. : Plums",
        "Vedr.: Plums",
        "Re-2: Plums",
        "Trả lời: Plums",
        "Phản hồi: [garden] Plums",
        "ตอบ: Plums",
        "رد: Plums",
        "***SPAM*** Re: Plums",
        "{Spam?} Re: [garden] Plums",
        "[garden] Re: Plums",
        "Re: [garden] Plums",
        "[a] [b] Re: [c] Fwd: Plums",
        "Plums (fwd)",
        "[Fwd: Plums]",
        "Re: [fwd: [Fwd: Re: Plums]] (fwd) (FWD)",
        "Re:\tPlums",
    ],
)
def test_replies_and_forwards_are_about_the_same_thing(subject):
    assert base_subject(subject) == ("Plums", True)


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("[garden] Plums", "Plums"),
        ("[garden]", "[garden]"),
        ("Plums (ripe)", "Plums (ripe)"),
        ("  Plums \t and   pears ", "Plums and pears"),
        ("Reserve: Plums", "Reserve: Plums"),
        ("Ad: Plums", "Ad: Plums"),
        ("R-22: Plums", "R-22: Plums"),
        ("[fwd: Plums", "[fwd: Plums"),
        ("", ""),
    ],
)
def test_other_subjects_are_no_replies(subject, base):
    assert base_subject(subject) == (base, False)


def test_a_reply_to_nothing_is_a_reply_about_nothing():
    assert base_subject("Re: Re:") == ("", True)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("word_split_in_a_character", "Pflaumenblüte"),
        ("word_without_padding", "Grüße aus dem Garten"),
        ("word_with_spaces_in_it", "Grüße aus dem Garten"),
        ("word_in_wrong_charset", "Grüße"),
        ("word_with_question_marks", "Blüht er schon??"),
        ("word_cut_off", "Grüße aus dem Gar"),
        ("subject_folded_oddly", "The plum tree by the gate"),
        ("emoji_in_subject", "🌸 in flower"),
        ("raw_8bit_headers", "Grüße vom Pflaumenbaum"),
        ("raw_utf8_headers", "Grüße vom Pflaumenbaum 🌸"),
        ("raw_headers_in_two_charsets", "Слива цветёт у наших ворот"),
        ("nul_bytes", "The plum tree"),
        ("no_headers", ""),
    ],
)
def test_the_subject_is_decoded(name, expected):
    assert read(name).subject == expected
