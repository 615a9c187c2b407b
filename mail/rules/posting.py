"""What a moderator decided about this one member."""

from groups.models import Posting
from mail.rules.types import Finding, Post, hold, reject


def check(post: Post) -> Finding | None:
    if post.member is None:
        return None
    if post.member.posting == Posting.REFUSED:
        return reject(
            "A moderator decided that this member may not post.", "The moderators decided that you may not post here."
        )
    if post.member.posting == Posting.MODERATED:
        return hold("A moderator decided that this member's posts wait.", "The moderators look at your posts first.")
    return None
