"""Addresses are whole for members and shortened for strangers, wherever they stand."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.rendering import mask_addresses, mask_text, render, reveal_addresses, sanitise_html
from archive.rendering.addresses import MARKS, mailbox_of, storable
from tests.archive.rendering.bodies import html, plain

WHOLE = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


def test_members_see_whole_addresses_as_links():
    shown = reveal_addresses(render([plain("Ask jun@river.example.")], []).html)
    assert '<a class="addr" href="mailto:jun@river.example">jun@river.example</a>.' in shown


def test_strangers_see_shortened_addresses_and_no_links():
    shown = mask_addresses(render([plain("Ask <jun@river.example>.")], []).html)
    assert '&lt;<span class="addr">jun@…</span>&gt;' in shown
    assert "river.example" not in shown


@pytest.mark.parametrize(
    "body",
    [
        "<p>Ask jun@river.example</p>",
        '<a href="mailto:jun@river.example">Jun</a>',
        '<a href="MAILTO:jun%40river.example?subject=hi&cc=marta@orchard.example">write</a>',
        '<a href="https://river.example/">jun@river.example</a>',
        '<img src="https://x.example/y.png" alt="jun@river.example">',
        '<abbr title="jun@river.example">J</abbr>',
        "<pre>jun@river.example</pre>",
        "jun&#64;river.example",
        "<b>jun</b>@river.example or jun@river.example",
        '<blockquote type="cite">On 3 May 2024 jun@river.example wrote:<br>hi</blockquote>yes',
    ],
)
def test_no_way_of_writing_an_address_in_html_shows_it_to_strangers(body):
    stored = sanitise_html(body, {}).html
    shown = mask_addresses(stored)
    assert not WHOLE.search(re.sub(r"https?://[^\"]*", "", shown))
    assert not any(mark in shown for mark in MARKS)


def test_a_link_to_an_address_keeps_its_words():
    stored = sanitise_html('<a href="mailto:jun@river.example">write to <b>Jun</b></a>', {}).html
    assert reveal_addresses(stored) == '<a class="addr" href="mailto:jun@river.example">write to <b>Jun</b></a>'
    assert mask_addresses(stored) == '<span class="addr">write to <b>Jun</b></span>'


def test_an_address_as_the_words_of_another_link_makes_no_link_in_a_link():
    stored = sanitise_html('<a href="https://river.example/">jun@river.example</a>', {}).html
    assert reveal_addresses(stored).count("<a ") == 1


def test_a_letter_cannot_forge_marks():
    forged = "".join(MARKS) + "x\ufdd0evil\ufdd3href=javascript\ufdd4"
    for rendered in (render([plain(forged)], []), render([html(f"<p>{forged}&#xfdd0;e&#xfdd3;f&#xfdd4;</p>")], [])):
        assert not any(mark in rendered.html + rendered.text for mark in MARKS)


@pytest.mark.parametrize("local", ["o'brien", "a%b", "a?b", "a#b", "a+b=c"])
def test_odd_local_parts_make_working_links(local):
    shown = reveal_addresses(render([plain(f"to {local}@river.example")], []).html)
    assert shown.count("mailto:") == 1
    assert not re.search(r'mailto:[^"]*[?#]', shown)


@pytest.mark.parametrize(
    "text", ["user@...", "root@localhost", "@handle", "a @ b.example", "1@2", "x@y@z", "https://a.example/@user/1"]
)
def test_what_is_no_address_stays(text):
    assert mask_text(text) == text


def test_plain_text_is_masked_without_markup():
    assert mask_text("Jun <jun@river.example>, jun+x@sub.river.example;") == "Jun <jun@…>, jun+x@…;"


def test_bold_quotes_and_punctuation_do_not_belong_to_an_address():
    assert mask_text("'jun@river.example', *jun@river.example*. (jun@river.example)") == "'jun@…', *jun@…*. (jun@…)"


@given(st.text(alphabet="ab@.-'+<> \n&\"ü", max_size=60))
def test_masked_text_holds_no_address(text):
    assert not re.search(r"[^\W_'.]@[^\W_]+\.[^\W_]{2}", mask_text(text))


@given(st.text(alphabet="ab@.-'+< \n&\"ü", max_size=60))
def test_revealing_gives_back_every_word(text):
    shown = re.sub(r"<[^>]*>", "", reveal_addresses(render([plain(text)], []).html))
    assert unescape(shown).split() == text.split()


@pytest.mark.parametrize(
    ("url", "mailbox"),
    [
        ("mailto:a@b.example?x=c@d.example", "a@b.example"),
        ("mailto:?to=", ""),
        ("mailto:Jun%20%3Ca@b.example%3E", "a@b.example"),
    ],
)
def test_the_mailbox_of_a_mailto_link(url, mailbox):
    assert mailbox_of(url) == mailbox


def test_control_characters_are_not_stored():
    assert storable("a\x00b\x1bc\td\ne\ufffe") == "abc\td\ne"
