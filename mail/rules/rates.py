"""How often one member may write: so many a day, and with a pause between two posts (slow mode)."""

import math

from mail.rules.types import Finding, Post, hold


def check(post: Post) -> Finding | None:
    group, since = post.group, post.minutes_since_last
    if post.never_waits:
        return None
    if group.posts_a_day and post.posts_today >= group.posts_a_day:
        return hold(
            f"It is the author's letter number {post.posts_today + 1} within a day; {group.posts_a_day} go out at once.",
            f"In this group {group.posts_a_day} letters of one member go out a day; a moderator looks at yours.",
        )
    if group.slow_minutes and since is not None and since < group.slow_minutes:
        wait = math.ceil(group.slow_minutes - since)
        return hold(
            f"Slow mode: the author wrote {math.floor(since)} minutes ago; {group.slow_minutes} minutes are to pass.",
            f"In this group {group.slow_minutes} minutes pass between two letters of one member ({wait} more after your last "
            "one); a moderator looks at yours.",
        )
    return None
