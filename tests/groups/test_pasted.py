"""What people paste is understood, and what is not is reported."""

import pytest

from groups.pasted import Pasted, understand


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ann@example.org", ""),
        ("Ann Berg <ann@example.org>", "Ann Berg"),
        ('"Berg, Ann" <Ann@Example.ORG>', "Ann Berg"),
        ("Ann Berg\tann@example.org", "Ann Berg"),
        ("ann@example.org, Ann Berg", "Ann Berg"),
        ("3. Ann Berg; ann@example.org;", "Ann Berg"),
        ("• mailto:ann@example.org", ""),
        ("(ann@example.org).", ""),
        ("木村 花子 <ann@example.org>", "木村 花子"),
        ("https://bad.example/ ann@example.org", ""),
    ],
)
def test_one_person_in_whatever_form(text, name):
    assert understand(text).people == [Pasted("ann@example.org", name)]


def test_a_to_line_holds_several():
    found = understand("Ann Berg <ann@x.example>, ben@x.example; Cy <cy@x.example>")
    assert [(each.address, each.name) for each in found.people] == [
        ("ann@x.example", "Ann Berg"),
        ("ben@x.example", ""),
        ("cy@x.example", "Cy"),
    ]


def test_doubles_and_lines_without_an_address_are_reported():
    found = understand("ann@x.example\n\nAnn Berg\nANN@x.example\n---\nben@@x\x00")
    assert (len(found.people), found.twice, found.puzzling) == (1, 1, ("Ann Berg", "ben@@x"))
