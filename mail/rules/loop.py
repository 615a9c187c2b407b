"""A letter that has been through this group before (RFC 2919 §6, RFC 5321 §6.3)."""

from mail.rules.types import Finding, Post, discard

LOOP_HEADER = "x-posthouse-loop"  # carries the address of each group that sent the letter on
MOST_HOPS = 60  # Received headers; RFC 5321 §6.3 wants at least 100 where hops alone decide, but lists add few


def check(post: Post) -> Finding | None:
    group = post.group
    if any(not set(group.addresses).isdisjoint(value.lower().split()) for value in post.values(LOOP_HEADER)):
        return discard("This group sent the letter itself: a loop.")
    if any(f"<{group.list_id}>" in value.lower() for value in post.values("list-id")):
        return discard("The letter carries this group's List-Id: a loop.")
    if sum(value.strip().lower() == group.address for value in post.values("delivered-to")) > 1:
        return discard("The letter was delivered to this group before: a loop.")
    hops = len(post.values("received"))
    return discard(f"The letter came over {hops} hosts: a loop.") if hops > MOST_HOPS else None
