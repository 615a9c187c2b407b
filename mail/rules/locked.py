"""A locked topic takes no more replies; owners and moderators may have the last word."""

from mail.rules.types import Finding, Post, reject


def check(post: Post) -> Finding | None:
    topic = post.topic
    if topic is None or not topic.locked or (post.member is not None and post.member.is_moderator):
        return None
    why = f" {topic.lock_reason}" if topic.lock_reason else ""
    return reject(
        f"The topic “{topic.subject}” is locked.{why}",
        f"The topic “{topic.subject}” is locked: it takes no more replies.{why} You may begin a new topic.",
    )
