"""Answers to a digest: a subject that says nothing, often with the whole digest below it."""

import re

from mail.rules.types import Finding, Post, reject

_SUBJECT = re.compile(r"\bdigest\b.{0,40}?\b(?:vol(?:ume)?\.?\s*\d+|(?:issue|no\.?|nr\.?|#)\s*\d+|\d+)", re.IGNORECASE)
_REPLY = re.compile(r"^\s*(?:\[[^\]]*\]\s*)?(?:re|aw|sv|antw|rép|fwd?)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
_MASTHEAD = re.compile(
    r"^[>\s]*(?:today's topics:|.{1,80} digest,? (?:vol|volume|issue)\b)", re.IGNORECASE | re.MULTILINE
)
HOW = (
    "Your letter answers a whole digest. Please answer the one letter you mean: open it through its link in the digest and "
    "press Reply there, or put that message's subject into your letter and quote only what you answer."
)


def check(post: Post) -> Finding | None:
    if _REPLY.match(post.subject) and _SUBJECT.search(post.subject):
        return reject("It answers a digest: the subject names no topic.", HOW)
    if not post.text.strip() and _MASTHEAD.search(post.quoted):
        return reject("It holds a quoted digest and nothing else.", HOW)
    return None
