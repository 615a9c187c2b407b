"""Rules that a group wrote itself."""

import time

import pytest

from mail.rules import Action, judge
from mail.rules.conditions import has_words, problem
from mail.rules.languages import language_of
from mail.rules.types import Condition, ContentRuleFacts, FileFacts
from tests.mail.rules.posts import MODERATOR, a_post


def rule(*conditions: Condition, then="hold", **facts) -> ContentRuleFacts:
    return ContentRuleFacts("links", tuple(conditions), then, **facts)


def verdict(*rules: ContentRuleFacts, **facts):
    return judge(a_post(content_rules=rules, **facts))


SUBJECT = Condition("subject", "words", "winner, free money")
FITTING = [
    (SUBJECT, {"subject": "You are a WINNER!"}),
    (SUBJECT, {"subject": "free,  money for all"}),
    (Condition("body", "regex", r"\b\d{4} usd\b"), {"body": "only 1000 USD"}),
    (Condition("from", "glob", "*@*.example"), {"authors": ("x@shop.example",)}),
    (Condition("header", "glob", "*bulk*", "X-Kind"), {"headers": {"x-kind": "is bulk mail"}}),
    (Condition("link", "glob", "*shop.example"), {"links": ("good.example", "my-shop.example")}),
    (Condition("file-name", "glob", "*.exe"), {"files": (FileFacts("a.EXE"),)}),
    (Condition("file-type", "glob", "image/*"), {"files": (FileFacts("a", "image/png"),)}),
    (Condition("file-size", "", "100"), {"files": (FileFacts("a", "image/png", 200_000),)}),
    (Condition("size", "", "10"), {"size": 20_000}),
    (Condition("links", "", "2"), {"links": ("a", "b", "c")}),
    (Condition("language", "is-not", "en, de"), {"body": "el la que los para con una pero como está muy por este"}),
    (Condition("first"), {"is_first": True}),
    (Condition("no-subject"), {"subject": " "}),
]


@pytest.mark.parametrize(("condition", "facts"), FITTING, ids=lambda value: getattr(value, "on", None))
def test_a_letter_that_fits_waits_and_one_that_does_not_goes_on(condition, facts):
    assert problem(condition) == ""
    found = verdict(rule(condition), **facts)
    assert (found.action, found.rule) == (Action.HOLD, "content") and found.reason.startswith("Rule “links”: ")
    assert verdict(rule(condition)).action is Action.ACCEPT


def test_a_word_is_a_whole_word():
    assert has_words("We won", "won") and not has_words("We wonder", "won") and not has_words("x", " , ")


def test_all_conditions_or_one_of_them():
    both = (SUBJECT, Condition("first"))
    assert verdict(rule(*both), is_first=True).action is Action.ACCEPT
    assert verdict(rule(*both, needs_all=False), is_first=True).action is Action.HOLD


def test_the_first_that_applies_decides():
    first, second = rule(Condition("first"), then="accept"), rule(Condition("first"), then="discard")
    assert verdict(first, second, is_first=True, moderation="all").action is Action.ACCEPT
    assert verdict(second, first, is_first=True).action is Action.DISCARD


def test_who_never_waits_is_let_through_unless_the_rule_says_otherwise():
    facts = {"is_first": True, "member": MODERATOR}
    assert verdict(rule(Condition("first")), **facts).action is Action.ACCEPT
    assert verdict(rule(Condition("first"), for_moderators=True), **facts).action is Action.HOLD


def test_what_is_sent_back_carries_the_saved_answer():
    assert verdict(rule(Condition("first"), then="reject", answer="Please read the FAQ."), is_first=True).to_sender == (
        "Please read the FAQ."
    )


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*$", "(a*)*b", "(.*)*x", "^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_no_pattern_keeps_a_worker_busy(pattern):
    condition = Condition("body", "regex", pattern)
    began = time.process_time()
    verdict(rule(condition), body="a" * 200_000 + "!")
    assert time.process_time() - began < 5  # a backtracking matcher would not come back in this life


@pytest.mark.parametrize("pattern", ["(?=x)", r"(a)\1", "(", "x{100000}", "*"])
def test_what_cannot_be_matched_safely_is_refused_in_words(pattern):
    assert "cannot be used" in problem(Condition("body", "regex", pattern))
    assert verdict(rule(Condition("body", "regex", pattern)), body="x").action is Action.ACCEPT


@pytest.mark.parametrize(
    "condition",
    [Condition("nothing"), Condition("subject", "words", " "), Condition("size", "", "many"), Condition("subject", "", "x"),
     Condition("header", "glob", "x", "no name"), Condition("subject", "words", "x" * 501)],
)  # fmt: skip
def test_half_a_condition_is_refused(condition):
    assert problem(condition)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The beds are ready, and you can have some of the seeds that are left in the shed.", "en"),
        ("Die Beete sind fertig, und ihr könnt die Samen haben, die noch in dem Schuppen sind, wenn ihr wollt.", "de"),
        ("Грядки готовы, можно забрать семена", "ru"),
        ("苗床が準備できました。種を持って行ってください。", "ja"),
        ("OK", ""),
        ("", ""),
    ],
)
def test_a_language_is_told_where_it_can_be(text, code):
    assert language_of(text) == code
