"""Posts by people who are not members: the group says what becomes of them."""

from groups.models import Strangers
from mail.rules.types import Finding, Post, discard, hold, reject


def check(post: Post) -> Finding | None:
    if post.member is not None or post.group.strangers == Strangers.ACCEPT:
        return None
    who = post.authors[0] if len(post.authors) == 1 else "One of the authors"
    reason = f"{who} is not a member."
    if post.group.strangers == Strangers.DISCARD:
        return discard(reason)
    join = f"To join, write to {post.group.command('subscribe')}."
    if post.group.strangers == Strangers.REJECT:
        return reject(
            reason, f"Only members may write to this group, and your address is not known here as a member's. {join}"
        )
    return hold(reason, f"Your address is not known here as a member's. {join}")
