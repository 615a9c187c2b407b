import re
from pathlib import Path

import pytest

from mail.rules import CHAIN, Authentication, BanFacts, MemberFacts, every_answer, judge
from mail.rules.types import Action
from tests.mail.rules.posts import MODERATOR, a_post

DOCS = (Path(__file__).resolve().parents[3] / "docs/mail/rules.md").read_text()


def test_bobs_letter_goes_out():
    assert judge(a_post()).action is Action.ACCEPT


def test_the_first_rule_that_has_something_to_say_decides():
    verdict = judge(a_post(is_duplicate=True, ban=BanFacts("bob@example.org"), emergency=True))
    assert verdict.rule == "duplicate"


def test_every_rule_answers_also_behind_the_one_that_decides():
    answers = {answer.rule: answer.answer for answer in every_answer(a_post(is_duplicate=True, emergency=True))}
    assert list(answers) == [rule.name for rule in CHAIN]
    assert (answers["duplicate"], answers["emergency"], answers["size"]) == ("discard", "hold", "no")


def test_no_trust_in_an_address_saves_a_forged_letter():
    forged = Authentication(dmarc="fail", dmarc_domain="example.org", policy="reject", by="us")
    assert judge(a_post(member=MODERATOR, moderation="all", authentication=forged)).rule == "forged"


def test_certain_spam_by_a_stranger_is_dropped_rather_than_answered():
    assert judge(a_post(member=None, strangers="reject", spam_score=20.0)).action is Action.DISCARD


def test_a_trusted_members_spam_still_waits():
    assert judge(a_post(member=MemberFacts(posting="trusted"), spam_score=7.0)).rule == "suspicious"


def test_names_are_given_once():
    assert len({rule.name for rule in CHAIN}) == len(CHAIN)


@pytest.mark.parametrize("rule", CHAIN, ids=lambda rule: rule.name)
def test_the_docs_tell_of_the_rule(rule):
    assert f"| `{rule.name}` | {rule.asks} |" in DOCS


def test_the_docs_have_the_order_of_the_chain():
    assert re.findall(r"^\| `([a-z-]+)` \|", DOCS, re.MULTILINE) == [rule.name for rule in CHAIN]
