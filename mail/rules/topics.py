"""Answers go out at once, a new topic waits: known by what the letter refers to, not by a "Re:" anybody can type."""

from groups.models import Moderation
from mail.rules.types import Finding, Post, hold


def check(post: Post) -> Finding | None:
    if post.group.moderation != Moderation.TOPICS or post.never_waits or post.is_answer:
        return None
    return hold(
        "It begins a new topic, and those wait.", "In this group new topics are looked at first; answers are not."
    )
