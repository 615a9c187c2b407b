"""What is stored of a letter gives, when it is shown, the same as rendering the letter itself."""

from pathlib import Path

import pytest

from archive.parsing import parse_message
from archive.prepare import Hints, prepare
from archive.rendering import fragment_of, render, render_to_store
from tests.archive.letters import letter

FIXTURES = Path(__file__).parents[2] / "fixtures"
FILES = sorted(path for path in FIXTURES.rglob("*") if path.is_file())


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FIXTURES)))
def test_a_letter_is_shown_byte_for_byte_as_it_was_when_it_came(path):
    parsed = parse_message(path.read_bytes())
    whole = render(parsed.bodies, parsed.attachments)
    stored = render_to_store(parsed.bodies, parsed.attachments)
    assert fragment_of(stored.html, stored.text) == whole.html
    for name in ("text", "visible", "quoted", "signature", "snippet", "has_remote"):
        assert getattr(stored, name) == getattr(whole, name)


def test_of_a_plain_letter_only_the_text_is_kept():
    stored = prepare(letter(1, body="\n\nForty packets are left.\n\n> How many?\n"), Hints())
    assert (stored.html, stored.text) == ("", "Forty packets are left.\n\n> How many?")
    assert "Forty packets are left." in fragment_of(stored.html, stored.text)


def test_a_letter_without_a_word_is_shown_as_one():
    stored = prepare(letter(1, body="\n\n"), Hints())
    parsed = parse_message(letter(1, body="\n\n"))
    assert fragment_of(stored.html, stored.text) == render(parsed.bodies, parsed.attachments).html


def test_an_html_letter_is_kept_as_it_was_rendered():
    raw = letter(1, body="<p>Forty <b>packets</b>.</p>", extra="Content-Type: text/html\n")
    assert "<b>packets</b>" in prepare(raw, Hints()).html
