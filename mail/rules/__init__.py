from mail.rules.chain import CHAIN, every_answer, judge
from mail.rules.types import Action, Answer, Authentication, BanFacts, GroupFacts, MemberFacts, Post, Rule, Verdict

__all__ = [
    "CHAIN",
    "Action",
    "Answer",
    "Authentication",
    "BanFacts",
    "GroupFacts",
    "MemberFacts",
    "Post",
    "Rule",
    "Verdict",
    "every_answer",
    "judge",
]
