"""What holds for every set of letters."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from archive.threader import thread
from tests.archive.threader.strategies import letters

many = settings(max_examples=150, deadline=None)


@many
@given(letters(), st.randoms())
def test_the_order_of_arrival_does_not_matter(some, random):
    before = thread(some)
    random.shuffle(some)
    assert thread(some) == before


@many
@given(letters(), st.permutations(range(12)))
def test_uids_are_only_handles(some, others):
    renamed = {node.uid: others[place] for place, node in enumerate(some)}
    before = thread(some)
    after = thread([replace(node, uid=renamed[node.uid]) for node in some])
    assert after.thread == {renamed[uid]: renamed[label] for uid, label in before.thread.items()}
    assert after.parent == {renamed[uid]: renamed.get(above) for uid, above in before.parent.items()}


@many
@given(letters())
def test_parents_are_in_the_same_thread_and_never_in_a_loop(some):
    result = thread(some)
    for uid in result.parent:
        passed = set()
        while uid is not None:
            assert uid not in passed
            passed.add(uid)
            above = result.parent[uid]
            assert above is None or result.thread[above] == result.thread[uid]
            uid = above


@many
@given(letters())
def test_one_key_is_one_thread_and_two_keys_are_two(some):
    result = thread(some)
    found = {(node.thread_key, result.thread[node.uid]) for node in some if node.thread_key}
    assert len(found) == len({key for key, label in found}) == len({label for key, label in found})


@many
@given(letters())
def test_the_label_is_the_canonically_first_letter(some):
    result = thread(some)
    first = {}
    for node in sorted(some, key=lambda node: (node.date, node.message_id, node.tie)):
        first.setdefault(result.thread[node.uid], node.uid)
    assert all(label == uid for label, uid in first.items())


@many
@given(letters())
def test_only_replies_without_a_real_parent_are_linked_by_subject(some):
    # Nobody replies: nothing is linked by subject, and all else stays as it is.
    result, strict = thread(some), thread([replace(node, is_reply=False) for node in some])
    for uid in result.by_subject:
        assert strict.parent[uid] is None
        assert result.parent[uid] is not None


@many
@given(letters(keys=("",)))
def test_references_alone_decide_where_there_is_no_subject(some):
    """Whoever shares a thread is connected by ids both mention, seen or not."""
    plain = [replace(node, base_subject="") for node in some]
    result = thread(plain)
    groups = []
    for node in plain:
        ids = {node.message_id, *node.references}
        touching = [group for group in groups if group & ids]
        groups = [group for group in groups if not group & ids] + [ids.union(*touching)]
    for node in plain:
        for other in plain:
            if result.thread[node.uid] == result.thread[other.uid]:
                assert any({node.message_id, other.message_id} <= group for group in groups)
