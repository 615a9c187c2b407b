"""What the group wants to see first: every post, or those of new members."""

from groups.models import Moderation
from mail.rules.types import Finding, Post, hold


def check(post: Post) -> Finding | None:
    group, member = post.group, post.member
    if post.never_waits:
        return None
    if group.moderation == Moderation.ALL:
        return hold("Every letter waits in this group.", "In this group every letter is looked at first.")
    if group.moderation == Moderation.FIRST and (member is None or member.approved_posts < group.first_posts):
        which = "first letter" if group.first_posts == 1 else f"first {group.first_posts} letters"
        approved = 0 if member is None else member.approved_posts
        return hold(
            f"A new member's {which} wait{'s' if group.first_posts == 1 else ''}; {approved} approved so far.",
            f"The {which} of a new member {'is' if group.first_posts == 1 else 'are'} looked at first.",
        )
    return None
