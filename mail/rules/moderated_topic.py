"""A topic whose replies a moderator wants to see first, whoever writes them; only who never waits goes through."""

from mail.rules.types import Finding, Post, hold


def check(post: Post) -> Finding | None:
    if post.topic is None or not post.topic.moderated or post.never_waits:
        return None
    return hold(
        f"All replies to the topic “{post.topic.subject}” wait.",
        "The moderators look at all replies to this topic first.",
    )
