"""Words in mails: wrapped, small inside a sentence, kept in English."""

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy

from common.sentences import as_kept, small, wrapped

LINK = "https://lists.example/mail/confirm/" + "a" * 80 + "/"
LONG = "Somebody asked for it and so it is sent on its way to you " * 3


def test_a_long_line_is_wrapped_at_spaces_and_loses_nothing():
    lines = wrapped(f"Hello.\n\n{LONG.strip()}\n").split("\n")
    assert max(len(line) for line in lines) <= 72 and lines[:2] == ["Hello.", ""]
    assert " ".join(lines[2:-1]) == LONG.strip() and lines[-1] == ""


@pytest.mark.parametrize(
    "line", [LINK, f"> {LONG}", f"| {LONG}", f"    {LONG}", "short", "", "x" * 100, f"- {'x' * 100}", "a  b   c"]
)
def test_what_stays_as_it_is(line: str):
    assert wrapped(line) == line


def test_links_and_addresses_stay_whole():
    assert wrapped(f"The poll: {LINK} is there").split("\n") == ["The poll:", LINK, "is there"]


@pytest.mark.parametrize(("mark", "indent"), [("- ", 2), ("12. ", 4), ("ban            ", 15), ("Why:     ", 9)])
def test_what_follows_a_mark_keeps_its_indent(mark: str, indent: int):
    first, *others = wrapped(mark + LONG.strip()).split("\n")
    assert first.startswith(mark + "Somebody") and len(others) > 1
    assert all(len(line) <= 72 and line.startswith(" " * indent) and line[indent] != " " for line in others)


def test_a_label_is_small_in_english_alone():
    with translation.override("en"):
        assert small("A digest") == "a digest"
    with translation.override("de"):
        assert small("Sammelmail") == "Sammelmail"


def test_what_is_kept_is_in_english():
    with translation.override("de"):
        assert str(gettext_lazy("Monday")) == "Montag"
        assert as_kept(gettext_lazy("Monday")) == "Monday"
