"""Letters that come and go one by one leave the same threads as all at once."""

from hypothesis import given, settings
from hypothesis import strategies as st

from archive.threader import Threads, thread
from tests.archive.threader.letters import id_of, letter, parents, partition
from tests.archive.threader.store import Archive
from tests.archive.threader.strategies import cut, letters

many = settings(max_examples=200, deadline=None)


def arrive(*batches, window_days=30):
    archive = Archive(window_days)
    for batch in batches:
        archive.take(batch)
    return archive


def noted(result):
    return result.parent, result.thread, result.by_subject, result.claims


@many
@given(letters(), st.data())
def test_random_batches_in_any_order_give_the_bulk_result(some, data):
    archive = arrive(*cut(data, data.draw(st.permutations(some))))
    assert noted(archive.result) == noted(thread(some))


@many
@given(letters(keys=("",), max_size=16), st.data())
def test_so_they_do_without_any_keys(some, data):
    archive = arrive(*cut(data, data.draw(st.permutations(some))))
    assert noted(archive.result) == noted(thread(some))


@many
@given(letters(), st.data())
def test_what_is_taken_out_leaves_the_bulk_result_of_the_rest(some, data):
    archive = arrive(some)
    while archive.letters:
        gone = data.draw(st.lists(st.sampled_from(sorted(archive.letters)), min_size=1, max_size=3, unique=True))
        archive.take([], gone)
        assert noted(archive.result) == noted(thread(archive.letters.values()))


@many
@given(letters(), letters(), st.data())
def test_coming_and_going_at_once_gives_the_bulk_result(some, others, data):
    archive = arrive(some)
    others = [node for node in others if node.uid not in archive.letters]
    archive.take(others, data.draw(st.lists(st.sampled_from(sorted(archive.letters)), unique=True)))
    assert noted(archive.result) == noted(thread(archive.letters.values()))


def test_nothing_arriving_changes_nothing():
    archive = arrive([letter("a")], [])
    assert archive.result == Threads({97: None}, {97: 97})


def test_a_late_parent_joins_two_threads():
    archive = arrive([letter("b", "a", subject="x")], [letter("d", "c", subject="y")], [letter("c", "a"), letter("a")])
    assert noted(archive.result) == noted(thread(archive.letters.values()))
    assert set(archive.result.thread.values()) == {letter("a").uid}


def test_a_late_letter_splits_a_thread_that_a_guess_had_joined():
    """d said that c came after a; c itself says otherwise."""
    archive = arrive([letter("a"), letter("b")], [letter("d", "a", "c")])
    assert len(set(archive.result.thread.values())) == 2
    archive.take([letter("c", "b")])
    assert {archive.result.thread[letter(name).uid] for name in "bcd"} == {letter("b").uid}
    assert archive.result.thread[letter("a").uid] == letter("a").uid


def test_a_cluster_set_free_by_a_late_parent_finds_its_subject_elsewhere():
    """c and d are one cluster under tea; once c is known to answer x, d is free and belongs to coal."""
    tea, coal, x = letter("a", subject="tea"), letter("b", subject="coal"), letter("x", day=1)
    c = letter("c", "ghost", subject="Re: tea")
    d = letter("d", "ghost", subject="Re: coal")
    late = letter("g", "x", day=1.5, message_id=id_of("ghost"))
    archive = arrive([tea], [coal], [x], [c], [d], [late])
    assert noted(archive.result) == noted(thread([tea, coal, x, c, d, late]))
    assert parents([tea, coal, x, c, d, late])["d"] == "g"


def test_a_late_original_takes_the_replies_of_its_subject_over():
    archive = arrive([letter("a", subject="tea")], [letter("d", subject="Re: tea")])
    archive.take([letter("c", subject="tea")])
    assert archive.result.parent[letter("d").uid] == letter("c").uid


def test_an_original_that_arrives_after_its_reply_is_linked():
    archive = arrive([letter("b", subject="Re: tea", day=29)], [letter("a", subject="tea")])
    assert archive.result.parent[letter("b").uid] == letter("a").uid


def test_an_original_dated_after_its_reply_is_linked_when_it_arrives():
    archive = arrive([letter("b", subject="Re: tea", day=1)], [letter("a", subject="tea", day=1.5)])
    assert archive.result.parent[letter("b").uid] == letter("a").uid


def test_a_contested_letter_falls_to_the_other_key_when_the_first_claimant_is_taken_out():
    archive = arrive([letter("a"), letter("b", "a", key="K"), letter("c", "a", key="L")])
    archive.take([], [letter("b").uid])
    assert partition(archive.result) == ["ac"]


def test_a_thread_that_loses_its_only_key_is_claimed_by_the_other():
    """Through d, a came before b; nothing that is left of the thread has a key or tells of c."""
    letters = [letter("a"), letter("b", key="K"), letter("c", "a", key="L"), letter("d", "a", "b")]
    archive = arrive(letters)
    assert partition(archive.result) == ["abd", "c"]
    archive.take([], [letter("b").uid])
    assert partition(archive.result) == ["acd"]


def test_a_contested_letter_falls_to_the_other_key_when_the_first_claimant_turns_out_to_answer_another():
    """b was thought to answer a by way of h, until h is there and answers x."""
    archive = arrive([letter("a"), letter("b", "a", "h", key="K"), letter("c", "a", key="L"), letter("x")])
    assert partition(archive.result) == ["ab", "c", "x"]
    archive.take([letter("h", "x")])
    assert partition(archive.result) == ["ac", "bhx"]


def test_a_letter_that_no_longer_vouches_across_a_border_lets_go():
    """g, which belongs to K, had said that k (key L) came after x. Once y states its own ancestry, g has no say in it."""
    letters = [
        letter("a", key="K"),
        letter("b", "a", "y", key="K"),
        letter("x"),
        letter("k", key="L"),
        letter("g", "x", "k", "y"),
    ]
    archive = arrive(letters)
    assert partition(archive.result) == ["abg", "kx"]
    archive.take([letter("y", "a")])
    assert partition(archive.result) == ["abgy", "k", "x"]


def test_what_a_lost_letter_vouched_for_across_a_border_goes_with_it():
    archive = arrive([letter("a"), letter("b", "ghost", key="K"), letter("c", "a", "ghost", key="L")])
    assert partition(archive.result) == ["ab", "c"]
    archive.take([], [letter("c").uid])
    assert partition(archive.result) == ["a", "b"]


def test_an_arrival_loads_its_own_thread_and_no_other():
    archive = arrive([letter("a", subject="x"), letter("b", "a"), letter("c", subject="y"), letter("d", "c")])
    archive.take([letter("e", "b")])
    assert archive.loaded == 2


def test_a_recurring_subject_does_not_load_its_whole_history():
    weekly = [letter(f"w{week}", day=week * 7, subject="report") for week in range(50)]
    answers = [letter(f"r{week}", day=week * 7 + 1, subject="Re: report") for week in range(50)]
    archive = arrive([*weekly, *answers])
    archive.take([letter("late", day=51 * 7, subject="Re: report")])
    assert archive.loaded <= 10


def test_answers_to_somebody_in_other_threads_are_not_loaded():
    ann = "ann@post.example"
    archive = arrive([letter(name, ann, subject=f"Re: {name}") for name in "abcdefgh"])
    archive.take([letter("z", ann, subject="Re: a")])
    assert archive.loaded == 1
