"""HTML mail made safe: what may stay, what must go, and what would hang a parser."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.rendering import render, sanitise_html
from archive.rendering.htmltext import strip_tags
from archive.rendering.sanitise import clean
from tests.archive.rendering.bodies import FIXTURES, fixture, html
from tests.archive.rendering.pages import Page, faults_of
from tests.corpora import corpus


def safe(text, **cids):
    return sanitise_html(text, cids).html


@pytest.mark.parametrize("name", sorted(path.name for path in FIXTURES.glob("*.html")))
def test_every_fixture_becomes_a_sound_fragment(name):
    assert faults_of(safe(fixture(name))) == []


def test_no_payload_of_the_corpus_leaves_anything_live():
    payloads = json.loads((corpus("conformance/html-payloads") / "payloads.json").read_text("utf-8"))
    assert [(case["title"], faults) for case in payloads if (faults := faults_of(safe(case["payload"])))] == []


def test_nothing_of_a_hostile_letter_is_left_to_run_or_load():
    page = Page(safe(fixture("hostile.html")))
    values = [value for _, attributes in page.tags for name, value in attributes.items() if name != "data-remote"]
    assert not [
        value for value in values if "ran.push" in value or "evil.example/" in value.replace("//evil.example/x", "")
    ]
    assert not page.all("p", id="divRplyFwdMsg") and not page.all("p", **{"class": "quote addr letter-plain"})


@pytest.mark.parametrize(
    "text",
    [
        "<b>bold</b>",
        "<i>x</i>",
        "<u>x</u>",
        "<ul><li>a</li></ul>",
        "<code>x</code>",
        "a<sub>2</sub>",
        "<p>x</p>",
        "a<br>b",
        "<hr>",
        "<q>x</q>",
    ],
)
def test_harmless_markup_stays_as_it_is(text):
    assert safe(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<title>x</title><style>p{}</style><script>x</script>y", "y"),
        ("<o:p>&nbsp;</o:p>x", "&nbsp;x"),
        ("<!--[if mso]><p>x</p><![endif]-->y", "y"),
        ("<![if !vml]>y<![endif]>", "y"),
        ("<form><input value=x>y<button>z</button></form>", "yz"),
        ("<h1>x</h1>", '<div class="heading">x</div>'),
        ("<center>x</center>", '<div style="text-align:center">x</div>'),
        ("<tt>x</tt><strike>y</strike>", "<code>x</code><s>y</s>"),
        ('<p id="a" class="b" onclick="c" data-d="e">x</p>', "<p>x</p>"),
        ('<span class="x"><font>y</font></span>', "y"),
        ('<a name="top">x</a>', "x"),
        ('<a href="/relative">x</a><a href="#here">y</a><a href="ftp://a.example/">z</a>', "xyz"),
        ("<object>fallback</object><iframe>x</iframe>", "fallback"),
    ],
)
def test_what_cannot_stay_leaves_its_words(text, shown):
    assert safe(text) == shown


def test_links_leave_the_house_without_a_trace():
    assert safe('<a href="https://a.example/?x=1&amp;y=2" target="_top">x</a>') == (
        '<a href="https://a.example/?x=1&amp;y=2" rel="nofollow noopener noreferrer ugc">x</a>'
    )


def test_links_without_a_scheme_are_completed():
    assert 'href="https://a.example/x"' in safe('<a href="//a.example/x">x</a>')


def test_bare_urls_in_html_become_links_but_not_inside_links():
    assert safe("see https://a.example/x.").count("<a ") == 1
    assert safe('<a href="https://a.example/">https://a.example/</a>').count("<a ") == 1


def test_direction_and_cells_are_kept():
    shown = safe('<table><tr><td colspan="2" rowspan="9999" valign="TOP" dir="RTL" nowrap>x</td></tr></table>')
    assert '<td dir="rtl" colspan="2" valign="top">x</td>' in shown


def test_a_layout_table_says_so_and_a_data_table_does_not():
    assert '<table role="presentation">' in safe("<table><tr><td>x</td></tr></table>")
    assert "presentation" not in safe("<table><tr><th>x</th></tr></table>")
    assert '<table class="ruled">' in safe('<table border="1"><tr><td>x</td></tr></table>')


def test_a_newsletter_loses_its_trackers_and_its_preheader():
    result = sanitise_html(fixture("newsletter.html"), {"logo@orchard": 4})
    assert result.has_remote
    assert "track.example" not in result.html and "evil.example" not in result.html
    assert "Preheader" not in result.html
    assert '<img data-remote="https://pictures.example/spring.jpg" alt="Apple blossom" width="560">' in result.html
    assert '<img src="part:4" alt="Logo">' in result.html


def test_right_to_left_letters_keep_their_direction():
    assert safe(fixture("right_to_left.html")).startswith('<div dir="rtl" style="text-align:right">')


@pytest.mark.parametrize(
    "text",
    [
        "<div>" * 50_000 + "words",
        "<ul><li>" * 30_000 + "words",
        "<blockquote>" * 20_000 + "words",
        "<table><tr><td>" * 20_000 + "words",
        "<p>words" + "".join(f"<b title={number}>" for number in range(3000)) + "<p>x" * 3000,
        "<a " + " ".join(f"a{number}=1" for number in range(100_000)) + ">words</a>",
        "words" + "&" * 300_000,
        "words" + "<" * 300_000,
        "words<!--" * 50_000,
        "words" + "<svg>" * 50_000,
        "<b>" * 3000 + "<div>words" * 300 + "</b>" * 3000,
        "words" + '<p style="' + "color:red;" * 60_000 + '">x',
    ],
    ids=lambda text: text[:20],
)
def test_a_letter_made_to_choke_a_parser_is_shown_all_the_same(text):
    rendered = render([html(text)], [])
    assert "words" in rendered.html
    assert len(rendered.html) < 20 * len(text)


def test_a_thread_of_two_hundred_nested_quotes_stays_html():
    text = "yes<br>" + "<div class=gmail_quote>On 3 May 2024 a wrote:<blockquote class=gmail_quote>no<br>" * 200
    shown = safe(text)
    assert shown.count("<blockquote") == 200
    assert shown.count("<details") == 1


def test_text_of_markup_that_is_not_worth_parsing():
    text = "<style>x</style><p>a &amp; b<br>c<!-- d > e --></p>f < g<script>h</script>"
    assert strip_tags(text).split() == ["a", "&", "b", "c", "f", "<", "g"]


_TAGS = [
    "<div>", "</div>", "<p>", "</p>", "<b>", "</b>", "<span>", "</span>", "<blockquote>", "</blockquote>",
    "<table>", "<tr>", "<td>", "</table>", "<ul>", "<li>", "</ul>", "<br>", "<hr>", "<a>", "</a>", "<pre>",
    "</pre>", "<center>", "<h1>", "</h1>", "<th>", "&nbsp;", "words", "--",
]  # fmt: skip
_QUOTING = [
    "<blockquote type=cite>", "<div class=gmail_quote>", "<div class=yahoo_quoted>", "<div id=divRplyFwdMsg>",
    "<br>-- <br>", '<div style="border:none;border-top:solid #E1E1E1 1.0pt">',
    "On 3 May 2024, Marta <m@x.example> wrote:", "<div class=gmail_signature>",
    "<b>From:</b> M<br><b>Sent:</b> Friday 3<br><b>To:</b> j@x.example<br><b>Subject:</b> T<br>",
    '<a href="mailto:m@x.example">', '<a href="https://x.example/">',
    '<img src="https://x.example/y.png" alt="z">', '<font color="blue">', '<p style="color:red">', "\n",
]  # fmt: skip
_PIECES = st.lists(st.sampled_from(_TAGS) | st.sampled_from(_QUOTING), max_size=40).map("".join)


@given(_PIECES)
def test_any_mixture_of_tags_and_quotes_becomes_a_sound_fragment(text):
    assert faults_of(safe(text)) == []


@given(_PIECES)
def test_folding_loses_no_word(text):
    assert Page(clean(text)).text.count("words") == Page(safe(text)).text.count("words")


@given(st.text(alphabet="<>/\"'=&;#! -abdivpx\x00\u05d0", max_size=80))
def test_any_text_taken_for_html_becomes_a_sound_fragment(text):
    assert faults_of(safe(text)) == []
