"""People, domains and patterns that may not post here, or nowhere on the site (groups.models.Ban); people who are suspended."""

from mail.rules.types import Finding, Post, discard, reject

SUSPENDED = "Your account is suspended by the people who run this site. Until that ends, no letter of yours is taken."


def check(post: Post) -> Finding | None:
    if post.ban is None:
        return None
    if post.ban.is_suspension:
        return reject(f"{post.ban.value} is suspended on the whole site.", SUSPENDED)
    where = "on the whole site" if post.ban.on_site else "here"
    because = f" ({post.ban.reason.rstrip('.')})" if post.ban.reason else ""
    return discard(f"{post.ban.value} is banned {where}{because}.")
