"""Nobody writes in the group's own name."""

from mail.rules.types import Finding, Post, hold


def check(post: Post) -> Finding | None:
    if post.group.address in post.authors or any(_is_command_of(post, author) for author in post.authors):
        return hold("The letter claims to come from the group itself.")
    return None


def _is_command_of(post: Post, author: str) -> bool:
    local, _, domain = post.group.address.rpartition("@")
    return author.startswith(f"{local}+") and author.endswith(f"@{domain}")
