from archive.threader import ordered_subject, tree_order
from tests.archive.threader.letters import letter, name_of


def shown(parent, rank=None):
    return " ".join(f"{uid}:{depth}" for uid, depth in tree_order(parent, rank or {uid: uid for uid in parent}))


def test_a_tree_is_shown_depth_first_with_siblings_in_order():
    assert shown({1: None, 2: 1, 3: 1, 4: 2, 5: None}) == "1:0 2:1 4:2 3:1 5:0"


def test_siblings_and_roots_follow_the_rank_not_the_uid():
    assert shown({1: None, 2: 1, 3: 1, 4: None}, {1: 9, 2: 8, 3: 7, 4: 1}) == "4:0 1:0 3:1 2:1"


def test_answers_to_a_hidden_letter_become_roots():
    assert shown({2: 1, 3: 2}) == "2:0 3:1"


def test_even_a_loop_in_the_rows_is_shown_once():
    assert shown({1: 2, 2: 1, 3: 3, 4: None}) == "4:0 1:0 2:1 3:0"


def test_a_chain_of_a_hundred_thousand_needs_no_recursion():
    order = tree_order({uid: uid - 1 or None for uid in range(1, 100_001)}, range(100_001))
    assert order[-1] == (100_000, 99_999)


def test_ordered_subject_groups_by_base_subject_in_order_of_date():
    letters = [letter("c", subject="Re: tea"), letter("b", subject="coal"), letter("a", subject="tea"), letter("d")]
    assert ["".join(map(name_of, each)) for each in ordered_subject(letters)] == ["ac", "b", "d"]
