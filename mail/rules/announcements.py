"""An announcement group: only owners and moderators write."""

from groups.models import Posting, WhoPosts
from mail.rules.types import Action, Finding, Post, reject


def check(post: Post) -> Finding | None:
    if post.group.posting != WhoPosts.MODERATORS:
        return None
    member = post.member
    if member is not None and (member.is_moderator or member.posting == Posting.TRUSTED):
        return None
    if member is not None and post.is_answer and post.group.answers_to_owners:
        return Finding(
            Action.OWNERS,
            "It answers an announcement, and such answers go to the owners.",
            "Answers to announcements go to the owners of the group, not to everybody.",
        )
    return reject(
        "Only owners and moderators write to this group.",
        f"Only owners and moderators write to this group. To reach them, write to {post.group.command('owner')}.",
    )
