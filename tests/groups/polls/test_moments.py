"""Days of polls in the language of the reader; what is written is read as ever."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone, translation

from groups.polls.moments import NotAMoment, day_in_words, moment_in_words, read_moment

THURSDAY = date(2026, 12, 3)


def test_english_days_have_three_letters():
    assert day_in_words(THURSDAY) == "Thu 3 Dec 2026"
    assert day_in_words(date(2026, 9, 1)) == "Tue 1 Sep 2026"
    with timezone.override("UTC"):
        assert moment_in_words(datetime(2026, 12, 3, 19, 0, tzinfo=UTC)) == "Thu 3 Dec 2026, 19:00"


@pytest.mark.parametrize(
    ("language", "words"), [("de", ("Do", "Dez")), ("fr", ("jeu", "déc")), ("ar", ("خميس", "ديسمبر"))]
)
def test_days_have_the_names_of_the_language(language, words):
    with translation.override(language):
        said = day_in_words(THURSDAY)
        assert all(word in said for word in (*words, "3", "2026")), said


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_english_days_are_read_whatever_the_language(language):
    with translation.override(language):
        assert read_moment("Thu 3 Dec 2026") == THURSDAY == read_moment("2026-12-03")
        with pytest.raises(NotAMoment):
            read_moment("some day")
