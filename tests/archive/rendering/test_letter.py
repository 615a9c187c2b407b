"""Whole letters: several bodies, alternatives, pictures, snippets."""

from archive.rendering import render
from tests.archive.rendering.bodies import calendar, html, picture, plain


def test_a_plain_letter():
    rendered = render([plain("Hello,\n\nthe trees are in flower.\n\n-- \nMarta\n")], [])
    assert rendered.text == "Hello,\n\nthe trees are in flower.\n\n-- \nMarta"
    assert (rendered.visible, rendered.signature) == ("Hello,\n\nthe trees are in flower.", "-- \nMarta")
    assert rendered.snippet == "Hello, the trees are in flower."
    assert (rendered.has_remote, rendered.is_patch, rendered.monospace) == (False, False, False)


def test_of_alternatives_the_html_is_shown_and_the_plain_words_are_kept():
    rendered = render(
        [
            plain("Trees *bloom* today, all of them.", alternative=1),
            html("<p>Trees <b>bloom</b> today, all of them.</p>", alternative=1),
        ],
        [],
    )
    assert rendered.html == '<div class="letter-html" dir="auto"><p>Trees <b>bloom</b> today, all of them.</p></div>'
    assert rendered.text == "Trees *bloom* today, all of them."


def test_a_plain_alternative_that_says_nothing_is_passed_over():
    bodies = [
        plain("This mail is in HTML.", alternative=1),
        html("<p>" + "The trees bloom. " * 30 + "</p>", alternative=1),
    ]
    assert render(bodies, []).text.startswith("The trees bloom.")


def test_an_empty_html_alternative_leaves_the_plain_one():
    rendered = render([plain("Trees", alternative=1), html("<html><body> <br></body></html>", alternative=1)], [])
    assert "Trees" in rendered.html and rendered.text == "Trees"


def test_parts_that_are_no_alternatives_are_all_shown():
    rendered = render([html("<p>Trees</p>"), plain("_____\nlist footer", index=1)], [])
    assert rendered.text == "Trees\n\n_____\nlist footer"
    assert "letter-html" in rendered.html and "letter-plain" in rendered.html


def test_an_invitation_is_shown_beside_its_text():
    rendered = render(
        [plain("You are invited.", alternative=1), calendar("BEGIN:VEVENT\nSUMMARY:Tea\nEND:VEVENT", alternative=1)], []
    )
    assert "You are invited." in rendered.html and "letter-calendar" in rendered.html
    assert "Event: Tea" in rendered.text


def test_pictures_of_the_message_are_found_by_their_content_id():
    body = html('<img src="cid:tree@orchard"><img src="cid:script">')
    rendered = render([body], [picture("tree@orchard", 2), picture("script", 3, "image/svg+xml")])
    assert 'src="part:2"' in rendered.html and "part:3" not in rendered.html


def test_a_letter_without_a_body():
    rendered = render([], [])
    assert (rendered.html, rendered.text, rendered.snippet) == ("", "", "")


def test_a_snippet_is_short_one_line_and_cut_between_words():
    snippet = render([plain("word " * 100)], []).snippet
    assert len(snippet) <= 200 and snippet.endswith("word…")
    assert len(render([plain("x" * 500)], []).snippet) == 200


def test_a_snippet_has_its_words_even_where_many_spaces_stand_between_them():
    snippet = render([plain(f"Prices:{' ' * 500}ten crowns a tree")], []).snippet
    assert snippet == "Prices: ten crowns a tree"


def test_the_snippet_of_a_letter_that_only_quotes_is_taken_from_the_quote():
    assert render([plain("> Saturday?\n")], []).snippet == "> Saturday?"


def test_html_too_deep_to_parse_is_shown_as_text():
    rendered = render([html("<div>" * 5000 + "The <b>trees</b> bloom.")], [])
    assert rendered.text == "The trees bloom."
    assert '<p dir="auto">The trees bloom.</p>' in rendered.html
