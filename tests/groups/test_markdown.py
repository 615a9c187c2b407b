"""Owners write Markdown; nothing in it runs, loads, or breaks the order of headings."""

import re

import pytest

from groups.markdown import render_markdown


def test_words_links_lists_and_quotes():
    html = render_markdown("Read *this* [page](https://example.org/).\n\n- one\n- two\n\n> kind")
    assert "<em>this</em>" in html
    assert '<a href="https://example.org/" rel="nofollow noopener">page</a>' in html
    assert "<li>one</li>" in html
    assert "<blockquote>" in html


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&colon;alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](https://tracker.example/p.gif)",
        "<a href='vbscript:x'>x</a>",
        "<svg/onload=alert(1)>",
        '[x](https://example.org/" onmouseover="alert(1))',
    ],
)
def test_nothing_in_it_runs_or_loads(hostile: str):
    tags = "".join(re.findall(r"<[^>]*>", render_markdown(hostile))).lower()
    assert not re.search(r"<(script|img|svg)|javascript|data:|vbscript|on\w+=", tags)


@pytest.mark.parametrize(("text", "tag"), [("# A", "h3"), ("A\n=", "h3"), ("### A", "h3"), ("###### A", "h3")])
def test_headings_stand_below_those_of_the_page(text: str, tag: str):
    assert render_markdown(text).strip() == f"<{tag}>A</{tag}>"


def test_no_level_is_skipped():
    assert re.findall(r"<h\d", render_markdown("#### a\n# b\n### c\n###### d\n## e", below=1)) == [
        "<h2", "<h2", "<h3", "<h3", "<h2",
    ]  # fmt: skip


def test_text_wrapped_by_hand_flows():
    assert "<br" not in render_markdown("one\ntwo")
    assert "<br" in render_markdown("one\\\ntwo")


@pytest.mark.parametrize("odd", ["", "\x00", "[" * 3000, "> " * 3000 + "x", "*" * 5000, "\ud800", "`" * 4001])
def test_odd_texts_break_nothing(odd: str):
    assert isinstance(render_markdown(odd), str)
