import pytest

from common.faces import hue, initials


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Marta Berg", "MB"),
        ("Tomasz W.", "TW"),
        ("Ann van der Lindqvist", "AL"),
        ("marta@riverside.example", "ME"),
        ("Petr Šťastný", "PŠ"),
        ("Łukasz Żak", "ŁŻ"),
        ("木村 花子", "木"),
        ("سارة", "س"),
        ("Ngũgĩ wa Thiong'o", "NT"),
        ("", "?"),
        ("??? !!!", "?"),
    ],
)
def test_initials_are_those_of_the_first_and_last_word(name: str, shown: str):
    assert initials(name) == shown


def test_the_same_address_in_another_case_has_the_same_colour():
    assert hue("Marta@Riverside.example") == hue("marta@riverside.example")


def test_a_name_with_a_lone_surrogate_has_a_colour():
    assert 0 <= hue("\udcff") < 360
