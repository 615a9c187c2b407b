"""The same letter again: same Message-ID and same content."""

from mail.rules.types import Finding, Post, discard


def check(post: Post) -> Finding | None:
    return discard("The group has this letter already.") if post.is_duplicate else None
