"""Rules that the group wrote itself (mail.models.ContentRule): the first that applies decides."""

from mail.rules import conditions
from mail.rules.types import Action, ContentRuleFacts, Finding, Post


def check(post: Post) -> Finding | None:
    return next((finding for rule in post.content_rules if (finding := finding_of(rule, post)) is not None), None)


def finding_of(rule: ContentRuleFacts, post: Post) -> Finding | None:
    """What this one rule says; never about those who never wait, unless it says so itself."""
    if post.never_waits and not rule.for_moderators:
        return None
    because = why(rule, post)
    if because is None:
        return None
    reason = f"Rule “{rule.name}”: {because}."
    to_sender = rule.answer or f"It was not accepted under a rule of the group: {rule.name}."
    return Finding(Action(rule.then), reason, to_sender if rule.then == Action.REJECT else "")


def why(rule: ContentRuleFacts, post: Post) -> str | None:
    """What about the letter fits the rule, in words; None where it does not."""
    found = [conditions.met(condition, post) for condition in rule.conditions]
    fitting = [words for words in found if words is not None]
    applies = bool(fitting) and (not rule.needs_all or len(fitting) == len(found))
    return ", ".join(fitting) if applies else None
