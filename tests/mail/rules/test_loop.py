from mail.rules.loop import check
from mail.rules.types import Action
from tests.mail.rules.posts import a_post


def test_a_fresh_letter_passes():
    assert check(a_post(headers={"list-id": "Birds <birds.lists.example>", "received": ("a", "b")})) is None


def test_what_the_group_sent_itself_goes_no_further_round():
    assert check(a_post(headers={"x-posthouse-loop": "Gardeners@lists.example"})).action is Action.DISCARD


def test_the_mark_of_another_group_is_no_loop():
    assert check(a_post(headers={"x-posthouse-loop": "birds@lists.example"})) is None


def test_the_groups_own_list_id_is_a_loop():
    assert check(a_post(headers={"list-id": "Gardeners <Gardeners.lists.example>"})).action is Action.DISCARD


def test_a_longer_list_id_that_ends_alike_is_none():
    assert check(a_post(headers={"list-id": "<old-gardeners.lists.example>"})) is None


def test_delivered_here_twice_is_a_loop():
    assert check(a_post(headers={"delivered-to": "gardeners@lists.example"})) is None
    assert check(a_post(headers={"delivered-to": ("gardeners@lists.example",) * 2})).action is Action.DISCARD


def test_hosts_that_pass_it_on_for_ever_are_a_loop():
    assert "61 hosts" in check(a_post(headers={"received": ("from a by b",) * 61})).reason
