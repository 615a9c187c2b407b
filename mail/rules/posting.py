"""What a moderator decided about this one member."""

from groups.models import Posting
from mail.rules.types import Finding, Post, hold, reject


def check(post: Post) -> Finding | None:
    if post.member is None:
        return None
    if post.member.posting == Posting.REFUSED:
        return reject(
            "A moderator decided that this member may not write here.",
            "The moderators decided that you may not write here.",
        )
    if post.member.posting == Posting.MODERATED:
        return hold(
            "A moderator decided that this member's letters wait.", "The moderators look at your letters first."
        )
    return None
