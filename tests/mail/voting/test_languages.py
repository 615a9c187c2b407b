"""A poll mailed to all is in one language, whoever pressed the button; its examples are understood in each."""

from datetime import date

import pytest
from django.conf import settings
from django.utils import translation

from groups.polls.counting import Kind
from mail.polls.asked import Asked, Option
from mail.polls.letters import About, answers
from mail.voting import words
from mail.voting.reading import read_answer
from tests.mail.voting.polls import choices_of, copy_to, open_poll, told, vote

LANGUAGES = [code for code, _ in settings.LANGUAGES]
DAYS = (date(2026, 12, 3), date(2026, 12, 4))


def text_of(letter) -> str:
    return letter.get_payload()[0].get_payload(decode=True).decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("spoken", "month"), [("de", "Dez"), ("fr", "déc"), ("nl", "Dec"), ("", "Dec")])
def test_the_letter_is_in_the_language_of_the_group_or_the_sites(group, spoken, month):
    group.language = spoken
    group.save()
    with translation.override("ar"):
        open_poll(group, "dates", DAYS)
    text = text_of(copy_to("bob@example.org"))
    assert f"3 {month}" in text.replace("3.", "3") and "ديسمبر" not in text, text


@pytest.mark.django_db
def test_days_are_understood_as_the_letter_has_them(group):
    group.language = "de"
    group.save()
    poll = open_poll(group, "dates", DAYS)
    asked = copy_to("bob@example.org")
    second = next(line for line in text_of(asked).splitlines() if line.startswith("2. "))
    vote(asked, f"{second.removeprefix('2. ')}: ja\n1: nein")
    assert choices_of(poll) == {1: 0, 2: 2}


@pytest.mark.django_db
def test_what_was_counted_is_told_in_the_language_of_the_voter(group, bob):
    group.language, bob.language = "de", "fr"
    group.save()
    bob.save()
    open_poll(group, "dates", DAYS)
    vote(copy_to(bob.email), "yes no")
    (confirmation,) = told()
    assert "3 déc" in confirmation.body and "Dez" not in confirmation.body


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_answers_are_understood(language):
    with translation.override(language):
        for said, known in zip(answers(), (words.YES, words.MAYBE, words.NO), strict=True):
            assert said in known


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("many", [2, 3, 8])
def test_the_example_in_the_letter_can_be_sent(language, kind, many):
    options = [f"Drink {number}" for number in range(1, many + 1)]
    about = About(kind, "?", "", options, "https://x.example", "G", "g@x.example", "A", "a@x.example")
    with translation.override(language):
        asked = Asked(kind, [Option(number, text) for number, text in enumerate(options, 1)])
        assert read_answer(asked, "Re: Poll", about.example).ballot
