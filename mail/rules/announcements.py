"""An announcement group: only owners and moderators write."""

from groups.models import Posting, WhoPosts
from mail.rules.types import Finding, Post, reject


def check(post: Post) -> Finding | None:
    if post.group.posting != WhoPosts.MODERATORS:
        return None
    member = post.member
    if member is not None and (member.is_moderator or member.posting == Posting.TRUSTED):
        return None
    return reject(
        "Only owners and moderators write to this group.",
        f"Only owners and moderators write to this group. To reach them, write to {post.group.command('owner')}.",
    )
