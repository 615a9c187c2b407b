"""What a spam filter thinks: from the group's limits on, letters are dropped, or wait where they disturb nobody."""

from mail.rules.types import Finding, Post, discard, quarantine


def check_certain(post: Post) -> Finding | None:
    score = post.spam_score
    if score is None or score < post.group.spam_discard:
        return None
    return discard(f"Spam: score {score:g}, and from {post.group.spam_discard:g} on letters are dropped.")


def check_suspected(post: Post) -> Finding | None:
    score = post.spam_score
    if score is not None and score >= post.group.spam_hold:
        return quarantine(f"Perhaps spam: score {score:g}, and from {post.group.spam_hold:g} on letters wait.")
    if post.spam_flag:
        return quarantine("A spam filter on the way marked it as spam.")
    return None
