from tests.archive.threader.letters import groups, letter, parents


def test_letters_of_one_key_are_one_thread_without_any_reference():
    assert groups([letter("a", key="K"), letter("b", key="K"), letter("c", key="L")]) == ["ab", "c"]


def test_references_make_the_tree_inside_a_key():
    letters = [letter("a", key="K"), letter("b", "a", key="K"), letter("c", key="K")]
    assert parents(letters) == {"a": None, "b": "a", "c": None}


def test_a_reference_across_keys_gives_no_parent():
    letters = [letter("a", key="K"), letter("b", "a", key="L")]
    assert parents(letters) == {"a": None, "b": None}
    assert groups(letters) == ["a", "b"]


def test_a_reference_across_keys_is_passed_over_for_an_older_one_within():
    letters = [letter("a", key="K"), letter("b", key="L"), letter("c", "a", "b", key="K")]
    assert parents(letters)["c"] == "a"


def test_a_letter_without_key_follows_its_reference():
    assert groups([letter("a", key="K"), letter("b", key="L"), letter("c", "b")]) == ["a", "bc"]


def test_the_nearest_of_two_keys_wins():
    letters = [letter("a", key="K"), letter("b", key="L"), letter("c", "a", "b")]
    assert groups(letters) == ["a", "bc"]
    assert parents(letters)["c"] == "b"


def test_a_recovered_parent_without_key_joins_its_keyed_answers():
    letters = [letter("a"), letter("b", "a", key="K"), letter("c", key="K")]
    assert groups(letters) == ["abc"]
    assert parents(letters)["b"] == "a"


def test_a_ghost_does_not_bridge_two_keys():
    letters = [letter("a", "unseen", key="K"), letter("b", "unseen", key="L")]
    assert groups(letters) == ["a", "b"]


def test_a_contested_parent_goes_with_its_first_answer():
    letters = [letter("a"), letter("b", "a", key="K"), letter("c", "a", key="L"), letter("d", "a")]
    assert groups(letters) == ["abd", "c"]
    assert parents(letters) == {"a": None, "b": "a", "c": None, "d": "a"}


def test_a_keyless_letter_between_two_keys_stays_with_what_it_answers():
    letters = [letter("a", key="K"), letter("b", "a"), letter("c", "b", key="L")]
    assert groups(letters) == ["ab", "c"]
    assert parents(letters) == {"a": None, "b": "a", "c": None}


def test_a_keyed_letter_is_never_linked_by_subject():
    letters = [letter("a", subject="tea"), letter("b", subject="Re: tea", key="K")]
    assert groups(letters) == ["a", "b"]


def test_a_keyless_reply_may_join_a_keyed_thread_by_subject():
    letters = [letter("a", subject="tea", key="K"), letter("b", subject="Re: tea")]
    assert groups(letters) == ["ab"]


def test_an_answer_without_key_does_not_pull_its_keyed_thread_after_a_subject():
    letters = [
        letter("a", subject="tea", key="K"),
        letter("b", subject="Re: tea"),
        letter("c", "b", subject="Re: tea", key="L"),
    ]
    assert groups(letters) == ["a", "bc"]


def test_within_a_key_the_subject_tells_what_a_reply_without_reference_answers():
    letters = [
        letter("a", subject="tea", key="K"),
        letter("b", key="K"),
        letter("c", day=90, subject="Re: tea", key="K"),
    ]
    assert parents(letters) == {"a": None, "b": None, "c": "a"}


def test_within_a_key_a_reply_is_not_linked_to_the_same_subject_of_another_key():
    letters = [
        letter("a", subject="tea", key="K"),
        letter("b", subject="tea", key="L"),
        letter("c", subject="Re: tea", key="K"),
    ]
    assert parents(letters)["c"] == "a"
    assert groups(letters) == ["ac", "b"]
