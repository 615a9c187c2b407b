import pytest

from archive.parsing.flowed import unflow
from mail.web.flowed import WIDTH, flow

LONG = (
    "The late frost took the first row of Charlottes and, as far as we can see, most of the beans behind them as well."
)


@pytest.mark.parametrize(
    "text",
    [
        "Short.",
        LONG,
        f"{LONG}\n\n{LONG}",
        f"> {LONG}\nNo.",
        f">> {LONG}\n> {LONG}",
        " indented\n  more",
        "From here on\n>not a quote? it is",
        "Greetings\n-- \nBob",
        "https://example.org/" + "a" * 200,
        f"{LONG} -- {LONG}",
        "two  blanks " * 20 + "end",
        "",
    ],
)
def test_what_was_written_is_what_is_read(text):
    assert unflow(flow(text)) == text.replace(">not", "> not")


def test_lines_are_short_enough_for_every_terminal():
    assert max(map(len, flow(f"{LONG}\n> {LONG}").split("\n"))) <= WIDTH + 1


def test_a_line_that_begins_like_an_mbox_is_kept_from_being_mistaken_for_one():
    assert flow("From here on") == " From here on"


def test_blanks_at_the_end_of_a_line_do_not_join_it_to_the_next():
    assert flow("one   \ntwo") == "one\ntwo"
