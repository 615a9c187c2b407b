"""What people read can be translated: every word of the templates is marked for it, every language has words for all of it."""

import re
from pathlib import Path

import pytest

from config.languages import NAMES, SOURCE

ROOT = Path(__file__).resolve().parents[1]
# Pages for those who run the site, and for programs, are in English alone.
IN_ENGLISH = ("admin", "api", "panel", "unfold")
GONE = re.compile(
    r"{% comment.*?endcomment %}|{#.*?#}|{% blocktrans.*?{% endblocktrans(late)? %}|{% (?:blank)?trans(?:late)? .*?%}"
    r"|{% block (?:main_class|body_attributes) %}.*?{% endblock %}"
    r"|<script.*?</script>|<style.*?</style>|<svg.*?</svg>|<kbd.*?</kbd>|<code.*?</code>|<!--.*?-->|&\w+;|&#\d+;",
    re.S,
)
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.S)
SAID_IN_TAG = re.compile(r"""(?<!_\()(?:"([A-Z][a-z’]+(?: [^"]*)?)"|'([A-Z][a-z’]+(?: [^']*)?)')""")
ATTRIBUTE = re.compile(r"""\b(?:aria-label|title|placeholder|alt|data-(?:say|text|words)[a-z-]*)=["']([^"']*)["']""")
ELEMENT = re.compile(r"<[^>]*>", re.S)
WORD = re.compile(r"[A-Za-z]{2,}")
NAMES_OF_THINGS = set(
    re.findall(r"\w+", "Posthouse Atom mbox CSV JSON UTC QR PGP ID PNG SVG ICS HTML URL SPF DKIM DMARC")
)
GAP = "\x00"


def unmarked(template: str) -> list[str]:
    """Words of a template that no translator would get to see."""
    text = GONE.sub(GAP, template)
    said = [one or other for tag in TAG.findall(text) if not tag.startswith(("{% url", "{% include", "{% extends", "{% load"))
            for one, other in SAID_IN_TAG.findall(tag)]  # fmt: skip
    text = TAG.sub(GAP, text)
    said += [part for value in ATTRIBUTE.findall(text) for part in value.split(GAP)]
    said += ELEMENT.sub(GAP, text).split(GAP)
    return [" ".join(part.split()) for part in said if set(WORD.findall(part)) - NAMES_OF_THINGS]


def test_what_is_not_marked_is_found():
    assert unmarked('<p title="Old">{% translate "New" %} {{ name }} says{% icon "x" "Bare" %}</p>') == [
        "Bare",
        "Old",
        "says",
    ]


def templates() -> list[Path]:
    pages = ROOT / "templates"
    return sorted(
        path for path in pages.rglob("*.*") if path.is_file() and path.relative_to(pages).parts[0] not in IN_ENGLISH
    )


def test_every_word_of_the_templates_is_marked():
    found = {str(path.relative_to(ROOT)): words for path in templates() if (words := unmarked(path.read_text()))}
    assert found == {}


@pytest.mark.parametrize("language", [code for code in NAMES if code != SOURCE])
def test_every_language_has_a_catalog_that_the_pages_load(language: str):
    assert (ROOT / "locale" / language / "LC_MESSAGES" / "django.mo").exists()
