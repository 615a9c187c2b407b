"""Answers to a poll that went to the group as well, by "reply to all": a ballot is for the count, not for everybody's eyes."""

import re

from mail.rules.types import Finding, Post, discard

NAME = "ballot"
_BALLOT = re.compile(r"\bvote(?:\+|-)[a-z2-7]{8,40}@([a-z0-9.-]+)", re.IGNORECASE)


def check(post: Post) -> Finding | None:
    domain = post.group.address.rpartition("@")[2]
    named = [*post.values("to"), *post.values("cc")]
    if any(found[1].lower() == domain for value in named for found in _BALLOT.finditer(value)):
        return discard("It answers a poll: counted there, and kept from the group.")
    return None
