from dataclasses import replace

import pytest

from archive.threader import thread
from archive.threader.references import is_message_id
from tests.archive.threader.letters import groups, id_of, letter, parents


def test_an_answer_belongs_to_what_it_answers():
    assert parents([letter("a"), letter("b", "a"), letter("c", "a", "b")]) == {"a": None, "b": "a", "c": "b"}


def test_strangers_stay_apart():
    assert groups([letter("a"), letter("b")]) == ["a", "b"]


def test_the_nearest_ancestor_we_have_is_the_parent():
    assert parents([letter("a"), letter("d", "a", "unseen1", "unseen2")]) == {"a": None, "d": "a"}


def test_a_ghost_between_two_letters_is_bridged_by_what_a_third_knows():
    letters = [letter("a"), letter("c", "unseen"), letter("d", "a", "unseen")]
    assert parents(letters) == {"a": None, "c": "a", "d": "a"}


def test_answers_to_an_unseen_letter_are_one_thread_of_several_roots():
    letters = [letter("b", "unseen"), letter("c", "unseen")]
    assert parents(letters) == {"b": None, "c": None}
    assert groups(letters) == ["bc"]


def test_a_late_parent_claims_its_children():
    letters = [letter("b", "a"), letter("c", "a"), letter("a", day=9)]
    assert parents(letters) == {"a": None, "b": "a", "c": "a"}


def test_a_ghost_is_reported_with_the_thread_that_owns_it():
    result = thread([letter("b", "unseen"), letter("c", "unseen")])
    assert result.ghosts == {id_of("unseen"): letter("b").uid}
    assert result.claims == {(id_of("unseen"), letter("b").uid)}


def test_the_label_of_a_thread_is_its_first_letter_in_canonical_order():
    late = letter("a", day=9)
    assert set(thread([late, letter("b", "a"), letter("c", "a")]).thread.values()) == {letter("b").uid}


def test_two_letters_that_answer_each_other_are_no_loop():
    assert parents([letter("a", "b"), letter("b", "a")]) == {"a": "b", "b": None}


def test_a_letter_that_answers_itself_is_a_root():
    assert parents([letter("a", "a")]) == {"a": None}


def test_a_ring_of_letters_is_cut_once():
    ring = [letter("a", "d"), letter("b", "a"), letter("c", "b"), letter("d", "c")]
    assert parents(ring) == {"a": "d", "b": "a", "c": "b", "d": None}


def test_a_ring_of_ghosts_holds_its_letters_without_a_parent():
    letters = [letter("a", "x", "y"), letter("b", "y", "z"), letter("c", "z", "x")]
    assert parents(letters) == {"a": None, "b": None, "c": None}
    assert groups(letters) == ["abc"]


def test_a_repeated_message_id_belongs_to_the_first_letter_and_the_other_stands_alone():
    letters = [letter("a"), letter("b", message_id=id_of("a")), letter("c", "a")]
    assert parents(letters) == {"a": None, "b": None, "c": "a"}
    assert groups(letters) == ["ac", "b"]


def test_an_impostor_keeps_its_own_references():
    letters = [letter("a"), letter("b", "a"), letter("c", "a", message_id=id_of("b")), letter("d", "b")]
    assert parents(letters) == {"a": None, "b": "a", "c": "a", "d": "b"}


def test_an_earlier_letter_takes_the_message_id_over():
    letters = [letter("b"), letter("a", message_id=id_of("b")), letter("c", "b")]
    assert parents(letters)["c"] == "a"


def test_letters_without_any_message_id_never_meet():
    nameless = [replace(letter(name), message_id="") for name in "ab"]
    assert groups([*nameless, letter("c")]) == ["a", "b", "c"]


def test_what_a_letter_says_of_itself_counts_more_than_what_others_say_of_it():
    """c answers b; d claims that c came after x."""
    letters = [letter("a"), letter("b"), letter("c", "b"), letter("d", "a", "c")]
    assert parents(letters)["c"] == "b"
    assert groups(letters) == ["a", "bcd"]


def test_others_place_a_letter_whose_own_references_lead_nowhere():
    """b answers a copy that went another way; c, which quotes it, knows a."""
    letters = [letter("a"), letter("b", "elsewhere"), letter("c", "a", "b")]
    assert parents(letters) == {"a": None, "b": "a", "c": "b"}


def test_others_place_a_letter_that_lost_its_references():
    assert parents([letter("a"), letter("b"), letter("c", "a", "b")]) == {"a": None, "b": "a", "c": "b"}


@pytest.mark.parametrize("no_id", ["ann.lee@post.example", "no.id", "-", "lm@host"])
def test_an_address_in_in_reply_to_does_not_weld_threads_together(no_id):
    letters = [letter("a", subject="Re: tea"), letter("b", subject="Re: coal")]
    assert groups(replace(each, references=(no_id,)) for each in letters) == ["a", "b"]


def test_an_address_beside_message_ids_is_passed_over():
    letters = [
        letter("a", subject="tea"),
        letter("b", subject="coal"),
        letter("c", "a", "ann@post.example", subject="Re: tea"),
        letter("d", "b", "ann@post.example", subject="Re: coal"),
    ]
    assert parents(letters) == {"a": None, "b": None, "c": "a", "d": "b"}


def test_short_message_ids_that_look_like_addresses_work_within_a_subject():
    letters = [
        letter("a", "root@post.example", subject="Re: tea"),
        letter("b", "root@post.example", subject="Re: tea"),
    ]
    assert parents(letters) == {"a": None, "b": None}
    assert groups(letters) == ["ab"]


def test_a_letter_whose_message_id_looks_like_an_address_is_found_once_it_is_there():
    ann = "ann@post.example"
    letters = [letter("a", subject="tea", message_id=ann), letter("b"), letter("c", "b", ann, subject="Re: tea")]
    assert parents(letters)["c"] == "a"


def test_the_handle_of_an_address_is_not_shown_as_a_ghost():
    result = thread([letter("a", "ann@post.example", subject="Re: tea")])
    assert list(result.ghosts) == ["ann@post.example"]
    assert {is_message_id(handle) for handle, label in result.claims} == {True, False}


def test_nothing_gives_nothing():
    assert thread([]).thread == {}
