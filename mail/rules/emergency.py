"""A moderator pulled the brake: everything waits."""

from mail.rules.types import Finding, Post, hold


def check(post: Post) -> Finding | None:
    if not post.group.emergency:
        return None
    return hold(
        "Everything waits: the group is in emergency moderation.", "At the moment every letter is looked at first."
    )
