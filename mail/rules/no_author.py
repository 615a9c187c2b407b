"""A letter must say who wrote it (RFC 5322 §3.6.2)."""

from mail.rules.types import Finding, Post, hold


def check(post: Post) -> Finding | None:
    return None if post.authors else hold("Neither From nor Sender holds an address: nobody knows who wrote it.")
