"""A reply to what a moderator moved to another group."""

from mail.rules.types import Finding, Post, reject


def check(post: Post) -> Finding | None:
    if post.topic is not None or not post.answers_moved:
        return None
    where = f"It goes on in {post.moved_to}" if post.moved_to else "It goes on in another group"
    return reject(
        "It answers a letter that was moved to another group.",
        f"The topic that your letter answers was moved. {where}. You may begin a new topic here.",
    )
