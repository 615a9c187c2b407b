"""Plain letters as HTML: every space kept, quotes folded, nothing cut."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.rendering import render, reveal_addresses
from tests.archive.rendering.bodies import plain
from tests.archive.rendering.pages import Page, faults_of, unfolded

TEN_QUOTED = "\n".join(f"> line {number}" for number in range(10))
ATTRIBUTION = "On Fri, May 3, 2024 at 10:15 AM Marta Berg <marta@orchard.example> wrote:"


def shown(text):
    return render([plain(text)], []).html


def test_spaces_and_line_ends_are_kept():
    html = shown("  Dear all,\nthe  wide  gap\n\n\n  and an indent")
    assert '<p dir="auto">  Dear all,\nthe  wide  gap</p>' in html
    assert '<p dir="auto">\n  and an indent</p>' in html


def test_each_paragraph_finds_its_own_direction():
    assert shown("שלום\n\nhello").count('<p dir="auto">') == 2


def test_markup_in_a_letter_is_text():
    assert "<b>" not in shown("if a < b & c > d: <b>bold</b> <script>alert(1)</script>")


def test_a_long_quote_above_an_answer_is_folded_under_its_authors_name():
    html = shown(f"{ATTRIBUTION}\n{TEN_QUOTED}\n\nYes.\n")
    assert "<summary>Marta Berg wrote, 10 lines</summary>" in html
    assert unfolded(html).strip() == "Yes."


def test_a_short_quote_above_an_answer_stays_open():
    html = shown(f"{ATTRIBUTION}\n> one\n> two\n\nYes.\n")
    assert "<details" not in html
    assert 'class="by"' in html


def test_a_quote_below_the_answer_is_folded_however_short():
    html = shown(f"Yes.\n\n{ATTRIBUTION}\n> Saturday?\n")
    assert "<summary>Marta Berg wrote, 1 line</summary>" in html


def test_a_quote_without_an_attribution_is_counted():
    assert "<summary>10 quoted lines</summary>" in shown(f"Yes.\n\n{TEN_QUOTED}\n")


def test_a_letter_that_only_quotes_is_not_folded_away():
    assert "<details" not in shown(TEN_QUOTED)


def test_nothing_folded_is_cut():
    words = Page(shown(f"Yes.\n\n{ATTRIBUTION}\n{TEN_QUOTED}\n")).text
    assert "line 0" in words and "line 9" in words and "On Fri, May 3" in words


@pytest.mark.parametrize(
    ("attribution", "name"),
    [
        (ATTRIBUTION, "Marta Berg"),
        ("Am 03.05.2024 um 10:15 schrieb Marta Berg <m@x.example>:", "Marta Berg"),
        ('On 3 May 2024, "Berg, Marta" <m@x.example> wrote:', "Berg, Marta"),
        ("Marta Berg <m@x.example> writes:", "Marta Berg"),
        ("Le ven. 3 mai 2024 à 10:15, Marta Berg <m@x.example> a écrit :", "Marta Berg"),
        ("Op vr 3 mei 2024 om 10:15 schreef Marta van den Berg <m@x.example>:", "Marta van den Berg"),
        ("пт, 3 мая 2024 г. в 10:15, Марта Берг <m@x.example>:", "Марта Берг"),
        ("On Mon, May 3, 1999 at 10:15:00AM +0100, Marta Berg wrote:", "Marta Berg"),
        ("* Marta Berg <m@x.example> [2024-05-03 10:15]:", "Marta Berg"),
        ("Quoting Marta Berg <m@x.example>:", "Marta Berg"),
        ("2024-05-03 10:15 GMT+02:00 Marta Berg <m@x.example>:", "Marta Berg"),
    ],
)
def test_the_name_in_an_attribution(attribution, name):
    assert f"<summary>{name} wrote, 10 lines</summary>" in shown(f"Yes.\n\n{attribution}\n{TEN_QUOTED}\n")


def test_the_name_in_an_outlook_header():
    header = "-----Original Message-----\nFrom: Marta Berg [mailto:m@x.example]\nSent: Friday\nTo: Jun\nSubject: Trees"
    assert "<summary>Marta Berg wrote, 2 lines</summary>" in shown(f"Yes.\n\n{header}\n\nShall we?\nMarta\n")


def test_depths_of_quotation_are_nested_blocks():
    html = shown("> a\n>> b\n> > > c\n>>>>>> d\n> e\n\nYes.\n")
    assert html.count('class="q1"') == 1
    assert html.count('class="q2"') == html.count('class="q3"') == 1
    assert html.count("<blockquote") == html.count("</blockquote>") == 3


def test_a_signature_is_set_apart():
    assert '<div class="sig" dir="auto">-- \nMarta</div>' in shown("Yes.\n\n-- \nMarta\n")


def test_a_closing_stays_with_the_text():
    assert '<p dir="auto">Yes.</p>\n<p dir="auto">Regards,\nMarta</p>' in shown("Yes.\n\nRegards,\nMarta\n")
    assert '<p dir="auto">Yes.\nRegards,\nMarta</p>' in shown("Yes.\nRegards,\nMarta\n")


def test_code_among_prose_gets_one_width():
    rendered = render([plain("Try this:\n\n    for tree in trees:\n        prune(tree)\n\nIt works.")], [])
    assert '<pre class="fixed" dir="auto">    for tree in trees:\n        prune(tree)</pre>' in rendered.html
    assert rendered.html.startswith('<div class="letter-plain mono">') == rendered.monospace


def test_a_letter_that_is_a_table_is_monospaced_as_a_whole():
    table = "tree    fruit   age\napple   many    12\npear    few     30\nplum    none    4"
    rendered = render([plain(table)], [])
    assert rendered.monospace
    assert rendered.html.startswith('<div class="letter-plain mono">')


def test_prose_is_not_monospaced():
    rendered = render([plain("The trees are in flower.  Come and see them;\nthere is tea.\n\n    Marta")], [])
    assert not rendered.monospace


def test_pgp_armour_is_folded():
    armour = "-----BEGIN PGP SIGNATURE-----\n\niQEz\n=abcd\n-----END PGP SIGNATURE-----"
    html = shown(f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nYes.\n{armour}\n")
    assert html.count('<details class="sig">') == 2
    assert "<summary>PGP signature</summary>" in html
    assert unfolded(html).strip() == "Yes."


def test_an_unmarked_quote_is_folded_too():
    html = shown(
        "Yes.\n\n-----Original Message-----\nFrom: Marta <m@x.example>\nSent: Friday\nTo: J\nSubject: T\n\nShall we?\n"
    )
    assert unfolded(html).strip() == "Yes."
    assert "Shall we?" in html


_TEXT = st.lists(
    st.sampled_from(
        [
            "> a",
            ">> b <c@d.example>",
            ">",
            "",
            "words & <b>",
            ATTRIBUTION,
            "-- ",
            "@@ -1 +1 @@",
            "-x",
            "+y",
            "| t |",
            "   c   d",
            "Regards,",
        ]
    )
    | st.text(alphabet="ab <>&\"'@.:/-\n\t\u05d0", max_size=20),
    max_size=20,
).map("\n".join)


@given(_TEXT)
def test_any_text_becomes_a_sound_fragment(text):
    assert faults_of(shown(text)) == []


@given(_TEXT)
def test_no_word_is_lost_or_doubled(text):
    html = re.sub(r"<summary>.*?</summary>", "", reveal_addresses(shown(text)))
    words = unescape(re.sub(r"<[^>]*>", "", html))
    assert sorted(re.sub(r"[>\s]", "", words)) == sorted(re.sub(r"[>\s]", "", text))


def test_a_header_above_marked_lines_is_folded_with_them():
    header = "----- Original Message -----\nFrom: Marta Berg <m@x.example>\nTo: Jun\nSent: Friday\nSubject: Trees"
    html = shown(f"Yes.\n\n{header}\n\n{TEN_QUOTED}\n")
    assert "<summary>Marta Berg wrote, 10 lines</summary>" in html
    assert unfolded(html).strip() == "Yes."
