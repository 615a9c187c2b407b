"""Letters to very many addresses at once are seldom meant for a group."""

from mail.rules.types import Finding, Post, hold


def check(post: Post) -> Finding | None:
    limit = post.group.most_recipients
    if not limit or post.recipients <= limit or post.never_waits:
        return None
    return hold(
        f"It goes to {post.recipients} addresses; more than {limit} wait.",
        f"Letters to more than {limit} addresses are looked at first.",
    )
