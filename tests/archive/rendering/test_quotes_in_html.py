"""Quotes and signatures in HTML mail: folded as each program marks them, answers never folded with them."""

import pytest

from archive.rendering import render, reveal_addresses, sanitise_html
from tests.archive.rendering.bodies import fixture, html
from tests.archive.rendering.pages import Page, unfolded

ANSWERED_ABOVE = ["outlook_web", "apple_mail", "yahoo", "proton", "zoho", "old_outlook"]


def shown(text):
    return reveal_addresses(sanitise_html(text, {}).html)


@pytest.mark.parametrize("name", ANSWERED_ABOVE)
def test_the_letter_below_an_answer_is_folded(name):
    page = shown(fixture(f"{name}.html"))
    assert "Saturday." in unfolded(page)
    assert "Marta" not in unfolded(page) and "Sunday" not in unfolded(page)
    assert "Marta Berg wrote, " in page


@pytest.mark.parametrize("name", [*ANSWERED_ABOVE, "gmail_answer_above", "outlook_desktop", "thunderbird"])
def test_the_words_of_html_are_split_like_those_of_plain_text(name):
    rendered = render([html(fixture(f"{name}.html"))], [])
    assert "Saturday" in rendered.visible or "ladder" in rendered.visible
    assert "Marta" not in rendered.visible and "Sunday" not in rendered.visible
    assert "Marta" in rendered.quoted


def test_a_numbered_list_above_a_quote_is_not_folded():
    page = unfolded(shown(fixture("gmail_answer_above.html")))
    assert all(word in page for word in ("Yes, Saturday.", "ladder", "saw", "That is all."))
    assert "Marta" not in page


def test_a_numbered_list_of_word_is_not_taken_for_the_quoted_letter():
    page = unfolded(shown(fixture("outlook_desktop.html")))
    assert all(word in page for word in ("what we need", "a ladder", "a saw", "That is all."))
    assert "apple trees" not in page


def test_answers_between_the_quotes_of_gmail_stay_open():
    page = shown(fixture("gmail_answers_between.html"))
    assert "Saturday is fine" in unfolded(page) and "Thank you!" in unfolded(page)
    assert "northern wall" not in unfolded(page)
    assert "<summary>Marta Berg wrote, 4 lines</summary>" in page


def test_an_answer_below_the_quote_of_thunderbird_stays_open():
    page = shown(fixture("thunderbird.html"))
    assert unfolded(page).split() == ["Saturday.", "I", "bring", "both.--", "Jun"]
    assert '<pre class="sig">' in page


def test_a_short_quote_above_an_answer_stays_open():
    page = shown("On 3 May 2024, Marta wrote:<br><blockquote type=cite>Saturday?</blockquote>Yes.")
    assert "<details" not in page
    assert '<blockquote class="q1">Saturday?</blockquote>' in page


def test_an_indented_block_is_no_quote():
    page = shown(fixture("indented_not_quoted.html"))
    assert "<details" not in page and "Four: gloves." in page


def test_a_forwarded_letter_stays_open():
    page = shown(fixture("forward.html"))
    assert "The trees are in flower." in unfolded(page)


def test_a_letter_that_is_all_quote_is_not_folded_away():
    assert "<details" not in shown("<blockquote type=cite>" + "<p>words of some length here</p>" * 20 + "</blockquote>")


def test_nothing_folded_is_cut():
    page = Page(shown(fixture("outlook_web.html"))).text
    assert "Shall we prune on Saturday?" in page and "Subject: Trees" in page


def test_deeper_quotes_are_styled_by_depth_inside_one_fold():
    page = shown("yes<blockquote type=cite>a<blockquote type=cite>b<blockquote type=cite>c<blockquote type=cite>d")
    assert [page.count(f'class="q{depth}"') for depth in (1, 2, 3)] == [1, 1, 2]
    assert page.count("<details") == 1


@pytest.mark.parametrize(
    "signature",
    [
        '<div class="gmail_signature">Jun</div>',
        '<div class="moz-signature">Jun</div>',
        '<div id="Signature">Jun</div>',
        '<div class="x_gmail_signature">Jun</div>',
        '<span id="AppleMailSignature">Jun</span>',
    ],
)
def test_signatures_of_programs(signature):
    page = shown(f"<p>Yes.</p>{signature}")
    assert page.count('class="sig"') == 1 and "Jun" in page


def test_a_signature_that_was_typed():
    assert shown("<div>Yes.<br>-- <br>Jun</div>") == '<div>Yes.<br><span class="sig">-- <br>Jun</span></div>'


def test_a_signature_below_a_quote_is_no_answer_to_it():
    page = shown('Yes.<blockquote type="cite">Saturday?</blockquote><div class="gmail_signature">Jun</div>')
    assert "Saturday?" not in unfolded(page)
