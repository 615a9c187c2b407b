"""What people answer to polls by mail, and what is asked about rather than guessed."""

import pytest

from groups.polls.counting import Kind
from mail.polls.asked import Asked, Option
from mail.voting.reading import BadAnswer, in_words, read_answer

DRINKS = ("Tea", "Coffee", "Milk, warm", "Water")


def asked(kind: str, *texts: str, write_ins: bool = True, **more) -> Asked:
    options = [Option(number * 10, text) for number, text in enumerate(texts or DRINKS, 1)]
    return Asked(Kind(kind), options, write_ins=write_ins, **more)


def read(poll: Asked, text: str, subject: str = "Re: Poll: What do we drink?"):
    return read_answer(poll, subject, text)


CHOSEN = [
    ("2", [20]),
    ("1, 3", [10, 30]),
    ("1 3", [10, 30]),
    ("1 and 3.", [10, 30]),
    ("1\n3\n\nSee you on Friday!", [10, 30]),
    ("Hello Ann,\n\n1; 4\n", [10, 40]),
    ("I vote for option 2, please.", [20]),
    ("Meine Stimme: 2 und 3", [20, 30]),
    ("#2", [20]),
    ("№ 2", [20]),
    ("coffee", [20]),
    ("Milk, warm", [30]),
    ("tea and WATER", [10, 40]),
    ("2. Coffee", [20]),
    ("- Tea\n- Water", [10, 40]),
    ("[ ] 1. Tea\n[x] 2. Coffee\n[ ] 3. Milk, warm\n[X] Water", [20, 40]),
    ("１、３", [10, 30]),
    ("cof", [20]),
]


def test_choices_by_number_or_by_words():
    for text, keys in CHOSEN:
        assert read(asked("multiple"), text).ballot == dict.fromkeys(keys, 1), text


def test_an_option_of_ones_own():
    found = read(asked("multiple"), "1, other: elder, with ice")
    assert (found.ballot, found.others) == ({10: 1}, {"elder, with ice": 1})
    assert read(asked("single"), "Andere: Saft").others == {"Saft": 1}
    assert read(asked("single"), "other: coffee").ballot == {20: 1}
    with pytest.raises(BadAnswer, match="no options of your own"):
        read(asked("single", write_ins=False), "other: beer")


def test_yes_and_no_in_any_language_where_those_are_the_options():
    for text in ("yes", "Ja", "oui", "👍", "да"):
        assert read(asked("single", "Yes", "No"), text).ballot == {10: 1}, text
    assert read(asked("single", "Ja", "Nein"), "no").ballot == {20: 1}


def test_numbers_that_are_options_themselves():
    assert read(asked("single", "10", "20", "30"), "20").ballot == {20: 1}
    assert read(asked("single", "10", "20", "30"), "2").ballot == {20: 1}


RANKED = [
    ("2 > 1 > 3", {20: 1, 10: 2, 30: 3}),
    ("2 1 3", {20: 1, 10: 2, 30: 3}),
    ("2, 1, 3", {20: 1, 10: 2, 30: 3}),
    ("2 then 1", {20: 1, 10: 2}),
    ("2 > 1 = 4 > 3", {20: 1, 10: 2, 40: 2, 30: 3}),
    ("Coffee > tea", {20: 1, 10: 2}),
    ("coffee\ntea", {20: 1, 10: 2}),
    ("1. Coffee\n2. Milk, warm", {20: 1, 30: 2}),
    ("1. Coffee\n2. Tea", {20: 1, 10: 2}),
    ("2. Tea\n1. Coffee", {20: 1, 10: 2}),
]


def test_ranks_the_best_first():
    for text, ballot in RANKED:
        assert read(asked("schulze"), text).ballot == ballot, text
    found = read(asked("runoff"), "2 > other: juice > 1")
    assert (found.ballot, found.others) == ({20: 1, 10: 3}, {"juice": 2})


SCORED = [
    ("1: 5, 2: 3", {10: 5, 20: 3}),
    ("1=5 , 2 = 3", {10: 5, 20: 3}),
    ("1: 5\n2: 0", {10: 5, 20: 0}),
    ("1 - 5\n2 - 3", {10: 5, 20: 3}),
    ("5 4 0 1", {10: 5, 20: 4, 30: 0, 40: 1}),
    ("Tea: 5; coffee: 4/5", {10: 5, 20: 4}),
]


def test_points():
    for text, ballot in SCORED:
        assert read(asked("score"), text).ballot == ballot, text
    with pytest.raises(BadAnswer, match="from 0 to 5"):
        read(asked("score"), "1: 6")
    with pytest.raises(BadAnswer, match="behind the number"):
        read(asked("score"), "5 4 3")


DATED = [
    ("yes no maybe", {10: 2, 20: 0, 30: 1}),
    ("ja, nein, vielleicht", {10: 2, 20: 0, 30: 1}),
    ("1 yes, 2 maybe", {10: 2, 20: 1}),
    ("1: yes\n2: if need be\n3: no", {10: 2, 20: 1, 30: 0}),
    ("1. yes\n2. no", {10: 2, 20: 0}),
    ("Mon 2 March: oui\nTue 3 March: peut-être", {10: 2, 20: 1}),
    ("1, 3", {10: 2, 20: 0, 30: 2}),
    ("all", {10: 2, 20: 2, 30: 2}),
    ("✓ ✗ ?", {10: 2, 20: 0, 30: 1}),
    ("Tue 3 March", {10: 0, 20: 2, 30: 0}),
]


def test_dates():
    poll = asked("dates", "Mon 2 March", "Tue 3 March", "Wed 4 March")
    for text, ballot in DATED:
        assert read(poll, text).ballot == ballot, text
    found = read(poll, "1 yes\nother: 2026-03-05 19:00")
    assert (found.ballot, found.others) == ({10: 2, 20: 0, 30: 0}, {"2026-03-05 19:00": 2})
    with pytest.raises(BadAnswer, match="3 dates, and 2 answers"):
        read(poll, "yes no")


REFUSED = [
    ("multiple", "7", "There is no option 7"),
    ("multiple", "I think this poll asks the wrong question.", "could not be read"),
    ("multiple", "2 because it is nearer", "could not be read"),
    ("multiple", "", "empty"),
    ("single", "no", "could not be read"),
    ("runoff", "1: 2, 2: 1", "the best first"),
    ("runoff", "2 > 1 > 2", "named twice"),
    ("score", "1: 5\n2: lots", "could not be read"),
    ("score", "1: 5, 1: 4", "named twice"),
    ("dates", "1: yes\n2: depends on the weather", "could not be read"),
]


def test_what_is_not_clear_is_asked_about():
    for kind, text, sentence in REFUSED:
        with pytest.raises(BadAnswer, match=sentence):
            read(asked(kind), text)


def test_the_subject_counts_where_it_is_a_new_letter_without_words():
    assert read(asked("multiple"), "", subject="1, 3").ballot == {10: 1, 30: 1}
    with pytest.raises(BadAnswer):
        read(asked("multiple", "Poll"), "", subject="Re: Poll")


def test_what_was_counted_in_words():
    assert in_words(asked("runoff"), {20: 1, 10: 3}, {"Juice": 2}) == ["1. Coffee", "2. Juice", "3. Tea"]
    assert in_words(asked("score"), {20: 1, 10: 3}) == ["3: Tea", "1: Coffee"]
    assert in_words(asked("dates"), {20: 1, 10: 2}) == ["Coffee: maybe", "Tea: yes"]
