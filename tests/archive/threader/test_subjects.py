from archive.threader import thread
from tests.archive.threader.letters import groups, letter, name_of, parents


def linked(letters):
    return {name_of(uid) for uid in thread(letters).by_subject}


def test_a_reply_without_references_joins_its_subject():
    letters = [letter("a", subject="tea"), letter("b", subject="Re: tea")]
    assert parents(letters) == {"a": None, "b": "a"}
    assert linked(letters) == {"b"}


def test_an_original_is_never_linked():
    assert groups([letter("a", subject="tea"), letter("b", subject="tea")]) == ["a", "b"]


def test_a_reply_without_subject_is_never_linked():
    assert groups([letter("a"), letter("b", subject="Re: ")]) == ["a", "b"]


def test_the_window_is_thirty_days_both_ends_included():
    tea = letter("a", subject="tea")
    assert groups([tea, letter("b", subject="Re: tea", day=30)]) == ["ab"]
    assert groups([tea, letter("b", subject="Re: tea", day=30.01)]) == ["a", "b"]
    assert groups([tea, letter("b", subject="Re: tea", day=30.01)], window_days=31) == ["ab"]


def test_the_window_counts_from_the_last_letter_of_the_subject():
    letters = [letter("a", subject="tea"), letter("b", "a", subject="Re: tea", day=25)]
    assert groups([*letters, letter("c", subject="Re: tea", day=50)]) == ["abc"]


def test_the_latest_of_two_subjects_is_taken():
    letters = [letter("a", subject="tea"), letter("b", subject="tea"), letter("c", subject="Re: tea")]
    assert parents(letters)["c"] == "b"


def test_the_parent_is_the_root_of_the_tree_it_joins():
    letters = [letter("a", subject="tea"), letter("b", "a", subject="Re: tea"), letter("c", subject="Re: tea")]
    assert parents(letters)["c"] == "a"


def test_replies_linked_one_after_the_other_hang_under_one_root():
    letters = [letter("a", subject="tea"), letter("b", subject="Re: tea"), letter("c", subject="Re: tea")]
    assert parents(letters) == {"a": None, "b": "a", "c": "a"}


def test_a_parent_found_by_reference_undoes_the_link():
    letters = [letter("a", subject="tea"), letter("c", "b", subject="Re: tea")]
    assert parents(letters)["c"] == "a"
    letters.append(letter("b", subject="tea"))
    assert parents(letters)["c"] == "b"
    assert linked(letters) == set()


def test_answers_to_an_unseen_reply_all_hang_under_the_original():
    letters = [
        letter("a", subject="tea"),
        letter("c", "unseen", subject="Re: tea"),
        letter("d", "unseen", subject="Re: tea"),
    ]
    assert parents(letters) == {"a": None, "c": "a", "d": "a"}
    assert linked(letters) == {"c", "d"}


def test_replies_to_different_unseen_letters_are_no_kin():
    """Answers to commit mails that went to another list: all of one subject, each about something else."""
    letters = [letter("a", "unseen1", subject="Re: CVS update"), letter("b", "unseen2", subject="Re: CVS update")]
    assert groups(letters) == ["a", "b"]


def test_a_thread_that_has_its_original_is_not_linked():
    letters = [letter("a", subject="tea"), letter("b", subject="tea"), letter("c", "b", subject="Re: tea")]
    assert groups(letters) == ["a", "bc"]


def test_a_reply_whose_clock_runs_behind_finds_its_original():
    letters = [letter("a", subject="tea", day=1), letter("b", subject="Re: tea", day=0.5)]
    assert parents(letters) == {"a": None, "b": "a"}


def test_a_clock_more_than_a_day_behind_is_no_clock():
    assert groups([letter("a", subject="tea", day=2.1), letter("b", subject="Re: tea", day=1)]) == ["a", "b"]


def test_a_later_reply_is_no_original():
    assert groups([letter("a", subject="Re: tea"), letter("b", "unseen", subject="Re: tea")]) == ["a", "b"]


def test_two_clusters_that_would_link_to_each_other_make_no_loop():
    """Clocks gone wild: each opens with a reply to something the other holds."""
    letters = [
        letter("r", subject="Re: tea", day=10),
        letter("s", "r", subject="Re: tea", day=3),
        letter("t", subject="Re: tea", day=5),
    ]
    assert parents(letters) == {"r": None, "s": "r", "t": "r"}
    assert groups(letters) == ["rst"]
