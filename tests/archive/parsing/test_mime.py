"""The tree of parts, whole and broken."""

import pytest

from archive.parsing import parse_message
from tests.archive.parsing.letters import PLAN, kinds, read, text, texts

NAMED_PLAN = [("plan.pdf", len(PLAN))]


def files(message):
    return [(part.filename, part.size) for part in message.attachments]


@pytest.mark.parametrize("name", ["closing_boundary_missing", "boundary_not_declared", "boundary_with_junk_behind"])
def test_a_broken_boundary_does_not_hide_text_or_attachment(name):
    message = read(name)
    assert texts(message) == ["The plan is attached.\n"]
    assert files(message) == NAMED_PLAN


@pytest.mark.parametrize(
    "name",
    ["lines_end_in_lf", "lines_end_in_crlf", "lines_end_in_cr", "lines_end_mixed", "inner_boundary_never_closed"],
)
def test_levels_and_line_ends_make_no_difference(name):
    message = read(name)
    assert kinds(message) == ["plain", "html"]
    assert texts(message) == ["The plan is attached.\n"]
    assert files(message) == NAMED_PLAN


@pytest.mark.parametrize("name", ["boundary_in_other_case", "semicolon_before_boundary_lost"])
def test_a_boundary_written_otherwise_is_recognised(name):
    assert text(name) == "The plan is attached.\n"


def test_a_boundary_on_the_last_line_of_the_text_ends_it():
    assert text("boundary_on_the_last_line_of_text") == "The plum tree flowers."


def test_a_letter_cut_off_in_its_text_is_still_read():
    message = read("cut_off_in_the_text")
    assert texts(message) == ["The plum tree by the ga\n"]
    assert message.defects == ["boundary-unclosed"]


def test_a_second_text_whose_end_is_missing_is_kept_as_a_file():
    message = read("cut_off_in_the_second_text")
    assert texts(message) == ["The plan is attached.\n"]
    assert files(message) == [("", 33)]


def test_html_whose_end_is_missing_is_still_the_alternative():
    assert kinds(read("closing_boundary_of_alternative_missing")) == ["plain", "html"]


def test_a_multipart_that_pipermail_flattened_is_read_as_text():
    assert text("pipermail_kept_the_multipart_header").startswith("The plum tree")
    assert read("pipermail_kept_the_multipart_header").defects == ["boundary-missing"]


def test_of_two_content_types_the_readable_one_counts():
    assert kinds(read("two_content_types")) == ["html"]


def nest(depth: int, core: bytes) -> bytes:
    head = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(depth)
    )
    return head + core + b"".join(b"\n--b%d--" % level for level in reversed(range(depth))) + b"\n"


def test_ninety_levels_are_followed():
    assert texts(parse_message(nest(90, b"\nthe core"))) == ["the core"]


def test_ten_thousand_levels_are_cut_off_and_kept_as_one_file():
    message = parse_message(nest(10_000, b"\nthe core"))
    assert "nested-too-deep" in message.defects
    assert message.attachments[0].size > 100_000


def test_a_hundred_thousand_parts_end_in_one_rest():
    message = parse_message(b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 100_000)
    assert "too-many-parts" in message.defects
    assert len(message.bodies) + len(message.attachments) <= 5001
    assert message.attachments[-1].content_type == "application/octet-stream"


def test_dashes_in_a_patch_are_no_boundaries():
    patch = b"--- a/bed\n+++ b/bed\n-- \n2.0\n--b1\n"
    message = parse_message(b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\n" + patch + b"--b--\n")
    assert texts(message) == [patch.decode()[:-1]]


def test_an_outer_delimiter_ends_an_inner_level():
    raw = (
        b"Content-Type: multipart/mixed; boundary=out\n\n--out\n"
        b"Content-Type: multipart/mixed; boundary=in\n\n--in\n\none\n--out\n\ntwo\n--out--\n"
    )
    assert texts(parse_message(raw)) == ["one", "two"]


def test_an_inner_multipart_that_cannot_be_taken_apart_ends_where_it_ends():
    raw = (
        b"Content-Type: multipart/mixed; boundary=out\n\n--out\nContent-Type: multipart/mixed; boundary=in\n\none\n"
        b"--out\n\ntwo\n--out--\n"
    )
    assert texts(parse_message(raw)) == ["one", "two"]
