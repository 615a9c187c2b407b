"""Nobody writes in the group's own name."""

from mail.rules.types import Finding, Post, hold


def check(post: Post) -> Finding | None:
    if any(_is_ours(address, author) for address in post.group.addresses for author in post.authors):
        return hold("The letter claims to come from the group itself.")
    return None


def _is_ours(address: str, author: str) -> bool:
    local, _, domain = address.rpartition("@")
    return author == address or (author.startswith(f"{local}+") and author.endswith(f"@{domain}"))
