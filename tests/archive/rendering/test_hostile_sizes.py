"""Letters of a megabyte made to be slow. Each is linear work; the suite's time limit is the test."""

import pytest

from archive.rendering import mask_addresses, mask_text, render
from tests.archive.rendering.bodies import calendar, plain

LINES = [
    ">", "> ", ">\n", ">>>> x\n", ":\n", "On 3 May 2024, x wrote:\n", "On 3 May 2024, x <", "From: a@b.example\n",
    "From: x\nSent: y\n\n", "-", "--\n", "-- \n\n", "_____\n", "-----Original Message-----\n", "@", "a@",
    "a@b.example ", "a@b.", "a", "http://", "www.", ")", " ", "\t", "\n", "&", "<", "@@ -1,9 +1,9 @@\n",
    "***************\n*** 1 ***\n", "1,9999999c1\n", "-----BEGIN PGP SIGNATURE-----\n", "x On Mon, 3 wrote:",
    "wrote:\nBob> x\n", "Sent from my x\n", "Regards,\n", "> x\n\n", "写道：\n", "\u202b", "wrote ", '"', "a   b\n",
    "|__|--+==", "x;\n", "\ufdd0", "\x00",
]  # fmt: skip


@pytest.mark.parametrize("unit", LINES, ids=ascii)
def test_a_plain_letter_of_one_thing(unit):
    text = unit * (250_000 // len(unit))
    rendered = render([plain(text)], [])
    assert len(mask_addresses(rendered.html)) < 40 * len(text)
    assert len(mask_text(text)) <= len(text)


def test_a_url_followed_by_very_many_brackets():
    assert "http://x.example" in render([plain("http://x.example" + ")" * 300_000)], []).html


@pytest.mark.parametrize("unit", [";a", ';"', "BEGIN:VEVENT\n", ' x\n"'])
def test_a_calendar_of_one_thing(unit):
    assert render([calendar("BEGIN:VEVENT\nSUMMARY" + unit * (300_000 // len(unit)))], []).html
