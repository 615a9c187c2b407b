"""The group stands in neither To nor Cc: a blind copy, which is how spam comes (Mailman: implicit destination)."""

from mail.rules.types import Finding, Post, hold


def check(post: Post) -> Finding | None:
    if post.addressed or post.signed_in or post.never_waits:
        return None
    return hold(
        f"{post.group.address} stands in neither To nor Cc.",
        f"Letters that name {post.group.address} in neither To nor Cc are looked at first.",
    )
