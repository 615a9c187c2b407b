"""Styles of letters: what they mean is kept, what they could do is not."""

import pytest

from archive.rendering.styles import ink_of, is_highlight, read_style


@pytest.mark.parametrize(
    ("style", "css"),
    [
        ("text-align: CENTER; position:fixed", "text-align:center"),
        ("font-weight:700;font-style:italic", "font-style:italic;font-weight:bold"),
        ("text-decoration: line-through !important", "text-decoration:line-through"),
        ("margin-left:36.0pt;text-indent:-18pt", "margin-left:3em"),
        ("margin-left:-500px", ""),
        ("margin-left:5000px", ""),
        ("white-space:pre", "white-space:pre"),
        ("display:block;float:left;width:9999px;opacity:0", ""),
        ("text-align:center;background:url(https://a.example/x)", ""),
        ("text-align:center;width:expression(1)", ""),
        ("text-align:ce\\6eter", ""),
        ("text-align:center/*x*/", ""),
        ("text-align:center}", ""),
        ("text-align:center" + ";x:y" * 2000, ""),
    ],
)
def test_only_harmless_declarations_are_kept(style, css):
    assert read_style(style).css == css


@pytest.mark.parametrize(
    ("colour", "ink"),
    [
        ("#ff0000", "ink-red"), ("red", "ink-red"), ("rgb(192, 0, 0)", "ink-red"), ("#c00", "ink-red"),
        ("#ff8c00", "ink-orange"), ("#00f", "ink-blue"), ("#0563C1".lower(), "ink-blue"),
        ("green", "ink-green"), ("purple", "ink-purple"), ("black", ""), ("#000", ""), ("#1f497d", ""),
        ("#808080", ""), ("white", ""), ("windowtext", ""), ("#12", ""), ("rgb(x)", ""), ("", ""),
    ],
)  # fmt: skip
def test_colours_become_inks_that_are_legible_in_light_and_dark(colour, ink):
    assert ink_of(colour) == ink


def test_bright_backgrounds_are_highlights_and_others_are_dropped():
    assert is_highlight("yellow") and is_highlight("#ffff99")
    assert not any(map(is_highlight, ("white", "#eee", "#333333", "navy", "", "none")))


def test_typewriter_fonts_are_kept_as_such():
    assert read_style("font-family:'Courier New',monospace").classes == ("mono",)
    assert read_style("font-family:Calibri,sans-serif").classes == ()


@pytest.mark.parametrize(
    "style", ["display:none", "DISPLAY : None !important", "visibility:hidden", "mso-hide:all;x:y"]
)
def test_hidden_is_hidden(style):
    assert read_style(style).hidden


@pytest.mark.parametrize(
    ("style", "divides"),
    [
        ("border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm", True),
        ("border:none;border-top:solid #B5C4DF 1.0pt", True),
        ("border-top:solid #ff0000 1.0pt", False),
        ("border:solid #E1E1E1 1.0pt", False),
    ],
)
def test_the_line_outlook_draws_above_a_quoted_letter(style, divides):
    assert read_style(style).divides is divides
