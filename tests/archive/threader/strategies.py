"""Random correspondence: few Message-IDs, few days, so that letters collide, loop, contradict and repeat each other."""

from hypothesis import strategies as st

from archive.threader import Node
from tests.archive.threader.letters import DAY

IDS = ["a1", "b1", "c1", "d1", "e1", "f1", "g1", "ann", "bob@home"]


@st.composite
def letters(draw, keys=("", "", "", "K", "L"), max_size=12):
    days = draw(st.sampled_from([1, 20, 70, 150]))
    known = IDS[-draw(st.integers(3, len(IDS))) :]
    one = st.tuples(
        st.sampled_from(known),
        st.lists(st.sampled_from(known), max_size=4),
        st.integers(0, days * 2),
        st.sampled_from(["", "s", "t"]),
        st.booleans(),
        st.sampled_from(keys),
    )
    drawn = draw(st.lists(one, min_size=1, max_size=max_size))
    uids = draw(st.permutations(range(100, 100 + len(drawn))))
    return [
        Node(uid, message_id, tuple(references), day * DAY / 2, subject, is_reply, key, tie=bytes([place]))
        for place, (uid, (message_id, references, day, subject, is_reply, key)) in enumerate(
            zip(uids, drawn, strict=True)
        )
    ]


def cut(data, whole):
    """Cut a list into batches of random sizes."""
    rest = list(whole)
    while rest:
        size = data.draw(st.integers(1, 3))
        yield rest[:size]
        rest = rest[size:]
