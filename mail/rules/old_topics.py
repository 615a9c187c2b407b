"""An answer to a topic in which nobody wrote for long: where the group wants it, it waits or is sent back."""

from groups.models import OldTopics
from mail.rules.types import Finding, Post, hold, reject


def check(post: Post) -> Finding | None:
    group, days = post.group, post.topic_idle_days
    if group.old_topics == OldTopics.OPEN or days is None or days <= group.old_topic_days:
        return None
    if post.member is not None and post.member.is_moderator:
        return None
    if group.old_topics == OldTopics.LOCK:
        return reject(
            f"The topic was silent for {days} days; topics are locked after {group.old_topic_days}.",
            f"This topic was silent for {days} days, and so it is closed. Please begin a new one.",
        )
    if post.never_waits:
        return None
    return hold(
        f"The topic was silent for {days} days; answers wait after {group.old_topic_days}.",
        "In this group answers to old topics are looked at first.",
    )
