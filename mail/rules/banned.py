"""People, domains and patterns that may not post here, or nowhere on the site (groups.models.Ban)."""

from mail.rules.types import Finding, Post, discard


def check(post: Post) -> Finding | None:
    if post.ban is None:
        return None
    where = "on the whole site" if post.ban.on_site else "here"
    because = f" ({post.ban.reason.rstrip('.')})" if post.ban.reason else ""
    return discard(f"{post.ban.value} is banned {where}{because}.")
