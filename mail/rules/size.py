"""Large letters cost every member something: a moderator looks first."""

from mail.rules.types import Finding, Post, hold


def check(post: Post) -> Finding | None:
    limit = post.group.largest_kb
    if post.size <= limit * 1024 or post.never_waits:
        return None
    return hold(
        f"It has {post.size // 1024:,} KB; more than {limit:,} KB wait.",
        f"Letters of more than {limit:,} KB are looked at first; perhaps put the files on the web and send a link.",
    )
