from mail.rules import ballot
from mail.rules.types import Action
from tests.mail.rules.posts import a_post

TOKEN = "abcdefghij234567"


def addressed(**headers: tuple[str, ...]):
    return ballot.check(a_post(headers=headers))


def test_an_answer_that_went_to_everybody_too_is_kept_from_the_group():
    finding = addressed(to=(f"vote+{TOKEN}@lists.example, Gardeners <gardeners@lists.example>",))
    assert finding.action is Action.DISCARD
    assert addressed(to=("gardeners@lists.example",), cc=(f"<VOTE+{TOKEN.upper()}@LISTS.example>",)) is not None


def test_other_letters_are_posts():
    assert addressed(to=("gardeners@lists.example",)) is None
    assert addressed(to=(f"vote+{TOKEN}@elsewhere.example",)) is None
    assert addressed(to=("vote+@lists.example", "devote+d@lists.example")) is None
